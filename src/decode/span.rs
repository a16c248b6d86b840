//! A stretch of a frame that knows how much of it the snapshot length took away.

/// No frame is larger; a file that says so is damaged, and sums of such lengths would overflow.
pub(super) const MAX_FRAME: u32 = 64 << 20;

/// The bytes captured of a stretch of a frame, and how many it had on the wire: never fewer than were captured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<'a> {
    /// As captured.
    pub data: &'a [u8],
    /// Bytes on the wire.
    pub wire: u32,
    /// Where in the frame it begins.
    pub at: u32,
}

impl<'a> Span<'a> {
    /// A whole frame, up to [`MAX_FRAME`].
    #[inline]
    pub fn new(data: &'a [u8], wire_len: u32) -> Span<'a> {
        let data = &data[..data.len().min(MAX_FRAME as usize)];
        Span { data, wire: wire_len.clamp(data.len() as u32, MAX_FRAME), at: 0 }
    }

    /// The first `N` bytes and what follows; `None` when they were not captured.
    #[inline]
    pub fn header<const N: usize>(self) -> Option<(&'a [u8; N], Span<'a>)> {
        let (header, data) = self.data.split_first_chunk::<N>()?;
        Some((header, Span { data, wire: self.wire.saturating_sub(N as u32), at: self.at + N as u32 }))
    }

    /// What follows the first `n` bytes; `None` when those were not captured.
    #[inline]
    pub fn skip(self, n: usize) -> Option<Span<'a>> {
        let data = self.data.get(n..)?;
        Some(Span { data, wire: self.wire.saturating_sub(n as u32), at: self.at + n as u32 })
    }

    /// The first `len` bytes: what lies behind is padding or a trailer.
    #[inline]
    pub fn limit(self, len: u32) -> Span<'a> {
        let captured = self.data.len().min(len as usize);
        Span { data: &self.data[..captured], wire: self.wire.min(len), at: self.at }
    }

    /// Bytes at the end were not captured.
    #[inline]
    pub fn is_cut(self) -> bool {
        self.data.len() < self.wire as usize
    }

    /// Big-endian 16 bits at an offset.
    #[inline]
    pub fn be16(self, at: usize) -> Option<u16> {
        Some(u16::from_be_bytes(*self.data.get(at..)?.first_chunk()?))
    }

    /// One byte at an offset.
    #[inline]
    pub fn byte(self, at: usize) -> Option<u8> {
        self.data.get(at).copied()
    }
}
