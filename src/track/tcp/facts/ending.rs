//! How a connection ended, and what was left of it.

use crate::source::{At, Timestamp};
use crate::track::tcp::State;
use crate::track::{ConvId, Dir};

/// TIME_WAIT as one end holds it (RFC 9293 §3.6.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeWait {
    /// When it began.
    pub from: At,
    /// When 2×MSL is over; restarts with each repeated FIN.
    pub until: Timestamp,
    /// A reset that ended it early (RFC 1337).
    pub killed: Option<At>,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// Still open at the capture's end.
    Open,
    /// FIN from both sides, or from one.
    Fin,
    /// Reset.
    Rst,
}

/// A reset, and what surrounded it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reset {
    /// Who sent it.
    pub from: Dir,
    /// The packet.
    pub at: At,
    /// The sender's state before it.
    pub state: State,
    /// The receiver's state before it.
    pub peer_state: State,
    /// Payload of the peer that the sender of the reset had not acknowledged, in bytes.
    pub unacked_bytes: u32,
    /// Time since the packet before it, in nanoseconds.
    pub idle_ns: i64,
    /// The packet it answers carried data.
    pub answers_data: Option<At>,
    /// The reset's number is exactly the one expected (RFC 5961 §3.2).
    pub in_window: bool,
}

/// The same 4-tuple used by an earlier conversation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reuse {
    /// That conversation.
    pub previous: ConvId,
    /// Last packet of it.
    pub ended: At,
    /// State of the previous connection's client and server when the new SYN came.
    pub states: [State; 2],
    /// TIME_WAIT that was still running, by end of the previous connection.
    pub time_wait: Option<Dir>,
    /// The new SYN's timestamp is later than the last one seen of that host (RFC 6191).
    pub timestamp_later: Option<bool>,
    /// The new ISN lies beyond the last sequence number used.
    pub isn_later: bool,
}

/// A reset in answer to the first data after a long silence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IdleReset {
    /// The last packet before the silence.
    pub before: At,
    /// The data that ended the silence.
    pub data: At,
    /// Who sent that data.
    pub from: Dir,
    /// The reset.
    pub reset: At,
}

/// Evidence that one end does not know the connection any more (RFC 9293 §3.5.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfOpen {
    /// The end that still holds it.
    pub holder: Dir,
    /// The packet that found out.
    pub probe: At,
    /// The answer: a RST, or a SYN of the restarted side.
    pub answer: At,
}
