//! DNS over TCP: messages behind a two-byte length (RFC 1035 §4.2.2, RFC 7766 §8).

/// One direction of a connection. It holds at most one unfinished message, 65,537 bytes with its length.
#[derive(Debug, Default)]
pub struct DnsStream {
    held: Vec<u8>,
    lost: bool,
}

impl DnsStream {
    /// Takes the next bytes and hands every message that they complete to `each`.
    pub fn data(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8])) {
        while !self.lost && !bytes.is_empty() {
            let wanted = self.wanted() - self.held.len();
            let (now, later) = bytes.split_at(wanted.min(bytes.len()));
            self.held.extend_from_slice(now);
            bytes = later;
            if self.held.len() > 2 && self.held.len() == self.wanted() {
                each(self.held.get(2..).unwrap_or_default());
                self.held.clear();
            } else if self.held.as_slice() == [0, 0] {
                self.held.clear();
            }
        }
    }

    /// Bytes are missing: where the next message begins is not known any more.
    pub fn gap(&mut self) {
        self.lost = true;
        self.held = Vec::new();
    }

    /// Bytes of the length, or of length and message once the length is known.
    fn wanted(&self) -> usize {
        match self.held.as_slice() {
            [high, low, ..] => 2 + usize::from(u16::from_be_bytes([*high, *low])),
            _ => 2,
        }
    }
}
