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
use super::event::{Event, Kind, Segment, Sink, What};
use super::pool::Pool;
use super::table::{FlowKey, FlowTable};
use super::tcp::{Context, Out, State, TcpConn};
use super::vlan::Vlans;
use super::{Basis, ConvId, Dir, Limits, Overview, Proto};
use crate::decode::tcp::{Flags, TcpView};
use crate::decode::{IpView, Packet, Transport};
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
    pub(super) table: FlowTable,
    pub(super) census: Census,
    pub(super) defrag: Defrag,
    out: Out,
    pub(super) dns: DnsTable,
    /// Exchanges on their way out.
    pub(super) exchanges: Exchanges,
    certificates: Certificates,
    pub(super) vlans: Vlans,
    pub(super) pool: Pool,
    /// Closed TCP conversations whose details are still kept, oldest first, with the time they closed.
    lingering: VecDeque<(u32, Timestamp)>,
    pub(super) budget: Budget,
    /// Conversations whose SYN was answered by a challenge ACK, latest last.
    pub(super) challenged: Vec<u32>,
    pub(super) now: At,
}

impl Tracker {
    /// An empty tracker.
    #[must_use]
    pub fn new(options: Options) -> Tracker {
        Tracker {
            defrag: Defrag::new(options.limits.fragment_sets),
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
            challenged: Vec::new(),
            now: At::default(),
        }
    }

    /// Takes a batch of packets in capture order.
    pub fn batch(&mut self, packets: &[Packet<'_>], sink: &mut impl Sink) {
        let mut hashes = arrayvec::ArrayVec::<_, BATCH>::new();
        for packet in packets.iter().take(BATCH) {
            self.census.count(packet, &self.options.limits);
            hashes.push(self.key(packet).map(|key| (key, self.table.hash(&key))));
        }
        self.warm(&hashes);
        for (packet, key) in packets.iter().zip(&hashes) {
            self.packet(packet, *key, sink);
        }
    }

    /// The capture is over: everything left is closed, in order of number.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        self.finish_fragments();
        self.finish_dns(sink);
        for index in 0..self.table.records().len() as u32 {
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

    pub(super) fn context(&self) -> Context {
        Context { limits: self.options.limits.tcp(), two_msl_ns: self.options.two_msl_ns }
    }

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

    fn packet(&mut self, packet: &Packet<'_>, key: Option<(FlowKey, u64)>, sink: &mut impl Sink) {
        self.now = packet.at;
        self.retire(packet.at.ts, sink);
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
        let key = self.key(packet).map(|key| (key, self.table.hash(&key)));
        self.carried(packet, key, sink);
    }

    /// What an IP packet carries.
    fn carried(&mut self, packet: &Packet<'_>, key: Option<(FlowKey, u64)>, sink: &mut impl Sink) {
        let (Some((key, hash)), Some(ip)) = (key, &packet.ip) else { return };
        match &packet.transport {
            Transport::Tcp(tcp) => self.tcp(key, hash, ip, tcp, packet.at, sink),
            _ => self.connectionless(packet, ip, (key, hash), sink),
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

    fn tcp(&mut self, key: FlowKey, hash: u64, ip: &IpView, tcp: &TcpView<'_>, at: At, sink: &mut impl Sink) {
        let src = (ip.src, tcp.src_port);
        let found = self.table.find(&key, hash).or_else(|| self.in_other_vlan(&key, src, tcp));
        let found = self.tried_before(&key, hash, src, tcp).or(found);
        let index = match found.filter(|&index| !self.is_new(index, src, tcp)) {
            Some(index) => index,
            None => match self.open_tcp(&key, hash, found, ip, tcp, at, sink) {
                Some(index) => index,
                None => return,
            },
        };
        let ctx = self.context();
        let traced = self.options.traces(index, at.frame);
        let Some(record) = self.table.get_mut(index) else { return };
        let dir = record.dir_of(src);
        if record.closed {
            // All was told of it already: what is late only counts.
            return record.count(dir, tcp.len, at);
        }
        record.unfold(ctx, &mut self.pool);
        record.count(dir, tcp.len, at);
        if !traced && record.is_bare_syn(dir, ip, tcp) {
            if sink.wants(Kind::State) {
                let what = What::State { end: dir, state: State::SynSent, basis: Basis::Observed };
                sink.event(&Event { at, conversation: record.id, from: dir, what }, record);
            }
            return;
        }
        let copy = self.seen_in_other_vlan(index, key.tag, dir, tcp);
        let Some(record) = self.table.get_mut(index) else { return };
        let refused = record.refused_syn(dir, ip, tcp);
        let quiet = !traced && !copy && !sink.wants(Kind::Reset) && !sink.wants(Kind::State);
        if let Some(syn) = refused.filter(|_| quiet) {
            record.syn = Some(syn);
            return self.lingering.push_back((index, at.ts));
        }
        let conn = record.connection(ctx.limits, &mut self.pool);
        let (was_over, was_read) = (conn.facts.is_over(), conn.is_read());
        match copy {
            true => conn.copy(dir, at, &mut self.out),
            false => conn.segment(ctx, dir, ip, tcp, at, &mut self.out),
        }
        let over = conn.facts.is_over();
        let old = if is_challenge(&self.out) { conn.facts.reuse.map(|r| r.previous.0) } else { None };
        let segment = traced.then(|| segment_view(conn, dir, tcp));
        let (mut messages, mut phases) = (Vec::new(), Vec::new());
        if was_read {
            messages = conn.app.take_dns();
            phases = if sink.wants(Kind::Phase) { conn.app.take_phases() } else { Vec::new() };
            record.app = conn.app.kind();
        }
        let grown = tcp.len > 0 || record.detail.as_ref().is_some_and(|detail| detail.weight == 0);
        if !phases.is_empty() {
            self.phases(index, at, &phases, sink);
        }
        if !self.out.is_empty() || traced {
            self.emit(index, dir, at, segment, sink);
        }
        if !messages.is_empty() {
            self.dns_over_tcp(index, &messages, sink);
        }
        // The SYN did not end the connection that was there: it goes on.
        if let Some(old) = old.filter(|old| self.table.get(*old).is_some_and(|r| !r.closed)) {
            self.table.point(&key, hash, old);
            self.challenge(index);
        }
        if over && !was_over {
            self.lingering.push_back((index, at.ts));
            self.time_waits(index, at);
        }
        if let (Some(syn), Some(record)) = (refused, self.table.get_mut(index)) {
            let weight = record.detail.as_ref().map_or(0, |detail| detail.weight);
            record.fold(syn, &mut self.pool);
            return self.lighten(weight);
        }
        if grown {
            self.weigh(index, sink);
        }
    }

    /// Hands the events of one segment to the sink.
    fn emit(&mut self, index: u32, dir: Dir, at: At, segment: Option<Segment>, sink: &mut impl Sink) {
        let Some(record) = self.table.get(index) else { return };
        for (from, what) in self.out.drain(..) {
            if sink.wants(what.kind()) {
                sink.event(&Event { at, conversation: record.id, from, what }, record);
            }
        }
        if let Some(segment) = segment {
            let what = What::Segment(&segment);
            sink.event(&Event { at, conversation: record.id, from: dir, what }, record);
        }
    }

    /// Counts a TIME_WAIT where it begins.
    fn time_waits(&mut self, index: u32, at: At) {
        let Some(record) = self.table.get(index) else { return };
        let Some(facts) = record.tcp() else { return };
        for dir in [Dir::Client, Dir::Server] {
            if facts.end(dir).time_wait.is_some() {
                let (holder, peer) = (record.end(dir), record.server());
                self.census.time_wait(
                    holder.addr,
                    (peer.addr, peer.port),
                    at,
                    self.options.two_msl_ns,
                    &self.options.limits,
                );
            }
        }
    }

    /// Closes those that lingered long enough, or the oldest where too many linger.
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
        let ctx = self.context();
        let now = self.now;
        let Some(record) = self.table.get_mut(index) else { return };
        if record.closed {
            return;
        }
        record.closed = true;
        if record.is_small() && !sink.needs_all(record) {
            return self.close_small(index, sink);
        }
        let mut messages = Vec::new();
        if record.proto == Proto::Tcp {
            record.unfold(ctx, &mut self.pool);
            let conn = record.connection(ctx.limits, &mut self.pool);
            conn.close(ctx, now, &mut self.out);
            messages = conn.app.take_dns();
            for (bound, times) in conn.bounds_hit() {
                self.census.hit_times(bound, times);
            }
        }
        self.dns_over_tcp(index, &messages, sink);
        self.emit(index, Dir::Client, now, None, sink);
        let Some(record) = self.table.get_mut(index) else { return };
        record.keep_application(&mut self.certificates);
        self.settle(index);
        self.tell_closed(index, sink);
        let Some(detail) = self.table.get_mut(index).and_then(|record| record.detail.take()) else { return };
        self.lighten(detail.weight);
        self.pool.give(detail);
    }

    /// A connection attempt is over, and all that need be known of it is in its record.
    fn close_small(&mut self, index: u32, sink: &mut impl Sink) {
        if let Some(record) = self.table.get_mut(index) {
            record.end_small(self.now);
        }
        self.tell_closed(index, sink);
        if let Some(record) = self.table.get_mut(index) {
            record.syn = None;
        }
    }

    fn tell_closed(&mut self, index: u32, sink: &mut impl Sink) {
        let Some(record) = self.table.get(index) else { return };
        self.census.closed(record, &self.options.limits);
        let event = Event { at: record.last, conversation: record.id, from: Dir::Client, what: What::Closed };
        sink.event(&event, record);
    }
}

fn is_challenge(out: &Out) -> bool {
    out.iter().any(|(_, what)| matches!(what, What::ChallengeAck { .. }))
}

/// Address and port.
pub(super) type Side = (crate::decode::Addr, u16);

fn segment_view(conn: &TcpConn, dir: Dir, tcp: &TcpView<'_>) -> Segment {
    let ends = &conn.facts.ends;
    Segment {
        seq: tcp.seq,
        ack: tcp.ack,
        flags: tcp.flags,
        len: tcp.len,
        window: ends[dir.index()].window,
        mss: ends[dir.index()].syn.and_then(|s| s.mss).filter(|_| tcp.flags.has(Flags::SYN)),
        sack_blocks: crate::decode::tcp::timestamps_and_sack(tcp.options).sack.len() as u8,
        states: [ends[0].state, ends[1].state],
    }
}
