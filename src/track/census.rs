//! Counters over the whole capture, for concepts that no single conversation shows.

use std::collections::BTreeMap;

use arrayvec::ArrayVec;
use rustc_hash::FxHashMap;

use super::app::App;
use super::{At, Conversation, Limits, Proto, Spread, Tally, Timestamp};
use crate::decode::{Addr, Fault, Layer, MAX_LAYERS, Packet, Tunnel};

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

/// Connection attempts of one source to one target host or of all sources to one service.
#[derive(Debug, Clone, Default)]
pub struct Attempts {
    /// Connections begun with a SYN.
    pub begun: Tally,
    /// Of these, answered by SYN-ACK.
    pub answered: u32,
    /// Of these, completed.
    pub completed: u32,
    /// Refused by RST or ICMP.
    pub refused: u32,
    /// No answer at all.
    pub silent: u32,
    /// Distinct peers (sources or targets), counted up to [`MAX_DISTINCT`].
    pub peers: u32,
    /// Distinct target ports, counted up to [`MAX_DISTINCT`].
    pub ports: u32,
    /// First frames of up to four of them.
    pub frames: ArrayVec<u32, 4>,
}

/// Distinct values are counted exactly up to here.
pub const MAX_DISTINCT: u32 = 65_536;

/// TIME_WAITs of one host.
#[derive(Debug, Clone, Default)]
pub struct TimeWaits {
    /// Entered, first and last.
    pub entered: Tally,
    /// Most at once, and when.
    pub peak: u32,
    /// See `peak`.
    pub peak_at: At,
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

/// One-way or unanswered datagram flows by service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unanswered {
    /// Conversations with datagrams from one side only.
    pub conversations: u32,
    /// Datagrams in them.
    pub datagrams: u64,
    /// First datagram of the first.
    pub first: At,
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
    /// First fragments too small to hold the transport header (RFC 1858).
    pub tiny: Tally,
    /// Fragments that overlap with other content (RFC 5722).
    pub overlapping: Tally,
}

/// Totals and tables over the whole capture. Every table is bounded; what a bound cut is in `limits_hit`.
#[derive(Debug, Default)]
pub struct Census {
    /// All packets.
    pub total: Volume,
    /// Bytes captured.
    pub captured_bytes: u64,
    /// Time of the first packet in file order.
    pub first: At,
    /// Time of the last.
    pub last: At,
    /// Packets by stack of layers.
    pub stacks: FxHashMap<ArrayVec<Layer, MAX_LAYERS>, Volume>,
    /// By transport protocol.
    pub transports: BTreeMap<Proto, Volume>,
    /// By application.
    pub apps: BTreeMap<App, Volume>,
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
    /// Packets of each link type.
    pub links: BTreeMap<u16, Volume>,
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
    pub by_source: FxHashMap<Addr, Attempts>,
    /// Connection attempts by service.
    pub by_service: FxHashMap<(Addr, u16), Attempts>,
    /// TIME_WAIT by the host that holds it.
    pub time_waits: BTreeMap<Addr, TimeWaits>,
    /// Listeners that came back.
    pub rebinds: Vec<Rebind>,
    /// Conversations by protocol.
    pub conversations: BTreeMap<Proto, u32>,
    /// Name of a bound and how often it cut something.
    pub limits_hit: BTreeMap<&'static str, u64>,
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

/// What capture-wide rules see.
#[derive(Clone, Copy)]
pub struct Overview<'a> {
    /// Counters.
    pub census: &'a Census,
    /// What the capture files say of themselves.
    pub info: &'a crate::source::CaptureInfo,
    /// The conversations that are still remembered, in order of number.
    pub conversations: &'a [Conversation],
    /// 2×MSL in nanoseconds, as configured.
    pub two_msl_ns: i64,
    /// The capture's end.
    pub end: Timestamp,
}

impl Census {
    /// The tag of a packet's tunnel or VLAN: 0 for none, else its place in `tunnels` counted from 1.
    pub(super) fn tag(&mut self, packet: &Packet<'_>, limits: &Limits) -> u16 {
        if packet.vlan == 0 && packet.tunnel.is_none() {
            return 0;
        }
        let known = self.tunnels.iter().position(|t| t.vlan == packet.vlan && t.tunnel == packet.tunnel);
        let index = known.unwrap_or_else(|| {
            if self.tunnels.len() < limits.tunnels.min(usize::from(u16::MAX)) {
                let (vlan, tunnel) = (packet.vlan, packet.tunnel);
                self.tunnels.push(TunnelUse { vlan, tunnel, volume: Volume::default(), first: packet.at });
            } else {
                *self.limits_hit.entry("tunnels").or_default() += 1;
            }
            self.tunnels.len() - 1
        });
        if let Some(tunnel) = self.tunnels.get_mut(index) {
            tunnel.volume.add(packet.wire_len);
        }
        index as u16 + 1
    }

    /// Counts what every packet counts in.
    pub(super) fn count(&mut self, packet: &Packet<'_>, limits: &Limits) {
        if self.total.packets == 0 {
            self.first = packet.at;
        } else if packet.at.ts < self.last.ts {
            self.clock_back.add(At { ts: packet.at.ts, ..self.last }, At { ts: self.last.ts, ..packet.at });
        }
        self.last = packet.at;
        self.total.add(packet.wire_len);
        self.captured_bytes += u64::from(packet.cap_len);
        self.links.entry(packet.link.0).or_default().add(packet.wire_len);
        if packet.cut {
            self.cut.add(packet.at);
            self.cut_bytes += u64::from(packet.wire_len - packet.cap_len);
        }
        if self.stacks.len() < limits.census_entries || self.stacks.contains_key(&packet.layers) {
            self.stacks.entry(packet.layers.clone()).or_default().add(packet.wire_len);
        }
        if let Some(fault) = packet.fault {
            self.faults.entry(fault).or_default().add(packet.at);
        }
    }
}

impl Volume {
    /// Counts one packet.
    pub fn add(&mut self, bytes: u32) {
        self.packets += 1;
        self.bytes += u64::from(bytes);
    }
}
