//! All state: conversations, endpoints, sequence spaces, streams and the applications inside.

pub mod app;
mod arrive;
mod basis;
mod begin;
mod budget;
pub mod census;
mod conversation;
mod datagram;
pub mod defrag;
mod dns;
mod event;
mod forget;
mod fragments;
mod icmp;
mod limits;
mod links;
mod pool;
mod records;
mod reuse;
mod sockets;
mod syn;
mod table;
pub mod tcp;
#[cfg(test)]
pub(crate) mod testing;
mod tracker;
mod vlan;
mod warm;

pub use basis::{Basis, Decimated, Period, Spread, Tally};
pub use census::{Census, Overview};
pub use conversation::{ConvId, Conversation, Detail, Endpoint, Proto};
pub use event::{Event, KINDS, Kind, Proof, Segment, Sink, What};

pub use limits::Limits;
pub use records::Records;
pub use sockets::Moment;
pub use syn::Attempt;
pub use tracker::{Options, Tracker};

pub use crate::decode::Addr;
pub use crate::source::{At, CaptureInfo, NS_PER_MS, NS_PER_S, Timestamp, ms};

/// A direction or an end of a conversation, relative to its initiator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dir {
    /// From, or of, the initiator.
    Client,
    /// From, or of, the other side.
    Server,
}

impl Dir {
    /// The other side.
    #[inline]
    #[must_use]
    pub fn flip(self) -> Dir {
        match self {
            Dir::Client => Dir::Server,
            Dir::Server => Dir::Client,
        }
    }

    /// `client` or `server`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dir::Client => "client",
            Dir::Server => "server",
        }
    }

    /// 0 for the client, 1 for the server: the index of per-end arrays.
    #[inline]
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}
