//! TLS: what is agreed, what is readable, what is wrong (section 5).

mod alert;
mod alpn;
mod certificate_encrypted;
mod certificate_problem;
mod certificate_visible;
mod cipher;
mod downgrade;
mod ech;
mod fingerprint;
mod handshake;
mod hello_fragmented;
mod hello_retry;
mod key_share;
mod mtls;
mod no_sni;
mod not_tls;
mod obsolete;
mod resumption;
mod sni_cleartext;
mod stapling;
mod starttls;
mod version;
mod zero_rtt;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &alert::ALERT,
    &alpn::ALPN,
    &certificate_encrypted::CERTIFICATE_ENCRYPTED,
    &certificate_problem::CERTIFICATE_PROBLEM,
    &certificate_visible::CERTIFICATE_VISIBLE,
    &cipher::CIPHER,
    &fingerprint::FINGERPRINT,
    &handshake::HANDSHAKE,
    &hello_retry::HELLO_RETRY,
    &key_share::KEY_SHARE,
    &no_sni::NO_SNI,
    &obsolete::OBSOLETE,
    &sni_cleartext::SNI_CLEARTEXT,
    &version::VERSION,
    &resumption::RESUMPTION,
    &zero_rtt::ZERO_RTT,
    &mtls::MTLS,
    &downgrade::DOWNGRADE,
    &hello_fragmented::HELLO_FRAGMENTED,
    &ech::ECH,
    &starttls::STARTTLS,
    &stapling::STAPLING,
    &not_tls::NOT_TLS,
];
