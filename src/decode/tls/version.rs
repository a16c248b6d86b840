//! Protocol versions by the name people use.

use super::{Name, is_grease};

/// A version as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Version(pub u16);

impl Version {
    /// SSL 3.0.
    pub const SSL3: Version = Version(0x0300);
    /// TLS 1.0.
    pub const TLS10: Version = Version(0x0301);
    /// TLS 1.1.
    pub const TLS11: Version = Version(0x0302);
    /// TLS 1.2.
    pub const TLS12: Version = Version(0x0303);
    /// TLS 1.3.
    pub const TLS13: Version = Version(0x0304);
    /// DTLS 1.2 (RFC 6347 §4.1: the ones' complement of 1.2).
    pub const DTLS12: Version = Version(0xfefd);
    /// DTLS 1.3 (RFC 9147 §5.3).
    pub const DTLS13: Version = Version(0xfefc);

    /// `TLS 1.3`, `SSL 3.0`, `DTLS 1.2`, or the number.
    #[must_use]
    pub fn name(self) -> Name {
        let name = match self.0 {
            0x0002 => "SSL 2.0",
            0x0300 => "SSL 3.0",
            0x0301 => "TLS 1.0",
            0x0302 => "TLS 1.1",
            0x0303 => "TLS 1.2",
            0x0304 => "TLS 1.3",
            0xfeff | 0x0100 => "DTLS 1.0",
            0xfefd => "DTLS 1.2",
            0xfefc => "DTLS 1.3",
            draft @ 0x7f00..=0x7fff => return format!("TLS 1.3 draft {}", draft & 0xff).into(),
            facebook @ 0xfb00..=0xfbff => return format!("TLS 1.3 draft {} (Facebook)", facebook & 0xff).into(),
            other => return format!("0x{other:04x}").into(),
        };
        name.into()
    }

    /// Version 1.3 of TLS or DTLS, drafts and their private numbers included: what follows the ServerHello is encrypted.
    #[must_use]
    pub fn is_13(self) -> bool {
        matches!(self.0, 0x0304 | 0xfefc | 0x7f00..=0x7fff | 0xfb00..=0xfbff | 0x7e00..=0x7eff)
    }

    /// A version of DTLS that exists, 0x0100 being that of OpenSSL before 1.0.
    #[must_use]
    pub fn is_dtls(self) -> bool {
        matches!(self.0, 0xfeff | 0xfefd | 0xfefc | 0x0100)
    }

    /// A reserved value (RFC 8701).
    #[must_use]
    pub fn is_grease(self) -> bool {
        is_grease(self.0)
    }

    /// SSL and TLS before 1.2, DTLS before 1.2: forbidden by RFC 8996 and RFC 7568.
    #[must_use]
    pub fn is_obsolete(self) -> bool {
        matches!(self.0, 0x0002 | 0x0300..=0x0302 | 0xfeff | 0x0100)
    }
}
