//! Version numbers, their names and what differs between them: salts, labels and packet types.

use std::fmt;

/// A version number as sent; unknown ones survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(pub u32);

/// What the Initial keys of a version are derived with (RFC 9001 §5.2, RFC 9369 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Derivation {
    pub salt: [u8; 20],
    /// The labels are "quic key" … or "quicv2 key" ….
    pub v2_labels: bool,
}

impl Version {
    /// Not a version: marks a Version Negotiation packet (RFC 8999 §6).
    pub const NEGOTIATION: Version = Version(0);
    /// RFC 9000.
    pub const V1: Version = Version(1);
    /// RFC 9369.
    pub const V2: Version = Version(0x6b33_43cf);
    /// The last draft of version 2 with another number (draft-ietf-quic-v2-01 and later until the RFC).
    pub const V2_DRAFT: Version = Version(0x709a_50c4);

    /// An IETF draft of version 1.
    #[must_use]
    pub fn draft(self) -> Option<u8> {
        match self.0 {
            0xff00_0000..=0xff00_00ff => Some(self.0 as u8),
            // Facebook's mvfst numbers its own: 0xfaceb001 is draft 22, 0xfaceb002 and 0xfaceb00e are draft 27.
            0xface_b001 => Some(22),
            0xface_b002 | 0xface_b00e => Some(27),
            _ => None,
        }
    }

    /// Reserved to exercise version negotiation: 0x?a?a?a?a (RFC 9000 §15).
    #[must_use]
    pub fn is_reserved(self) -> bool {
        self.0 & 0x0f0f_0f0f == 0x0a0a_0a0a
    }

    /// Google's QUIC: `Q` (its own handshake) or `T` (TLS) and three digits in ASCII.
    #[must_use]
    pub fn is_gquic(self) -> bool {
        let [family, digits @ ..] = self.0.to_be_bytes();
        matches!(family, b'Q' | b'T') && digits.iter().all(u8::is_ascii_digit)
    }

    /// Google QUIC's number: 46 for Q046.
    #[must_use]
    pub fn gquic_number(self) -> Option<u16> {
        let [_, digits @ ..] = self.0.to_be_bytes();
        self.is_gquic().then(|| digits.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0')))
    }

    /// Long headers are those of RFC 9000 in layout: drafts from 22, versions 1 and 2, Google's from 050. Reserved numbers
    /// count too, as a client sends one where its first real version would be.
    #[must_use]
    pub fn has_ietf_layout(self) -> bool {
        self == Version::V1
            || self.has_v2_types()
            || self.is_reserved()
            || self.draft().is_some_and(|d| (22..=34).contains(&d))
            || self.gquic_number().is_some_and(|n| n >= 50)
    }

    /// The packet types are numbered as in version 2 (RFC 9369 §3.2).
    #[must_use]
    pub fn has_v2_types(self) -> bool {
        matches!(self, Version::V2 | Version::V2_DRAFT)
    }

    /// The handshake in CRYPTO frames is TLS, not Google's own.
    #[must_use]
    pub fn carries_tls(self) -> bool {
        self.0.to_be_bytes()[0] != b'Q' || !self.is_gquic()
    }

    /// How its Initial keys are derived. `None` for a version that has none, or whose salt is not known.
    pub(super) fn derivation(self) -> Option<Derivation> {
        let salt = match (self, self.draft()) {
            (Version::V1, _) | (_, Some(33 | 34)) => SALT_V1,
            (Version::V2, _) => SALT_V2,
            (Version::V2_DRAFT, _) => SALT_V2_DRAFT,
            (_, Some(29..=32)) => SALT_DRAFT_29,
            (_, Some(23..=28)) => SALT_DRAFT_23,
            (_, Some(22)) => SALT_DRAFT_22,
            (Version(Q050), _) => SALT_Q050,
            (Version(T050), _) => SALT_T050,
            (Version(T051), _) => SALT_T051,
            _ => return None,
        };
        Some(Derivation { salt, v2_labels: self.has_v2_types() })
    }

    /// The versions whose keys may open an Initial of this one: itself, or for a reserved number those that a client is
    /// likely to have used underneath. Opening authenticates, so a wrong guess cannot pass.
    pub fn key_candidates(self) -> impl Iterator<Item = Version> {
        const GUESSES: [Version; 4] = [Version::V1, Version(0xff00_001d), Version(0xff00_001b), Version::V2];
        let own = self.derivation().map(|_| self);
        own.into_iter().chain(GUESSES.into_iter().filter(move |_| self.is_reserved()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Version::V1 => f.write_str("v1"),
            Version::V2 => f.write_str("v2"),
            Version::V2_DRAFT => f.write_str("v2-draft"),
            Version(0xff00_0000..=0xff00_00ff) => write!(f, "draft-{}", self.0 & 0xff),
            _ if self.is_gquic() => self.0.to_be_bytes().iter().try_for_each(|&b| write!(f, "{}", b as char)),
            Version(other) => write!(f, "0x{other:08x}"),
        }
    }
}

const Q050: u32 = u32::from_be_bytes(*b"Q050");
const T050: u32 = u32::from_be_bytes(*b"T050");
const T051: u32 = u32::from_be_bytes(*b"T051");

/// RFC 9001 §5.2; also drafts 33 and 34.
const SALT_V1: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f,
    0x0a,
];
/// RFC 9369 §3.3.1.
const SALT_V2: [u8; 20] = [
    0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e,
    0xd9,
];
/// draft-ietf-quic-v2-03 §3.3.1.
const SALT_V2_DRAFT: [u8; 20] = [
    0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d, 0x62, 0xca, 0x57, 0x04, 0x06, 0xea, 0x7a, 0xe3, 0xe5,
    0xd3,
];
/// draft-ietf-quic-tls-29 §5.2.
const SALT_DRAFT_29: [u8; 20] = [
    0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8,
    0x99,
];
/// draft-ietf-quic-tls-23 §5.2.
const SALT_DRAFT_23: [u8; 20] = [
    0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5,
    0x02,
];
/// draft-ietf-quic-tls-22 §5.2.
const SALT_DRAFT_22: [u8; 20] = [
    0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64,
    0x4a,
];
/// Google QUIC Q050.
const SALT_Q050: [u8; 20] = [
    0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b,
    0x45,
];
/// Google QUIC T050.
const SALT_T050: [u8; 20] = [
    0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83,
    0x10,
];
/// Google QUIC T051.
const SALT_T051: [u8; 20] = [
    0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03,
    0x3d,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_people_use_and_unknown_numbers_survive() {
        let names = [
            (1, "v1"),
            (0x6b33_43cf, "v2"),
            (0xff00_001d, "draft-29"),
            (0x5130_3436, "Q046"),
            (0x1a2a_3a4a, "0x1a2a3a4a"),
            (0xdead_beef, "0xdeadbeef"),
        ];
        for (number, name) in names {
            assert_eq!(Version(number).to_string(), name);
        }
    }

    #[test]
    fn layout_is_known_only_for_known_families() {
        for known in [1, 0x6b33_43cf, 0xff00_0017, 0xface_b002, 0x5130_3530, 0xbaba_baba] {
            assert!(Version(known).has_ietf_layout(), "{known:x}");
        }
        for unknown in [0, 2, 0xff00_0012, 0x5130_3436, 0xdead_beef] {
            assert!(!Version(unknown).has_ietf_layout(), "{unknown:x}");
        }
    }
}
