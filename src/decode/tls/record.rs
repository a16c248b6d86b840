//! The TLS record header (RFC 8446 §5.1).

use super::Version;

/// The largest body of a record: 2¹⁴ and what encryption may add (RFC 5246 §6.2.3).
pub const MAX_RECORD: u16 = 16_384 + 2_048;

/// What a record holds, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentType(pub u8);

impl ContentType {
    /// `change_cipher_spec`.
    pub const CHANGE_CIPHER_SPEC: ContentType = ContentType(20);
    /// `alert`.
    pub const ALERT: ContentType = ContentType(21);
    /// `handshake`.
    pub const HANDSHAKE: ContentType = ContentType(22);
    /// `application_data`: in TLS 1.3 every encrypted record.
    pub const APPLICATION_DATA: ContentType = ContentType(23);
    /// `heartbeat` (RFC 6520).
    pub const HEARTBEAT: ContentType = ContentType(24);
}

/// A record's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordHeader {
    /// What it holds.
    pub content: ContentType,
    /// The version it claims; frozen at 1.2 or below in TLS 1.3.
    pub version: Version,
    /// Bytes of its body.
    pub len: u16,
}

impl RecordHeader {
    /// Bytes of a header.
    pub const LEN: usize = 5;

    /// The header at the start of `bytes`; `None` where fewer than five bytes are there or they are no TLS.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<RecordHeader> {
        let &[content, major, minor, high, low] = bytes.first_chunk::<5>()?;
        let len = u16::from_be_bytes([high, low]);
        let plausible = (20..=24).contains(&content) && major == 3 && minor <= 4 && len <= MAX_RECORD;
        let header =
            RecordHeader { content: ContentType(content), version: Version(u16::from_be_bytes([major, minor])), len };
        (plausible && header.len_fits()).then_some(header)
    }

    /// Only application data may be empty; a change_cipher_spec is one byte, an alert two or encrypted.
    fn len_fits(self) -> bool {
        match self.content {
            ContentType::CHANGE_CIPHER_SPEC => self.len == 1,
            ContentType::ALERT => self.len >= 2,
            ContentType::HANDSHAKE => self.len > 0,
            _ => true,
        }
    }

    /// Whether `bytes`, fewer than a header, may become one.
    #[must_use]
    pub fn may_start(bytes: &[u8]) -> bool {
        let ok = |i: usize, test: fn(u8) -> bool| bytes.get(i).is_none_or(|b| test(*b));
        ok(0, |b| (20..=24).contains(&b)) && ok(1, |b| b == 3) && ok(2, |b| b <= 4)
    }
}
