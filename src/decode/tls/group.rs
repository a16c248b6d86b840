//! Key-exchange groups (IANA TLS Supported Groups) and the one that a ServerKeyExchange names.

use super::{CipherSuite, Name, Reader, is_grease};

/// A group by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamedGroup(pub u16);

impl NamedGroup {
    /// The IANA name, or the number.
    #[must_use]
    pub fn name(self) -> Name {
        let name = match self.0 {
            n @ 1..=22 => OLD_CURVES.get(usize::from(n) - 1).copied().unwrap_or_default(),
            23 => "secp256r1",
            24 => "secp384r1",
            25 => "secp521r1",
            26 => "brainpoolP256r1",
            27 => "brainpoolP384r1",
            28 => "brainpoolP512r1",
            29 => "x25519",
            30 => "x448",
            31 => "brainpoolP256r1tls13",
            32 => "brainpoolP384r1tls13",
            33 => "brainpoolP512r1tls13",
            34..=40 => return format!("GC256A+{}", self.0 - 34).into(),
            41 => "curveSM2",
            256 => "ffdhe2048",
            257 => "ffdhe3072",
            258 => "ffdhe4096",
            259 => "ffdhe6144",
            260 => "ffdhe8192",
            512 => "MLKEM512",
            513 => "MLKEM768",
            514 => "MLKEM1024",
            4587 => "SecP256r1MLKEM768",
            4588 => "X25519MLKEM768",
            4589 => "SecP384r1MLKEM1024",
            25497 => "X25519Kyber768Draft00",
            25498 => "SecP256r1Kyber768Draft00",
            0xff01 => "arbitrary_explicit_prime_curves",
            0xff02 => "arbitrary_explicit_char2_curves",
            other if is_grease(other) => return format!("GREASE 0x{other:04x}").into(),
            other => return format!("0x{other:04x}").into(),
        };
        name.into()
    }

    /// Withstands a quantum computer, alone or in a hybrid.
    #[must_use]
    pub fn post_quantum(self) -> bool {
        matches!(self.0, 512..=514 | 4587..=4589 | 25497 | 25498)
    }

    /// A reserved value (RFC 8701).
    #[must_use]
    pub fn is_grease(self) -> bool {
        is_grease(self.0)
    }
}

/// The group that a ServerKeyExchange of TLS ≤ 1.2 carries: a curve's name, or `DH` and the bits of the prime.
#[must_use]
pub fn server_key_exchange_group(cipher: CipherSuite, body: &[u8]) -> Option<Name> {
    let name = cipher.name();
    let mut body = Reader(body);
    if name.contains("_PSK_") {
        body.vector(2)?;
    }
    if name.contains("_ECDHE_") || name.contains("_ECDH_anon_") {
        // RFC 8422 §5.4: curve type 3 is a named curve.
        return (body.u8()? == 3).then(|| body.u16())?.map(|curve| NamedGroup(curve).name());
    }
    if name.contains("_DHE_") || name.contains("_DH_anon_") {
        let prime = body.vector(2)?;
        let zeros: u32 = leading_zeros(prime);
        return Some(format!("DH {}", (prime.len() as u32 * 8).saturating_sub(zeros)).into());
    }
    None
}

fn leading_zeros(number: &[u8]) -> u32 {
    let whole = number.iter().take_while(|b| **b == 0).count();
    whole as u32 * 8 + number.get(whole).map_or(0, |b| b.leading_zeros())
}

/// Groups 1 to 22 (RFC 8422 §5.1.1, deprecated).
const OLD_CURVES: &[&str] = &[
    "sect163k1",
    "sect163r1",
    "sect163r2",
    "sect193r1",
    "sect193r2",
    "sect233k1",
    "sect233r1",
    "sect239k1",
    "sect283k1",
    "sect283r1",
    "sect409k1",
    "sect409r1",
    "sect571k1",
    "sect571r1",
    "secp160k1",
    "secp160r1",
    "secp160r2",
    "secp192k1",
    "secp192r1",
    "secp224k1",
    "secp224r1",
    "secp256k1",
];
