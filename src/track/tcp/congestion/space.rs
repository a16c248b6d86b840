//! One sender's sequence space as the sender knows it at a moment, wherever the capture was taken.

use crate::decode::tcp::Seq;
use crate::track::tcp::send::{Ca, SendSide};

/// The numbers that the sender's congestion control goes by.
#[derive(Debug, Clone, Copy)]
pub struct Space {
    /// Lowest number not acknowledged.
    pub una: Seq,
    /// Highest number sent, plus one.
    pub nxt: Seq,
    /// Bytes SACKed above `una`.
    pub sacked_bytes: u32,
    /// Highest number SACKed, plus one.
    pub sacked_to: Seq,
    /// Recovery or loss ends when this is acknowledged.
    pub high: Seq,
    /// Congestion state.
    pub ca: Ca,
    /// Duplicate ACKs in a row.
    pub dup_acks: u32,
}

impl Space {
    /// As it is at the capture point.
    pub fn of(send: &SendSide) -> Space {
        Space {
            una: send.una,
            nxt: send.nxt,
            sacked_bytes: send.sacked_bytes,
            sacked_to: send.sacked_to,
            high: send.high,
            ca: send.ca,
            dup_acks: send.dup_acks,
        }
    }

    /// Bytes sent and not acknowledged.
    pub fn in_flight(&self) -> u32 {
        u32::try_from(self.nxt.since(self.una)).unwrap_or(0)
    }
}
