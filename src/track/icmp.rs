//! ICMP errors, tied to the conversation whose packet they quote.

use super::event::{Event, Sink, What};
use super::table::FlowKey;
use super::tcp::{IcmpError, MAX_ICMP};
use super::tracker::Tracker;
use super::{Dir, Proto, Tally};
use crate::decode::tcp::Seq;
use crate::decode::{Addr, IcmpView};
use crate::source::At;

impl Tracker {
    /// An ICMP message from `from`: an error goes to the conversation that it quotes.
    pub(super) fn icmp_error(&mut self, from: Addr, icmp: &IcmpView<'_>, tag: u16, at: At, sink: &mut impl Sink) {
        let Some(quoted) = icmp.quoted else { return };
        let (src, dst) = ((quoted.src, quoted.src_port), (quoted.dst, quoted.dst_port));
        let key = FlowKey::new(src, dst, quoted.protocol, tag);
        let hash = self.table.hash(&key);
        let ctx = &self.context;
        let Some(index) = self.table.find(&key, hash).or_else(|| self.joined(&key)) else { return };
        let Some(record) = self.table.get_mut(index).filter(|r| !r.closed) else { return };
        let quotes = record.dir_of(src);
        let error = IcmpError {
            at,
            from,
            quotes,
            v6: icmp.v6,
            kind: icmp.kind,
            code: icmp.code,
            mtu: next_hop_mtu(icmp),
            quoted_len: quoted.total_len,
            seq: quoted.seq.map(Seq),
            above: Tally::default(),
            within: Tally::default(),
        };
        if record.proto == Proto::Tcp {
            record.connection(ctx, &mut self.pool).icmp(error);
        } else {
            let icmp = &mut record.detail().icmp;
            if icmp.len() < MAX_ICMP {
                icmp.push(error);
            }
        }
        if let Some(record) = self.table.get(index) {
            let event = Event { at, conversation: record.id, from: quotes.flip(), what: What::Icmp(&error) };
            sink.event(&event, record);
        }
        self.weigh(index, sink);
    }
}

impl super::tcp::TcpConn {
    /// An ICMP error about a segment of this connection.
    fn icmp(&mut self, error: IcmpError) {
        if self.facts.icmp.len() < MAX_ICMP {
            self.facts.icmp.push(error);
        }
        if error.is_too_big() {
            self.shrink(error.quotes);
        }
    }

    /// A packet of `dir` with `len` bytes of payload, in an IP packet of `packet_len`: does it obey what routers said?
    pub(super) fn heed(&mut self, dir: Dir, packet_len: u32, len: u32, at: At) {
        let reaction_ns = self.reaction_ns(dir);
        // The capture's super-segments are cut before they leave (offload): their size says nothing.
        let whole = self.largest_payload(dir) == 0 || len <= self.largest_payload(dir);
        for error in self.facts.icmp.iter_mut().filter(|e| e.quotes == dir && e.is_too_big() && len > 0 && whole) {
            if packet_len <= error.limit() {
                error.within.add(at);
            } else if at.ts.since(error.at.ts) > reaction_ns {
                error.above.add(at);
            }
        }
    }
}

impl IcmpError {
    /// "Fragmentation needed" (RFC 1191 §4) or "packet too big" (RFC 8201 §3).
    #[must_use]
    pub fn is_too_big(&self) -> bool {
        (!self.v6 && self.kind == 3 && self.code == 4) || (self.v6 && self.kind == 2)
    }

    /// The largest packet that it lets through: the MTU that it names, or anything smaller than what it refused (RFC 1191
    /// §5: old routers name none).
    #[must_use]
    pub fn limit(&self) -> u32 {
        if self.mtu > 0 { self.mtu } else { self.quoted_len.saturating_sub(1) }
    }

    /// A port that nobody listens on (RFC 792, RFC 4443 §3.1).
    #[must_use]
    pub fn is_port_unreachable(&self) -> bool {
        (!self.v6 && self.kind == 3 && self.code == 3) || (self.v6 && self.kind == 1 && self.code == 4)
    }

    /// Any kind of destination unreachable.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        !self.is_too_big() && ((!self.v6 && self.kind == 3) || (self.v6 && self.kind == 1))
    }
}

/// RFC 1191 §4: the low half of the word; RFC 4443 §3.2: all of it.
fn next_hop_mtu(icmp: &IcmpView<'_>) -> u32 {
    match (icmp.v6, icmp.kind, icmp.code) {
        (false, 3, 4) => icmp.rest & 0xffff,
        (true, 2, _) => icmp.rest,
        _ => 0,
    }
}
