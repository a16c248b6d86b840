//! Counters over the whole capture, for concepts that no single conversation shows.

mod distinct;
mod few;
mod hosts;
mod packets;
mod stacks;

use std::collections::{BTreeMap, VecDeque};

use arrayvec::ArrayVec;
use foldhash::HashMap;

use super::app::App;
use super::{At, ConvId, Endpoint, Proto, Records, Spread, Tally, Timestamp};
pub use distinct::Distinct;
pub use few::Few;
pub use hosts::is_multicast;
pub use stacks::Stacks;

use crate::decode::{Addr, Fault, Tunnel};

/// Packets and bytes of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Volume {
    /// Packets.
    pub packets: u64,
    /// Bytes on the wire.
    pub bytes: u64,
}

/// Header and payload bytes per layer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overhead {
    /// Link-layer headers (Ethernet, VLAN, cooked …), tunnels' outer headers included.
    pub link: u64,
    /// IP headers.
    pub ip: u64,
    /// TCP, UDP, ICMP … headers.
    pub transport: u64,
    /// What the applications sent.
    pub payload: u64,
}

/// What is known of one host's address.
#[derive(Debug, Clone, Default)]
pub struct Binding {
    /// MAC addresses that claimed the address by ARP or neighbour discovery, with the first claim; at most four.
    pub macs: ArrayVec<([u8; 6], At), 4>,
    /// Gratuitous announcements.
    pub gratuitous: Tally,
}

/// Connection attempts of one source.
#[derive(Debug, Clone, Default)]
pub struct Attempts {
    /// Connections begun with a SYN.
    pub begun: Tally,
    /// Of these, answered by SYN-ACK.
    pub answered: u32,
    /// Refused by RST or ICMP.
    pub refused: u32,
    /// No answer at all.
    pub silent: u32,
    /// Target hosts.
    pub peers: Distinct<Addr>,
    /// Target ports.
    pub ports: Distinct<u16>,
    /// First frames of up to four of them.
    pub frames: ArrayVec<u32, FRAMES>,
}

/// Connection attempts of all sources at one service. What few of them show stands apart, as there are thousands of these
/// and each connection looks at one.
#[derive(Debug, Clone, Default)]
pub struct Arrivals {
    /// Connections begun with a SYN.
    pub begun: Tally,
    /// Of these, completed.
    pub completed: u32,
    /// Refused by RST or ICMP.
    pub refused: u32,
    /// Connections whose client closed first and that were then closed by the server as well, or reset by either.
    pub closed_in_turn: u32,
    /// Time that completed handshakes spent between capture point and server, and between capture point and client, in
    /// nanoseconds.
    pub sides_ns: (i64, i64),
    /// Sources.
    pub peers: Distinct<Addr>,
    /// First frames of up to four of them.
    pub frames: ArrayVec<u32, FRAMES>,
    pub(crate) odd: Option<Box<Oddities>>,
}

/// Frames that stand for the attempts of one source or at one service.
const FRAMES: usize = 4;

/// What few connection attempts show.
#[derive(Debug, Clone, Copy, Default)]
pub struct Oddities {
    /// SYN-ACKs that left out options which the SYN offered.
    pub bare_answers: u32,
    /// The first of those.
    pub bare_first: At,
    /// Of which the server ignored a SYN or the final ACK, though it did not refuse: where each began.
    pub ignored: Tally,
    /// The time in which all of those were being ignored, from and until; empty if there was none.
    pub ignored_together: (Timestamp, Timestamp),
    /// SYN-ACKs whose timestamp lags behind the server's clock as a SYN cookie's does.
    pub cookie_lags: u32,
    /// The first of those.
    pub cookie_first: At,
    /// The longest lag in milliseconds.
    pub cookie_lag_max_ms: u8,
    /// Those that the accepting side did not close when its peers had closed.
    pub left_open: LeftOpen,
}

/// Distinct peers and ports are counted exactly up to here, per host.
pub const MAX_DISTINCT: usize = 1_024;

/// Conversations of one kind that are over.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ended {
    /// How many.
    pub conversations: u64,
    /// That of the lowest number: its number, its first packet, its ends.
    pub first: Option<(ConvId, At, [Endpoint; 2])>,
}

/// TIME_WAITs of one host.
#[derive(Debug, Clone, Default)]
pub struct TimeWaits {
    /// Entered, first and last.
    pub entered: Tally,
    /// Most at once, and when.
    pub peak: u32,
    /// See `peak`.
    pub peak_at: At,
    /// How many are running.
    now: u32,
    /// The destination (address and port) with the most.
    pub top_peer: Option<(Addr, u16, u32)>,
}

/// A listener that came back within TIME_WAIT of its predecessor's connections.
#[derive(Debug, Clone, Copy)]
pub struct Rebind {
    /// The listener.
    pub server: (Addr, u16),
    /// A refused SYN while it was away.
    pub away: At,
    /// The first connection accepted again.
    pub back: At,
    /// The connection whose TIME_WAIT on the server's side was still running.
    pub time_wait_from: At,
}

/// Connections whose client closed first and that are still in CLOSE_WAIT when the capture ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct LeftOpen {
    /// How many.
    pub count: u32,
    /// Where the first got the FIN.
    pub first: At,
    /// Where the last did.
    pub last: At,
    /// The longest time in CLOSE_WAIT up to the capture's end, in nanoseconds.
    pub longest_ns: i64,
}

/// One-way or unanswered datagram flows by service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unanswered {
    /// Conversations with datagrams from one side only.
    pub conversations: u32,
    /// Datagrams in them.
    pub datagrams: u64,
    /// First datagram of the first.
    pub first: At,
    /// Who sent it.
    pub client: Option<Addr>,
    /// The host itself began a conversation with who asked, which may be the answer; told here of conversations that are
    /// not remembered any more.
    pub talked: bool,
}

/// Incomplete, tiny and overlapping fragments.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fragments {
    /// Fragments.
    pub fragments: Tally,
    /// Packets put together.
    pub reassembled: u64,
    /// Packets of which a fragment is missing.
    pub incomplete: Tally,
    /// Fragments that split the transport header (RFC 1858 §3).
    pub tiny: Tally,
    /// Fragments that cover bytes of another without being a copy of it (RFC 5722).
    pub overlapping: Tally,
}

/// Totals and tables over the whole capture. Every table is bounded; what a bound cut is in `limits_hit`.
#[derive(Debug, Clone, Default)]
pub struct Census {
    /// All packets.
    pub total: Volume,
    /// Time of the first packet in file order.
    pub first: At,
    /// Time of the last.
    pub last: At,
    /// Packets by stack of layers.
    pub stacks: Stacks,
    /// By transport protocol.
    pub transports: Few<Proto, Volume>,
    /// Header bytes against payload.
    pub overhead: Overhead,
    /// Packets cut by the snapshot length.
    pub cut: Tally,
    /// Bytes cut.
    pub cut_bytes: u64,
    /// What could not be decoded.
    pub faults: BTreeMap<Fault, Tally>,
    /// Timestamps that went backwards, by how much at most.
    pub clock_back: Spread,
    /// Tunnels and VLANs, by tag (index) from 1.
    pub tunnels: Vec<TunnelUse>,
    /// Address bindings by ARP and neighbour discovery.
    pub bindings: BTreeMap<Addr, Binding>,
    /// Multicast and broadcast datagrams by destination.
    pub multicast: BTreeMap<(Addr, u16), Volume>,
    /// UDP services (server address and port) that never answered.
    pub unanswered: BTreeMap<(Addr, u16), Unanswered>,
    /// Fragments.
    pub fragments: Fragments,
    /// Connection attempts by source.
    pub by_source: HashMap<Addr, Attempts>,
    /// Connection attempts by service.
    pub by_service: HashMap<(Addr, u16), Arrivals>,
    /// TIME_WAIT by the host that holds it.
    pub time_waits: HashMap<Addr, TimeWaits>,
    /// Listeners that came back.
    pub rebinds: Vec<Rebind>,
    /// Conversations.
    pub conversations: u64,
    /// Those that are over, by protocol and application.
    pub apps: Few<(Proto, App), Ended>,
    /// Name of a bound and how often it cut something.
    pub limits_hit: BTreeMap<&'static str, u64>,
    tags: HashMap<(u32, Option<Tunnel>), u16>,
    running: VecDeque<(Timestamp, Addr)>,
    listeners: HashMap<(Addr, u16), Listener>,
}

/// A listener watched for a restart.
#[derive(Debug, Clone, Default)]
struct Listener {
    /// A SYN was refused.
    away: Option<At>,
    /// TIME_WAIT of a connection on the listener's side: from, until.
    waiting: Option<(At, Timestamp)>,
}

/// One tunnel or VLAN and what went through it.
#[derive(Debug, Clone, Copy)]
pub struct TunnelUse {
    /// VLAN ids, `outer << 12 | inner`; 0 for none.
    pub vlan: u32,
    /// The tunnel, if any.
    pub tunnel: Option<Tunnel>,
    /// Packets and bytes.
    pub volume: Volume,
    /// First packet.
    pub first: At,
}

/// The entries of a table that `wanted` accepts, in order of their keys. Tables hash with a seed of each run, so that no capture can make its keys collide;
/// their own order says nothing.
#[must_use]
pub fn in_order<K: Ord, V>(table: &HashMap<K, V>, wanted: impl Fn(&V) -> bool) -> Vec<(&K, &V)> {
    let mut entries: Vec<_> = table.iter().filter(|(_, value)| wanted(value)).collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

/// What capture-wide rules see.
#[derive(Clone, Copy)]
pub struct Overview<'a> {
    /// Counters.
    pub census: &'a Census,
    /// What the capture files say of themselves.
    pub info: &'a crate::source::CaptureInfo,
    /// The conversations that are still remembered, in order of number.
    pub conversations: &'a Records,
    /// 2×MSL in nanoseconds, as configured.
    pub two_msl_ns: i64,
    /// The capture's end.
    pub end: Timestamp,
}
