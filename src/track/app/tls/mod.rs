//! TLS over an ordered stream, DTLS over datagrams, and the facts that both share with QUIC.
//!
//! [`TlsFacts`] grows by handshake messages ([`TlsFacts::handshake_message`]), whatever carried them; [`TlsSession`]
//! and [`DtlsSession`] find those messages in records and tell what is encrypted from where on.

mod certificate;
mod certificates;
mod chain;
mod choice;
mod dtls;
mod facts;
mod fingerprint;
mod handshake;
mod join;
mod legacy;
mod offer;
mod records;
mod secret;
mod session;
#[cfg(test)]
mod tests;

pub use certificate::Certificate;
pub use certificates::Certificates;
pub use chain::Chain;
pub use choice::Choice;
pub use dtls::DtlsSession;
pub use facts::{
    ClientCertificate, EarlyData, EchState, MAX_ALERTS, MAX_CERTIFICATES, MAX_PHASES, NotTls, TlsAlert, TlsFacts,
    TlsPhase, Transport,
};
pub use offer::{EchOffer, Offer};
pub use session::TlsSession;
