//! ICMP errors, tied to the conversation whose packet they quote.

use super::event::{Event, Sink, What};
use super::table::{FlowKey, Hashed};
use super::tcp::{IcmpError, MAX_ICMP};
use super::tracker::Tracker;
use super::{Conversation, Dir, Proto, Tally};
use crate::decode::tcp::Seq;
use crate::decode::{Addr, IcmpView, Quoted};
use crate::source::At;

impl Tracker {
    /// An ICMP message from `from`: an error goes to the conversation that it quotes. False when there is none.
    pub(super) fn icmp_error(
        &mut self,
        from: Addr,
        icmp: &IcmpView<'_>,
        tag: u16,
        at: At,
        sink: &mut impl Sink,
    ) -> bool {
        let Some(quoted) = icmp.quoted() else { return true };
        let (src, dst) = ((quoted.src, quoted.src_port), (quoted.dst, quoted.dst_port));
        let key = FlowKey::new(src, dst, quoted.protocol, tag);
        let hash = self.table.hash(&key);
        let ctx = &self.context;
        let Some(index) = self.table.find(&key, hash).or_else(|| self.joined(&key)) else { return false };
        let Some(record) = self.table.get_mut(index).filter(|r| !r.closed) else { return true };
        let quotes = record.dir_of(src);
        let error = IcmpError::read(from, icmp, &quoted, quotes, at);
        if record.proto == Proto::Tcp {
            record.connection(ctx, &mut self.pool).icmp(error);
        } else {
            record.keep_icmp(error);
        }
        self.tell_icmp(index, quotes.flip(), &error, sink);
        true
    }

    /// An ICMP error that quotes a packet of no conversation here, as where only ICMP was captured: it goes to the
    /// conversation that it is part of. Of a later fragment, which has no ports, nothing can be told.
    pub(super) fn icmp_alone(&mut self, key: &Hashed, from: Addr, icmp: &IcmpView<'_>, at: At, sink: &mut impl Sink) {
        let Some(quoted) = icmp.quoted().filter(|q| q.dst_port != 0 || !matches!(q.protocol, 6 | 17)) else { return };
        let Some(index) = self.table.find(&key.key, key.hash) else { return };
        let Some(record) = self.table.get_mut(index).filter(|r| !r.closed) else { return };
        let dir = record.dir_of((from, 0));
        let error = IcmpError { alone: Some(quoted), ..IcmpError::read(from, icmp, &quoted, dir.flip(), at) };
        record.keep_icmp(error);
        self.tell_icmp(index, dir, &error, sink);
    }

    fn tell_icmp(&mut self, index: u32, from: Dir, error: &IcmpError, sink: &mut impl Sink) {
        if let Some(record) = self.table.get(index) {
            let event = Event { at: error.at, conversation: record.id, from, what: What::Icmp(error) };
            sink.event(&event, record);
        }
        self.weigh(index, sink);
    }
}

impl Conversation {
    fn keep_icmp(&mut self, error: IcmpError) {
        let icmp = &mut self.detail().icmp;
        if icmp.len() < MAX_ICMP {
            icmp.push(error);
        }
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
    fn read(from: Addr, icmp: &IcmpView<'_>, quoted: &Quoted, quotes: Dir, at: At) -> IcmpError {
        IcmpError {
            at,
            from,
            quotes,
            v6: icmp.v6,
            kind: icmp.kind,
            code: icmp.code,
            mtu: next_hop_mtu(icmp),
            quoted_len: quoted.total_len,
            seq: quoted.seq.map(Seq),
            alone: None,
            above: Tally::default(),
            within: Tally::default(),
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decode;
    use crate::source::{LinkType, Record, Timestamp};
    use crate::track::Options;

    /// What is told of ICMP errors: the conversation, who is quoted, and whether that is all that is known of it.
    #[derive(Default)]
    struct Told(Vec<(u32, Dir, bool)>);

    impl Sink for Told {
        fn event(&mut self, event: &Event<'_>, _: &Conversation) {
            if let What::Icmp(error) = event.what {
                self.0.push((event.conversation.0, error.quotes, error.alone.is_some()));
            }
        }
    }

    /// An IPv4 packet from 10.0.0.`from` to 10.0.0.`to`.
    fn ip(protocol: u8, from: u8, to: u8, payload: &[u8]) -> Vec<u8> {
        let header =
            [0x45, 0, 0, 20 + payload.len() as u8, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, from, 10, 0, 0, to];
        [&header[..], payload].concat()
    }

    fn datagram(port: u8) -> Vec<u8> {
        [&[0x9c, 0x40, 0, port, 0, 12, 0, 0][..], b"data"].concat()
    }

    /// Port unreachable from 10.0.0.2 to 10.0.0.1.
    fn unreachable(quote: &[u8]) -> Vec<u8> {
        ip(1, 2, 1, &[&[3, 3, 0, 0, 0, 0, 0, 0][..], quote].concat())
    }

    fn told(packets: &[Vec<u8>]) -> Vec<(u32, Dir, bool)> {
        let (mut tracker, mut told) = (Tracker::new(Options::default()), Told::default());
        for (data, n) in packets.iter().zip(1..) {
            let (at, wire_len) = (At { frame: n, ts: Timestamp(i64::from(n)) }, data.len() as u32);
            let packet = decode(&Record { at, wire_len, link: LinkType(101), interface: 0, data });
            tracker.batch(&[packet], &mut told);
        }
        told.0
    }

    #[test]
    fn an_error_goes_to_the_conversation_that_it_quotes_and_else_to_its_own() {
        let sent = ip(17, 1, 2, &datagram(9));
        let other = ip(17, 1, 2, &datagram(10));
        assert_eq!(told(&[sent.clone(), unreachable(&sent)]), [(0, Dir::Client, false)]);
        assert_eq!(told(&[sent, unreachable(&other)]), [(1, Dir::Server, true)]);
        assert_eq!(told(&[unreachable(&other)]), [(0, Dir::Server, true)]);
    }

    #[test]
    fn of_a_quote_without_ports_nothing_is_told() {
        let mut later = ip(17, 1, 2, &datagram(9));
        later[7] = 8;
        assert_eq!(told(&[unreachable(&later), unreachable(b"no packet")]), []);
    }
}
