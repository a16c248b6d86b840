//! The ClientHello of SSL 2.0, which clients once sent to offer SSL 3.0 and TLS as well (RFC 5246 appendix E.2).

use super::{Reader, Version};

/// An SSL 2.0 ClientHello.
#[derive(Debug, Clone, Copy)]
pub struct Sslv2Hello<'a> {
    /// The highest version offered.
    pub version: Version,
    /// Three-byte cipher specifications; those that begin with zero are TLS suites.
    pub ciphers: &'a [u8],
    /// Bytes of the record, header included.
    pub len: usize,
}

/// Reads it where all its lengths agree with each other. At least the first eleven bytes must be there.
#[must_use]
pub fn sslv2_client_hello(bytes: &[u8]) -> Option<Sslv2Hello<'_>> {
    let mut rest = Reader(bytes);
    let header = rest.u16()?;
    let (kind, version) = (rest.u8()?, Version(rest.u16()?));
    let (ciphers, session, challenge) = (rest.u16()?, rest.u16()?, rest.u16()?);
    let body = 9 + usize::from(ciphers) + usize::from(session) + usize::from(challenge);
    let agrees = header & 0x8000 != 0
        && kind == 1
        && matches!(version.0, 0x0002 | 0x0300..=0x0303)
        && ciphers > 0
        && ciphers % 3 == 0
        && matches!(session, 0 | 16)
        && (16..=32).contains(&challenge)
        && usize::from(header & 0x7fff) == body;
    let ciphers = rest.0.get(..usize::from(ciphers)).unwrap_or(rest.0);
    agrees.then_some(Sslv2Hello { version, ciphers, len: body + 2 })
}
