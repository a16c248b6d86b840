//! The fixed header of a message (RFC 1035 §4.1.1), and whether bytes can be a message at all.

/// Bytes of a header.
const HEADER: usize = 12;
/// Fewest bytes of a question: the root's name, type and class.
const QUESTION_MIN: usize = 5;
/// Fewest bytes of a record: the root's name, type, class, time to live and length.
const RECORD_MIN: usize = 11;

/// A header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// Transaction number.
    pub id: u16,
    flags: u16,
    counts: [u16; 4],
}

impl Header {
    /// Reads it; `None` where it is cut.
    pub fn read(bytes: &[u8]) -> Option<Header> {
        let h = bytes.first_chunk::<HEADER>()?;
        let word = |i: usize| u16::from_be_bytes([h[2 * i], h[2 * i + 1]]);
        Some(Header { id: word(0), flags: word(1), counts: [word(2), word(3), word(4), word(5)] })
    }

    /// The QR bit.
    pub fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// The lower four bits of the response code.
    pub fn rcode(&self) -> u16 {
        self.flags & 0xf
    }

    fn opcode(&self) -> u16 {
        self.flags >> 11 & 0xf
    }

    /// Whether the records it counts can fit in `len` bytes.
    pub fn is_plausible(&self, len: usize) -> bool {
        let [questions, records @ ..] = self.counts.map(usize::from);
        HEADER + questions * QUESTION_MIN + records.iter().sum::<usize>() * RECORD_MIN <= len
    }
}

/// Whether bytes on a DNS port have the structure of a message: an assigned opcode, counts that fit a datagram, and a
/// first name that begins as one can.
#[must_use]
pub fn looks_like_dns(bytes: &[u8]) -> bool {
    let Some(header) = Header::read(bytes) else { return false };
    let [questions, answers, authority, additional] = header.counts;
    // RFC 1035, RFC 1996, RFC 2136, RFC 8490: 3 is not assigned, nor is anything above 6.
    let opcode = matches!(header.opcode(), 0..=2 | 4..=6);
    // A query carries answers only in mDNS (RFC 6762 §7.1), IXFR and NOTIFY: few, and never without anything asked.
    let empty = questions == 0 && answers == 0 && authority == 0 && additional == 0;
    let counts = if empty {
        header.is_response() && bytes.len() == HEADER
    } else {
        questions <= 256 && answers <= 4096 && authority <= 1024 && additional <= 1024
    };
    opcode && counts && (empty || begins_name(bytes.get(HEADER..).unwrap_or_default()))
}

/// Labels up to the end of the name, or up to where the capture cut them.
fn begins_name(mut rest: &[u8]) -> bool {
    let mut total = 0;
    while let Some((&len, tail)) = rest.split_first() {
        let len = usize::from(len);
        total += len + 1;
        match len {
            0 => return tail.len() >= 4,
            1..=63 if total < 255 => rest = tail.get(len..).unwrap_or_default(),
            0xc0..=0xff => return true,
            _ => return false,
        }
    }
    total > 0
}
