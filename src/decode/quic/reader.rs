//! A cursor over bytes: takes what is there, says `None` where it is not.

/// A cursor; every method takes from the front or leaves it as it was.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the front of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    /// What has not been taken.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    /// The next byte.
    pub fn u8(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// The next four bytes, big endian.
    pub fn u32(&mut self) -> Option<u32> {
        let (&head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(head))
    }

    /// A variable-length integer (RFC 9000 §16): two bits of length, then 6, 14, 30 or 62 bits of value.
    pub fn varint(&mut self) -> Option<u64> {
        let first = *self.0.first()?;
        let bytes = self.take(1 << (first >> 6))?;
        Some(bytes.iter().skip(1).fold(u64::from(first & 0x3f), |value, &b| value << 8 | u64::from(b)))
    }

    /// A byte string preceded by its length as a variable-length integer.
    pub fn varint_bytes(&mut self) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let len = usize::try_from(ahead.varint()?).ok()?;
        let bytes = ahead.take(len)?;
        *self = ahead;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_of_all_lengths_are_those_of_rfc_9000_a1() {
        let cases: [(&[u8], u64); 5] = [
            (&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c], 151_288_809_941_952_652),
            (&[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333),
            (&[0x7b, 0xbd], 15_293),
            (&[0x25], 37),
            (&[0x40, 0x25], 37),
        ];
        for (bytes, value) in cases {
            let mut reader = Reader::new(bytes);
            assert_eq!(reader.varint(), Some(value));
            assert!(reader.rest().is_empty());
        }
    }

    #[test]
    fn what_is_not_there_takes_nothing() {
        let mut reader = Reader::new(&[0x7b]);
        assert_eq!(reader.varint(), None);
        assert_eq!(reader.u32(), None);
        assert_eq!(reader.take(2), None);
        let mut string = Reader::new(&[5, 1, 2]);
        assert_eq!(string.varint_bytes(), None);
        assert_eq!(string.rest(), &[5, 1, 2]);
    }
}
