//! Cipher suites: the IANA name and what it means for who looks on.

use tls_parser::{TlsCipherAu, TlsCipherEnc, TlsCipherEncMode, TlsCipherKx, TlsCipherMac, TlsCipherSuite};

use super::{Name, is_grease};

/// Signals support of secure renegotiation (RFC 5746 §3.3); no cipher.
pub const EMPTY_RENEGOTIATION_INFO_SCSV: CipherSuite = CipherSuite(0x00ff);
/// Says that this is a second try with a lower version (RFC 7507 §2); no cipher.
pub const FALLBACK_SCSV: CipherSuite = CipherSuite(0x5600);

/// A cipher suite by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CipherSuite(pub u16);

impl CipherSuite {
    /// The IANA name, or the number.
    #[must_use]
    pub fn name(self) -> Name {
        match self.entry() {
            Some(suite) => suite.name.into(),
            None if self.is_grease() => format!("GREASE 0x{:04x}", self.0).into(),
            None => format!("0x{:04x}", self.0).into(),
        }
    }

    /// A reserved value (RFC 8701).
    #[must_use]
    pub fn is_grease(self) -> bool {
        is_grease(self.0)
    }

    /// A signal or a reserved value rather than a cipher.
    #[must_use]
    pub fn is_signal(self) -> bool {
        self.is_grease() || self == FALLBACK_SCSV || self == EMPTY_RENEGOTIATION_INFO_SCSV
    }

    /// The key exchange is ephemeral, so that the server's long-term key does not open recordings. In TLS 1.3 this is
    /// the suite's promise; a PSK without key share breaks it. `None` for an unknown suite.
    #[must_use]
    pub fn forward_secret(self) -> Option<bool> {
        use TlsCipherKx::{Aecdh, Dhe, Ecdhe, Tls13};
        Some(matches!(self.entry()?.kx, Dhe | Ecdhe | Tls13 | Aecdh))
    }

    /// Encrypts and authenticates in one (RFC 5116). `None` for an unknown suite.
    #[must_use]
    pub fn aead(self) -> Option<bool> {
        let suite = self.entry()?;
        let mode = matches!(suite.enc_mode, TlsCipherEncMode::Gcm | TlsCipherEncMode::Ccm);
        let aead = suite.mac == TlsCipherMac::Aead || mode;
        Some(aead || matches!(suite.enc, TlsCipherEnc::Chacha20_Poly1305 | TlsCipherEnc::Aegis))
    }

    /// Why nobody should choose this suite today, if there is a reason.
    #[must_use]
    pub fn weakness(self) -> Option<&'static str> {
        let suite = self.entry()?;
        let anonymous = suite.name.contains("_anon_");
        match suite.enc {
            _ if suite.name.contains("EXPORT") => Some("export-grade key of 40 or 56 bits"),
            _ if anonymous => Some("nobody is authenticated"),
            TlsCipherEnc::Null if !self.is_signal() => Some("no encryption"),
            TlsCipherEnc::Rc4 => Some("RC4, forbidden by RFC 7465"),
            TlsCipherEnc::TripleDes => Some("3DES, whose 64-bit blocks collide (Sweet32)"),
            TlsCipherEnc::Des => Some("DES with a 56-bit key"),
            TlsCipherEnc::Rc2 => Some("RC2"),
            TlsCipherEnc::Idea => Some("IDEA, dropped by RFC 5469"),
            _ => None,
        }
    }

    /// Bytes of the hash that the suite's handshake uses (RFC 8446 §7.1): 48 for SHA-384, otherwise 32.
    #[must_use]
    pub fn hash_len(self) -> u16 {
        if self.entry().is_some_and(|s| s.name.ends_with("SHA384")) { 48 } else { 32 }
    }

    /// The server proves its identity by neither certificate nor shared key.
    #[must_use]
    pub fn anonymous(self) -> bool {
        self.entry().is_some_and(|s| s.au == TlsCipherAu::Null && s.name.contains("_anon_"))
    }

    fn entry(self) -> Option<&'static TlsCipherSuite> {
        TlsCipherSuite::from_id(self.0)
    }
}
