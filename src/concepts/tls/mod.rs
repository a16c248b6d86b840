//! TLS: what is agreed, what is readable, what is wrong (section 5).

mod alert;
mod alpn;
mod certificate_encrypted;
mod certificate_problem;
mod certificate_visible;
mod cipher;
mod fingerprint;
mod handshake;
mod hello_retry;
mod key_share;
mod no_sni;
mod obsolete;
mod sni_cleartext;
mod version;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &handshake::HANDSHAKE,
    &version::VERSION,
    &sni_cleartext::SNI_CLEARTEXT,
    &no_sni::NO_SNI,
    &cipher::CIPHER,
    &key_share::KEY_SHARE,
    &hello_retry::HELLO_RETRY,
    &certificate_visible::CERTIFICATE_VISIBLE,
    &certificate_encrypted::CERTIFICATE_ENCRYPTED,
    &certificate_problem::CERTIFICATE_PROBLEM,
    &alpn::ALPN,
    &alert::ALERT,
    &obsolete::OBSOLETE,
    &fingerprint::FINGERPRINT,
];
