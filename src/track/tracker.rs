//! The tracker: packets in, conversations and events out.
//!
//! Packets come in batches. All of a batch are hashed first and what they need is brought into the cache; then each is
//! taken in order.

use std::collections::VecDeque;

use super::app::Phase;
use super::app::dns::{DnsTable, Exchanges};
use super::app::tls::Certificates;
use super::budget::Budget;
use super::census::Census;
use super::defrag::Defrag;
use super::event::{Event, Kind, Sink, What};
use super::forget::Elders;
use super::pool::Pool;
use super::table::{FlowKey, FlowTable, Hashed};
use super::tcp::{Context, Out};
use super::vlan::Vlans;
use super::{ConvId, Dir, Limits, Overview, Proto};
use crate::decode::{Packet, Transport};
use crate::source::{At, BATCH, CaptureInfo, Timestamp};

/// How to track.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// 2×MSL in nanoseconds (RFC 9293 §3.4.2; 60 s on Linux).
    pub two_msl_ns: i64,
    /// Emit [`What::Segment`] for this conversation.
    pub trace: Option<ConvId>,
    /// Emit [`What::Segment`] or [`What::Datagram`] for this frame, to find its conversation.
    pub trace_frame: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Options { limits: Limits::default(), two_msl_ns: 60 * crate::source::NS_PER_S, trace: None, trace_frame: None }
    }
}

impl Options {
    /// Whether a packet is to be told for itself.
    pub(super) fn traces(&self, index: u32, frame: u32) -> bool {
        self.trace.is_some_and(|id| id.0 == index) || self.trace_frame == Some(frame)
    }
}

/// All state of one capture.
#[derive(Debug, Clone)]
pub struct Tracker {
    pub(super) options: Options,
    /// What of them a connection needs.
    pub(super) context: Context,
    pub(super) table: FlowTable,
    pub(super) census: Census,
    pub(super) defrag: Defrag,
    pub(super) out: Out,
    pub(super) dns: DnsTable,
    /// Exchanges on their way out.
    pub(super) exchanges: Exchanges,
    certificates: Certificates,
    pub(super) vlans: Vlans,
    pub(super) pool: Pool,
    /// Closed TCP conversations whose details are still kept, oldest first, with the time they closed.
    pub(super) lingering: VecDeque<(u32, Timestamp)>,
    pub(super) budget: Budget,
    pub(super) elders: Elders,
    /// Conversations whose SYN was answered by a challenge ACK, latest last.
    pub(super) challenged: Vec<u32>,
    pub(super) now: At,
}

impl Tracker {
    /// An empty tracker.
    #[must_use]
    pub fn new(options: Options) -> Tracker {
        let context = Context { limits: options.limits.tcp(), two_msl_ns: options.two_msl_ns };
        Tracker {
            context,
            defrag: Defrag::new(options.limits.fragment_sets, options.limits.fragment_bytes),
            dns: DnsTable::new(&options.limits),
            exchanges: Vec::new(),
            certificates: Certificates::default(),
            vlans: Vlans::default(),
            options,
            table: FlowTable::default(),
            census: Census::default(),
            out: Out::default(),
            pool: Pool::default(),
            lingering: VecDeque::new(),
            budget: Budget::default(),
            elders: Elders::default(),
            challenged: Vec::new(),
            now: At::default(),
        }
    }

    /// Takes a batch of packets in capture order.
    pub fn batch(&mut self, packets: &[Packet<'_>], sink: &mut impl Sink) {
        self.census.count(packets, &self.options.limits);
        let mut keys = arrayvec::ArrayVec::<_, BATCH>::new();
        for packet in packets.iter().take(BATCH) {
            keys.push(self.hashed(packet));
        }
        self.warm(&keys);
        let retires = self.may_retire(packets);
        for (packet, key) in packets.iter().zip(&keys) {
            self.now = packet.at;
            if retires {
                self.retire(packet.at.ts, sink);
            }
            self.packet(packet, key.as_ref(), sink);
        }
    }

    /// The capture is over: everything left is closed, in order of number.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        self.finish_fragments();
        self.finish_dns(sink);
        for index in self.table.records().numbers() {
            self.close(index, sink);
        }
        // Closing a connection gives the beginning of a message that was never completed.
        self.finish_dns(sink);
        self.lingering.clear();
    }

    /// What capture-wide rules see.
    #[must_use]
    pub fn overview<'a>(&'a self, info: &'a CaptureInfo) -> Overview<'a> {
        Overview {
            census: &self.census,
            info,
            conversations: self.table.records(),
            two_msl_ns: self.options.two_msl_ns,
            end: self.now.ts,
        }
    }

    #[inline(always)]
    fn hashed(&mut self, packet: &Packet<'_>) -> Option<Hashed> {
        let key = self.key(packet)?;
        Some(Hashed { key, hash: self.table.hash(&key) })
    }

    #[inline(always)]
    fn key(&mut self, packet: &Packet<'_>) -> Option<FlowKey> {
        let ip = packet.ip.as_ref()?;
        let (protocol, src, dst) = match &packet.transport {
            Transport::Tcp(t) => (6, t.src_port, t.dst_port),
            Transport::Udp(u) => (17, u.src_port, u.dst_port),
            Transport::Sctp { src_port, dst_port, .. } => (132, *src_port, *dst_port),
            Transport::Icmp(icmp) => (if icmp.v6 { 58 } else { 1 }, 0, 0),
            Transport::Ip { protocol, .. } => (*protocol, 0, 0),
            Transport::Fragment(_) | Transport::Arp(_) | Transport::None => return None,
        };
        let tag = self.census.tag(packet, &self.options.limits);
        Some(FlowKey::new((ip.src, src), (ip.dst, dst), protocol, tag))
    }

    #[inline]
    fn packet(&mut self, packet: &Packet<'_>, key: Option<&Hashed>, sink: &mut impl Sink) {
        match &packet.transport {
            Transport::Arp(arp) => self.census.arp(arp, packet.at, &self.options.limits),
            Transport::Fragment(_) => self.fragment(packet, sink),
            _ => self.carried(packet, key, sink),
        }
    }

    /// A packet that an earlier fragment began and this frame completed: counted where its frames were, not again.
    pub(super) fn reassembled(&mut self, packet: &Packet<'_>, sink: &mut impl Sink) {
        if let Transport::Fragment(_) = packet.transport {
            return self.fragment(packet, sink);
        }
        let key = self.hashed(packet);
        self.carried(packet, key.as_ref(), sink);
    }

    /// What an IP packet carries.
    fn carried(&mut self, packet: &Packet<'_>, key: Option<&Hashed>, sink: &mut impl Sink) {
        let (Some(key), Some(ip)) = (key, &packet.ip) else { return };
        match &packet.transport {
            Transport::Tcp(tcp) => self.tcp(key, ip, tcp, packet.at, sink),
            _ => self.connectionless(packet, ip, key, sink),
        }
    }

    /// Phases that a packet has shown.
    pub(super) fn phases(&self, index: u32, at: At, phases: &[Phase], sink: &mut impl Sink) {
        let Some(record) = self.table.get(index).filter(|_| sink.wants(Kind::Phase)) else { return };
        for Phase { name, from, encrypted, frame } in phases {
            let what = What::Phase { name, encrypted: *encrypted, of: *frame };
            sink.event(&Event { at, conversation: record.id, from: *from, what }, record);
        }
    }

    /// Whether any may have lingered long enough while these packets are taken, each of which lets one more linger at most.
    fn may_retire(&self, packets: &[Packet<'_>]) -> bool {
        let Some(first) = packets.first().map(|packet| packet.at.ts) else { return false };
        let since = self.lingering.front().map_or(first, |(_, since)| *since);
        let span =
            |(from, to): (Timestamp, Timestamp), packet: &Packet<'_>| (from.min(packet.at.ts), to.max(packet.at.ts));
        let (from, to) = packets.iter().fold((since, first), span);
        to.since(from) > self.options.two_msl_ns || self.lingering.len() + packets.len() > self.options.limits.lingering
    }

    /// Closes those that lingered long enough, or the oldest where too many linger.
    #[inline]
    fn retire(&mut self, now: Timestamp, sink: &mut impl Sink) {
        while let Some(&(index, since)) = self.lingering.front() {
            let over = now.since(since) > self.options.two_msl_ns;
            if !over && self.lingering.len() <= self.options.limits.lingering {
                return;
            }
            self.lingering.pop_front();
            self.close(index, sink);
        }
    }

    /// Final facts of a conversation, told once; then its details are dropped.
    pub(super) fn close(&mut self, index: u32, sink: &mut impl Sink) {
        let Some(record) = self.table.get_mut(index).filter(|record| !record.closed) else { return };
        record.closed = true;
        if !record.is_told_in_small() || sink.needs_all(record) {
            return self.close_whole(index, sink);
        }
        record.end_small(self.now);
        self.tell_closed(index, sink);
        if let Some(record) = self.table.get_mut(index) {
            record.syn = None;
        }
    }

    /// The same for one whose facts are wanted.
    #[inline(never)]
    fn close_whole(&mut self, index: u32, sink: &mut impl Sink) {
        let (ctx, now) = (&self.context, self.now);
        let Some(record) = self.table.get_mut(index) else { return };
        let mut messages = Vec::new();
        if record.proto == Proto::Tcp {
            record.unfold(ctx, &mut self.pool);
            let conn = record.connection(ctx, &mut self.pool);
            conn.close(ctx, now, &mut self.out);
            messages = conn.app.take_dns();
            for (bound, times) in conn.bounds_hit() {
                self.census.hit_times(bound, times);
            }
        }
        if !messages.is_empty() {
            self.dns_over_tcp(index, &messages, sink);
        }
        if !self.out.is_empty() {
            self.emit(index, Dir::Client, now, None, sink);
        }
        self.finish_application(index);
        self.tell_closed(index, sink);
        let Some(detail) = self.table.get_mut(index).and_then(|record| record.detail.take()) else { return };
        self.lighten(detail.weight);
        self.pool.give(detail);
    }

    /// What was learnt of the application, and only the other conversations know.
    fn finish_application(&mut self, index: u32) {
        let Some(record) = self.table.get_mut(index).filter(|record| record.detail.is_some()) else { return };
        record.keep_application(&mut self.certificates);
        self.settle(index);
    }

    fn tell_closed(&mut self, index: u32, sink: &mut impl Sink) {
        let Some(record) = self.table.get(index) else { return };
        self.census.closed(record, &self.options.limits);
        let event = Event { at: record.last, conversation: record.id, from: Dir::Client, what: What::Closed };
        sink.event(&event, record);
    }
}

/// Address and port.
pub(super) type Side = (crate::decode::Addr, u16);
