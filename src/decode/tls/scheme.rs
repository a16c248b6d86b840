//! Signature schemes (RFC 8446 §4.2.3) by their registered names.

use super::{Name, is_grease};

/// A signature scheme by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignatureScheme(pub u16);

impl SignatureScheme {
    /// The registered name, the hash and signature pair of TLS 1.2 (RFC 5246 §7.4.1.4.1), or the number.
    #[must_use]
    pub fn name(self) -> Name {
        let name = match self.0 {
            0x0201 => "rsa_pkcs1_sha1",
            0x0203 => "ecdsa_sha1",
            0x0401 => "rsa_pkcs1_sha256",
            0x0501 => "rsa_pkcs1_sha384",
            0x0601 => "rsa_pkcs1_sha512",
            0x0403 => "ecdsa_secp256r1_sha256",
            0x0503 => "ecdsa_secp384r1_sha384",
            0x0603 => "ecdsa_secp521r1_sha512",
            0x0708 => "sm2sig_sm3",
            0x0804 => "rsa_pss_rsae_sha256",
            0x0805 => "rsa_pss_rsae_sha384",
            0x0806 => "rsa_pss_rsae_sha512",
            0x0807 => "ed25519",
            0x0808 => "ed448",
            0x0809 => "rsa_pss_pss_sha256",
            0x080a => "rsa_pss_pss_sha384",
            0x080b => "rsa_pss_pss_sha512",
            0x081a => "ecdsa_brainpoolP256r1tls13_sha256",
            0x081b => "ecdsa_brainpoolP384r1tls13_sha384",
            0x081c => "ecdsa_brainpoolP512r1tls13_sha512",
            0x0904 => "mldsa44",
            0x0905 => "mldsa65",
            0x0906 => "mldsa87",
            other if is_grease(other) => return format!("GREASE 0x{other:04x}").into(),
            other => return pair(other).unwrap_or_else(|| format!("0x{other:04x}")).into(),
        };
        name.into()
    }
}

fn pair(scheme: u16) -> Option<String> {
    let hash = ["none", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"].get(usize::from(scheme >> 8))?;
    let signature = ["anonymous", "rsa", "dsa", "ecdsa"].get(usize::from(scheme & 0xff))?;
    Some(format!("{signature}_{hash}"))
}
