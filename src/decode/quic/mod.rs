//! QUIC on the wire: the version-independent header (RFC 8999), long headers of versions 1 and 2 and their drafts
//! (RFC 9000 §17, RFC 9369), Initial protection (RFC 9001 §5) and the frames an Initial may hold.
//!
//! Everything a path observer can know is here: Initial packets are sealed with keys that follow from a connection id in
//! clear. Views borrow the datagram; only opening a packet writes, into a buffer of the caller's.

mod frame;
pub mod gquic;
mod keys;
mod packet;
mod reader;
mod retry;
mod version;

pub use frame::{Close, Frame, Frames};
pub use keys::{InitialKeys, Secrets};
pub use packet::{LongKind, LongPacket, MAX_CID, Packet, Packets, VersionNegotiation, packets};
pub use reader::Reader;
pub use retry::{RetryPacket, retry_is_genuine};
pub use version::Version;

#[cfg(test)]
pub(crate) mod vectors;
