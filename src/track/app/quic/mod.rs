//! QUIC conversations as a path observer sees them: versions, connection ids, phases, and the TLS hellos that Initial
//! packets carry under keys that everybody can derive.
//!
//! A session is fed every datagram of a UDP conversation and hands out each complete TLS handshake message. All of it is
//! bounded: key derivations, failed openings, reassembled bytes and remembered ids.

mod cid;
mod crypto_stream;
mod facts;
mod key_ring;
mod probe;
mod session;
mod summary;

pub use cid::Cid;
pub use facts::{CloseFact, Gquic, PacketKind, QuicFacts, RetryFact, Seen, TokenFact, VersionNegotiationFact};
pub use probe::probe;
pub use session::{HandshakeMessage, QuicSession};
pub use summary::QuicSummary;

#[cfg(test)]
mod tests;
