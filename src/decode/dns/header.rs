//! The twelve bytes that begin every DNS message (RFC 1035 §4.1.1), and the code points in them.

use std::fmt;

/// Length of the header in bytes.
pub const HEADER_LEN: usize = 12;

/// The header of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header {
    /// Id that ties a response to its query; 0 in multicast DNS (RFC 6762 §18.1).
    pub id: u16,
    /// The second 16 bits: QR, opcode, flags and rcode.
    pub flags: HeaderFlags,
    /// How many questions, answers, authority and additional records the message claims to have.
    pub counts: [u16; 4],
}

impl Header {
    /// Reads the header; `None` when fewer than twelve bytes are there.
    #[must_use]
    pub fn read(message: &[u8]) -> Option<Header> {
        let bytes = message.first_chunk::<HEADER_LEN>()?;
        let word = |i: usize| u16::from_be_bytes([bytes[i], bytes[i + 1]]);
        Some(Header { id: word(0), flags: HeaderFlags(word(2)), counts: [word(4), word(6), word(8), word(10)] })
    }

    /// Whether this is a response (QR).
    #[must_use]
    pub fn is_response(&self) -> bool {
        self.flags.has(HeaderFlags::QR)
    }

    /// What is asked for.
    #[must_use]
    pub fn opcode(&self) -> Opcode {
        Opcode((self.flags.0 >> 11 & 15) as u8)
    }

    /// The response code without its extension in an OPT record.
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        Rcode(self.flags.0 & 15)
    }
}

/// Flags of the header, as bits of its second word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeaderFlags(pub u16);

impl HeaderFlags {
    /// This is a response.
    pub const QR: u16 = 0x8000;
    /// Authoritative answer.
    pub const AA: u16 = 0x0400;
    /// Truncated: ask again over TCP (RFC 2181 §9, RFC 7766 §5).
    pub const TC: u16 = 0x0200;
    /// Recursion desired.
    pub const RD: u16 = 0x0100;
    /// Recursion available.
    pub const RA: u16 = 0x0080;
    /// Reserved, must be zero.
    pub const Z: u16 = 0x0040;
    /// Authenticated data (RFC 4035 §3.2.3).
    pub const AD: u16 = 0x0020;
    /// Checking disabled (RFC 4035 §3.2.2).
    pub const CD: u16 = 0x0010;

    /// All of `bits` are set.
    #[must_use]
    pub fn has(self, bits: u16) -> bool {
        self.0 & bits == bits
    }
}

/// Names of the flags that are set, as dig prints them.
impl fmt::Display for HeaderFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [(u16, &str); 8] = [
            (HeaderFlags::QR, "qr"),
            (HeaderFlags::AA, "aa"),
            (HeaderFlags::TC, "tc"),
            (HeaderFlags::RD, "rd"),
            (HeaderFlags::RA, "ra"),
            (HeaderFlags::Z, "z"),
            (HeaderFlags::AD, "ad"),
            (HeaderFlags::CD, "cd"),
        ];
        let set = NAMES.iter().filter(|(bit, _)| self.has(*bit)).map(|(_, name)| *name);
        f.write_str(&set.collect::<Vec<_>>().join(" "))
    }
}

/// An operation code; unknown numbers survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Opcode(pub u8);

impl Opcode {
    /// A standard query.
    pub const QUERY: Opcode = Opcode(0);
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("QUERY"),
            1 => f.write_str("IQUERY"),
            2 => f.write_str("STATUS"),
            4 => f.write_str("NOTIFY"),
            5 => f.write_str("UPDATE"),
            6 => f.write_str("DSO"),
            n => write!(f, "OPCODE{n}"),
        }
    }
}

/// A response code, twelve bits with the extension of RFC 6891 §6.1.3; unknown numbers survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rcode(pub u16);

impl Rcode {
    /// No error.
    pub const NOERROR: Rcode = Rcode(0);
    /// The server failed.
    pub const SERVFAIL: Rcode = Rcode(2);
    /// The name does not exist.
    pub const NXDOMAIN: Rcode = Rcode(3);
    /// The server refuses.
    pub const REFUSED: Rcode = Rcode(5);

    /// The IANA name, where there is one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "NOERROR",
            1 => "FORMERR",
            2 => "SERVFAIL",
            3 => "NXDOMAIN",
            4 => "NOTIMP",
            5 => "REFUSED",
            6 => "YXDOMAIN",
            7 => "YXRRSET",
            8 => "NXRRSET",
            9 => "NOTAUTH",
            10 => "NOTZONE",
            11 => "DSOTYPENI",
            16 => "BADVERS",
            17 => "BADKEY",
            18 => "BADTIME",
            19 => "BADMODE",
            20 => "BADNAME",
            21 => "BADALG",
            22 => "BADTRUNC",
            23 => "BADCOOKIE",
            _ => return None,
        })
    }
}

impl fmt::Display for Rcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "RCODE{}", self.0),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn reads_every_field() {
        let header = Header::read(&[0x12, 0x34, 0xad, 0xb3, 0, 1, 0, 2, 0, 3, 0, 4]).unwrap();
        assert_eq!((header.id, header.counts), (0x1234, [1, 2, 3, 4]));
        assert_eq!((header.opcode(), header.rcode()), (Opcode(5), Rcode::NXDOMAIN));
        assert_eq!(header.flags.to_string(), "qr aa rd ra ad cd");
        assert!(header.is_response());
    }

    #[test]
    fn eleven_bytes_are_no_header() {
        assert_eq!(Header::read(&[0; 11]), None);
    }

    #[test]
    fn unknown_codes_keep_their_number() {
        assert_eq!((Rcode(3841).to_string(), Rcode(16).to_string()), ("RCODE3841".into(), "BADVERS".into()));
        assert_eq!((Opcode(9).to_string(), Opcode(4).to_string()), ("OPCODE9".into(), "NOTIFY".into()));
    }
}
