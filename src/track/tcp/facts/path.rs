//! What the path said or hid: ICMP errors, packets too large for it.

use crate::decode::Quoted;
use crate::decode::tcp::Seq;
use crate::source::At;
use crate::track::{Dir, Tally};

/// An ICMP error that quoted a packet of this connection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IcmpError {
    /// The frame with the ICMP message.
    pub at: At,
    /// Who sent it.
    pub from: crate::decode::Addr,
    /// Whose packet it quotes.
    pub quotes: Dir,
    /// ICMPv6.
    pub v6: bool,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// Next-hop MTU of "fragmentation needed" or "packet too big"; 0 when absent.
    pub mtu: u32,
    /// Length of the quoted packet.
    pub quoted_len: u32,
    /// Sequence number quoted.
    pub seq: Option<Seq>,
    /// Where the quoted packet is of no conversation of this capture: what it says itself.
    pub alone: Option<Quoted>,
    /// Later packets of the one quoted that were too big still; those that may have left before it heard are left out.
    pub above: Tally,
    /// Later packets of it with payload that were not.
    pub within: Tally,
}

/// ICMP errors remembered per conversation; more are counted only.
pub const MAX_ICMP: usize = 4;

/// Large packets that never arrive (RFC 2923 §2.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlackHole {
    /// Who sends them.
    pub from: Dir,
    /// Largest IP packet that was acknowledged.
    pub passed: u32,
    /// Smallest IP packet that never was.
    pub lost: u32,
    /// First copy of the lost segment.
    pub first: At,
    /// Last copy.
    pub last: At,
    /// Copies sent.
    pub sends: u32,
    /// Largest packet sent after the first lost one that arrived meanwhile, as a SACK shows.
    pub passed_beside: Option<u32>,
    /// The size with which it went through in the end, if it did.
    pub passed_after: Option<u32>,
}
