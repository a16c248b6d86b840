//! A cursor over a message: every read says whether the bytes were there, none can panic.

/// What is left of a message.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }

    /// A big-endian number of `n` ≤ 8 bytes.
    pub fn number(&mut self, n: usize) -> Option<u64> {
        Some(self.take(n)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// One byte.
    pub fn u8(&mut self) -> Option<u8> {
        Some(self.number(1)? as u8)
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Option<u16> {
        Some(self.number(2)? as u16)
    }

    /// A vector whose length is in its first `prefix` bytes (RFC 8446 §3.4).
    pub fn vector(&mut self, prefix: usize) -> Option<&'a [u8]> {
        let len = self.number(prefix)?;
        self.take(usize::try_from(len).ok()?)
    }

    /// Whether all is read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Two-byte numbers of a list; an odd last byte is left out.
pub(super) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u16> + Clone + '_ {
    bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)))
}

/// The vectors of a list, each with its length in `prefix` bytes, up to the first that does not fit.
pub(super) fn vectors(bytes: &[u8], prefix: usize) -> impl Iterator<Item = &[u8]> + Clone {
    let mut rest = Reader(bytes);
    std::iter::from_fn(move || rest.vector(prefix))
}
