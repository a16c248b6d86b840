//! TCP segments on their way to the connection they belong to, and what each of them brings about beside it.

use super::event::{Event, Kind, Segment, Sink, What};
use super::syn::BareSyn;
use super::table::Hashed;
use super::tcp::{Out, State, TcpConn};
use super::tracker::Tracker;
use super::{At, Basis, Dir};
use crate::decode::IpView;
use crate::decode::tcp::{Flags, TcpView};

/// A segment whose conversation is known.
struct Arrived<'a> {
    key: &'a Hashed,
    index: u32,
    dir: Dir,
    ip: &'a IpView,
    tcp: &'a TcpView<'a>,
    at: At,
    /// Its conversation is told step by step.
    traced: bool,
}

/// What a segment changed that its connection does not see to itself.
struct Changed {
    /// The connection is over, and was not before.
    ended: bool,
    /// The application got bytes to read, or lacks some for good.
    read: bool,
    /// The attempt as it is kept in small from now on.
    small: Option<BareSyn>,
}

impl Tracker {
    /// Finds or opens the conversation of a segment, which is kept in small as long as that will do.
    pub(super) fn tcp(&mut self, key: &Hashed, ip: &IpView, tcp: &TcpView<'_>, at: At, sink: &mut impl Sink) {
        let src = (ip.src, tcp.src_port);
        let found = self.table.find(&key.key, key.hash).or_else(|| self.in_other_vlan(&key.key, src, tcp));
        let known = if tcp.flags.is_syn() { self.of_syn(key, found, src, tcp) } else { found };
        let opened = || self.open_tcp(&key.key, key.hash, found, ip, tcp, at, sink);
        let Some(index) = known.or_else(opened) else { return };
        let ctx = &self.context;
        let traced = self.options.traces(index, at.frame);
        let Some(record) = self.table.get_mut(index) else { return };
        let dir = record.dir_of(src);
        if record.closed {
            // All was told of it already: what is late only counts.
            return record.count(dir, tcp.len, at);
        }
        record.unfold(ctx, &mut self.pool);
        record.count(dir, tcp.len, at);
        let arrived = || Arrived { key, index, dir, ip, tcp, at, traced };
        let copies = self.vlans.any_joined();
        if let Some(detail) = record.detail.as_deref_mut().filter(|_| !copies)
            && let Some(conn) = detail.tcp.as_deref_mut().filter(|_| record.syn.is_none())
        {
            let was_over = conn.facts.is_over();
            conn.segment(ctx, dir, ip, tcp, at, &mut self.out);
            // Most segments bring about nothing beyond their connection.
            let ended = conn.facts.is_over() && !was_over;
            let read = conn.app.was_fed();
            if read || ended || traced || !self.out.is_empty() || detail.weigh(record.payload) != detail.weight {
                self.consequences(&arrived(), &Changed { ended, read, small: None }, sink);
            }
            return;
        }
        if !traced && record.is_bare_syn(dir, ip, tcp) {
            if sink.wants(Kind::State) {
                let what = What::State { end: dir, state: State::SynSent, basis: Basis::Observed };
                sink.event(&Event { at, conversation: record.id, from: dir, what }, record);
            }
            return;
        }
        self.segment(&arrived(), sink);
    }

    /// Hands a segment to its connection, which is kept in small, or is not kept yet, or goes on in another VLAN.
    #[inline(never)]
    fn segment(&mut self, arrived: &Arrived<'_>, sink: &mut impl Sink) {
        let &Arrived { index, dir, ip, tcp, at, traced, .. } = arrived;
        let copy = self.seen_in_other_vlan(index, arrived.key.key.tag, dir, tcp);
        let ctx = &self.context;
        let Some(record) = self.table.get_mut(index) else { return };
        let small = if copy || record.detail.is_some() { None } else { record.stays_small(dir, ip, tcp, at) };
        let heard = || [Kind::Reset, Kind::State, Kind::Retransmit].into_iter().any(|kind| sink.wants(kind));
        if let Some(syn) = small.filter(|_| !traced && !heard()) {
            record.syn = Some(syn);
            if dir == Dir::Server {
                self.lingering.push_back((index, at.ts));
            }
            return;
        }
        let conn = record.connection(ctx, &mut self.pool);
        let was_over = conn.facts.is_over();
        match copy {
            true => conn.copy(dir, at, &mut self.out),
            false => conn.segment(ctx, dir, ip, tcp, at, &mut self.out),
        }
        let ended = conn.facts.is_over() && !was_over;
        let read = conn.app.was_fed();
        self.consequences(arrived, &Changed { ended, read, small }, sink);
    }

    /// What a segment brought about beside its connection.
    #[inline(never)]
    fn consequences(&mut self, arrived: &Arrived<'_>, changed: &Changed, sink: &mut impl Sink) {
        let &Arrived { index, dir, tcp, at, traced, .. } = arrived;
        let Some(record) = self.table.get_mut(index) else { return };
        let conn = record.connection(&self.context, &mut self.pool);
        let goes_on = if is_challenge(&self.out) { conn.facts.reuse.map(|r| r.previous.0) } else { None };
        let segment = traced.then(|| segment_view(conn, dir, tcp));
        let (mut messages, mut phases) = (Vec::new(), Vec::new());
        if changed.read {
            messages = conn.app.take_dns();
            phases = if sink.wants(Kind::Phase) { conn.app.take_phases() } else { Vec::new() };
            record.app = conn.app.kind();
        }
        if !phases.is_empty() {
            self.phases(index, at, &phases, sink);
        }
        if !self.out.is_empty() || traced {
            self.emit(index, dir, at, segment, sink);
        }
        if !messages.is_empty() {
            self.dns_over_tcp(index, &messages, sink);
        }
        self.follow_up(arrived, changed, goes_on, sink);
    }

    /// What a segment changed in the tables; `goes_on` is the conversation whose SYN did not begin a new connection.
    fn follow_up(&mut self, arrived: &Arrived<'_>, changed: &Changed, goes_on: Option<u32>, sink: &mut impl Sink) {
        let (index, at) = (arrived.index, arrived.at);
        // The SYN did not end the connection that was there: it goes on.
        if let Some(old) = goes_on.filter(|old| self.table.get(*old).is_some_and(|r| !r.closed)) {
            self.table.point(&arrived.key.key, arrived.key.hash, old);
            self.challenge(index);
            if let Some(record) = self.table.get_mut(old) {
                let dir = record.dir_of((arrived.ip.src, arrived.tcp.src_port));
                record.connection(&self.context, &mut self.pool).spoke_elsewhere(dir, arrived.tcp, at);
            }
        }
        if changed.ended {
            self.lingering.push_back((index, at.ts));
            self.time_waits(index, at);
        }
        if let (Some(syn), Some(record)) = (changed.small, self.table.get_mut(index)) {
            let weight = record.detail.as_ref().map_or(0, |detail| detail.weight);
            record.fold(syn, &mut self.pool);
            return self.lighten(weight);
        }
        self.weigh(index, sink);
    }

    /// Hands the events of one segment to the sink.
    pub(super) fn emit(&mut self, index: u32, dir: Dir, at: At, segment: Option<Segment>, sink: &mut impl Sink) {
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
}

fn is_challenge(out: &Out) -> bool {
    out.iter().any(|(_, what)| matches!(what, What::ChallengeAck { .. }))
}

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
