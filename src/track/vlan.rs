//! One conversation in several VLANs.
//!
//! The same addresses and ports in two VLANs are two conversations, as networks may use the same addresses. But where the
//! segments are the same ones, or go on where the others stopped, it is one connection that the capture shows on both
//! sides of a router or a bridge, or whose directions travel in different VLANs.

use rustc_hash::FxHashMap;

use super::table::FlowKey;
use super::tcp::{Out, TcpConn};
use super::tracker::Tracker;
use super::{At, Conversation, Dir, Proto, What};
use crate::decode::Addr;
use crate::decode::tcp::{Flags, Seq, TcpView};

/// Which TCP conversations there are in VLANs, within [`Limits::vlan_conversations`](super::Limits): what a connection from
/// before that bound was reached does in yet another VLAN counts as a conversation of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Vlans {
    /// The latest in any VLAN, by its key without tag.
    latest: FxHashMap<FlowKey, u32>,
    /// Keys under which a conversation goes on that began under another one.
    aliases: FxHashMap<FlowKey, u32>,
    /// Of those conversations, where each direction was seen first.
    homes: FxHashMap<u32, [Option<u16>; 2]>,
}

impl Vlans {
    /// Whether any conversation goes on in another VLAN.
    pub fn any_joined(&self) -> bool {
        !self.homes.is_empty()
    }
}

/// How far a segment may be from the latest number of its connection. Another connection between the same ports is as
/// near by chance once in 512 times, once in 262 144 if both directions are known.
const NEAR: u32 = 1 << 22;

impl Tracker {
    /// The conversation that a segment of an unknown key goes on with.
    pub(super) fn in_other_vlan(&mut self, key: &FlowKey, src: (Addr, u16), tcp: &TcpView<'_>) -> Option<u32> {
        let tagged = self.census.vlan_of(key.tag)?;
        if !tagged && self.vlans.latest.is_empty() {
            return None;
        }
        let known = self.vlans.aliases.get(key).copied();
        if known.is_some() && !tcp.flags.has(Flags::SYN) {
            return known;
        }
        let plain = FlowKey { tag: 0, ..*key };
        let untagged = self.table.find(&plain, self.table.hash(&plain)).filter(|_| tagged);
        let candidates = [known, untagged, self.vlans.latest.get(&plain).copied()];
        let goes_on = |index: &u32| self.table.get(*index).is_some_and(|record| record.goes_on(src, tcp));
        let index = candidates.into_iter().flatten().find(goes_on)?;
        if known != Some(index) {
            self.join(key, index);
        }
        Some(index)
    }

    fn join(&mut self, key: &FlowKey, index: u32) {
        let Some(record) = self.table.get(index) else { return };
        if self.vlans.aliases.len() >= self.options.limits.vlan_conversations {
            self.vlans.aliases.clear();
            self.vlans.homes.clear();
            self.census.hit("vlan_conversations");
        }
        let first = record.packets.map(|packets| (packets > 0).then_some(record.tag));
        self.vlans.aliases.insert(*key, index);
        self.vlans.homes.entry(index).or_insert(first);
    }

    /// The conversation of a key whose packets go on with one of another VLAN.
    pub(super) fn joined(&self, key: &FlowKey) -> Option<u32> {
        self.vlans.aliases.get(key).copied()
    }

    /// Remembers a new conversation that is in a VLAN.
    pub(super) fn began_in_vlan(&mut self, key: &FlowKey, index: u32) {
        if self.census.vlan_of(key.tag) != Some(true) {
            return;
        }
        if self.vlans.latest.len() >= self.options.limits.vlan_conversations {
            self.vlans.latest.clear();
            self.census.hit("vlan_conversations");
        }
        self.vlans.latest.insert(FlowKey { tag: 0, ..*key }, index);
    }

    /// A segment that was captured before in another VLAN: it is counted, and says nothing new.
    pub(super) fn seen_in_other_vlan(&mut self, index: u32, tag: u16, dir: Dir, tcp: &TcpView<'_>) -> bool {
        let Some(homes) = self.vlans.homes.get_mut(&index) else { return false };
        let [client, server] = homes;
        let home = *(if dir == Dir::Client { client } else { server }).get_or_insert(tag);
        home != tag && self.table.get(index).is_some_and(|record| record.has_all(dir, tcp))
    }
}

impl Conversation {
    /// Whether a segment from `src` belongs to this connection by its numbers.
    fn goes_on(&self, src: (Addr, u16), tcp: &TcpView<'_>) -> bool {
        let dir = self.dir_of(src);
        if self.closed || self.proto != Proto::Tcp {
            return false;
        }
        match (self.syn, self.detail.as_ref().and_then(|detail| detail.tcp.as_ref())) {
            (_, Some(conn)) => conn.goes_on(dir, tcp),
            (Some(syn), None) if dir == Dir::Client => tcp.seq == Seq(syn.isn) || tcp.seq == Seq(syn.isn).plus(1),
            (Some(syn), None) => tcp.flags.has(Flags::ACK) && tcp.ack == Seq(syn.isn).plus(1),
            (None, None) => false,
        }
    }

    fn has_all(&self, dir: Dir, tcp: &TcpView<'_>) -> bool {
        match (self.syn, self.detail.as_ref().and_then(|detail| detail.tcp.as_ref())) {
            (_, Some(conn)) => conn.has_all(dir, tcp),
            (Some(syn), None) => dir == Dir::Client && tcp.flags.is_syn() && tcp.seq == Seq(syn.isn),
            (None, None) => false,
        }
    }
}

impl TcpConn {
    fn goes_on(&self, dir: Dir, tcp: &TcpView<'_>) -> bool {
        let peer = dir.flip();
        let isn = |end: Dir| self.facts.end(end).isn;
        match (tcp.flags.has(Flags::SYN), tcp.flags.has(Flags::ACK)) {
            (true, false) => isn(dir) == Some(tcp.seq) || self.acknowledged(dir) == Some(tcp.seq.plus(1)),
            (true, true) => isn(peer).map(|isn| isn.plus(1)) == Some(tcp.ack),
            (false, acks) => {
                let nxt = self.remains().nxt;
                let known = |end: Dir| self.facts.end(end).segments > 0;
                let near = |a: Seq, b: Seq| a.since(b).unsigned_abs() <= NEAR;
                let seq = known(dir).then(|| near(tcp.seq, nxt[dir.index()]));
                let ack = (acks && known(peer)).then(|| near(tcp.ack, nxt[peer.index()]));
                seq.or(ack).is_some() && seq != Some(false) && ack != Some(false)
            }
        }
    }

    /// The same packet again, from elsewhere.
    pub(super) fn copy(&mut self, dir: Dir, at: At, out: &mut Out) {
        self.facts.ends[dir.index()].duplicates.add(at);
        out.push((dir, What::Duplicate { of: None }));
    }

    /// Whether the connection knows all that a segment says. What brings it on was missed where it should have been
    /// seen first, or took another way.
    fn has_all(&self, dir: Dir, tcp: &TcpView<'_>) -> bool {
        let end = self.facts.end(dir);
        if tcp.flags.has(Flags::RST) {
            return end.resets.count > 0;
        }
        if tcp.flags.has(Flags::SYN) {
            return end.isn == Some(tcp.seq);
        }
        let len = tcp.len + u32::from(tcp.flags.has(Flags::FIN));
        let sent = end.segments > 0 && !tcp.seq.plus(len).after(self.remains().nxt[dir.index()]);
        sent && (!tcp.flags.has(Flags::ACK) || self.acknowledged(dir.flip()).is_some_and(|una| !tcp.ack.after(una)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decode;
    use crate::source::{LinkType, Record, Timestamp};
    use crate::track::{Event, Options, Sink};

    const SYN: u8 = 0x02;
    const ACK: u8 = 0x10;

    struct Deaf;

    impl Sink for Deaf {
        fn event(&mut self, _event: &Event<'_>, _conversation: &Conversation) {}
    }

    /// A segment in a VLAN (0 for none); a port of 80 makes the server its sender.
    struct Sent(u16, u16, u32, u32, u8);

    fn frame(&Sent(vlan, port, seq, ack, flags): &Sent) -> Vec<u8> {
        let tag = if vlan == 0 { Vec::new() } else { [&[0x81, 0][..], &vlan.to_be_bytes()].concat() };
        let (hosts, other) = if port == 80 { ([2, 1], 40_000_u16) } else { ([1, 2], 80) };
        let header = [69, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, hosts[0], 10, 0, 0, hosts[1]];
        let numbers = [port.to_be_bytes(), other.to_be_bytes()].concat();
        let rest = [&seq.to_be_bytes()[..], &ack.to_be_bytes(), &[0x50, flags, 1, 0, 0, 0, 0, 0]].concat();
        [&[2; 12][..], &tag, &[8, 0], &header, &numbers, &rest].concat()
    }

    fn track(segments: &[Sent]) -> Tracker {
        let mut tracker = Tracker::new(Options::default());
        for (segment, n) in segments.iter().zip(1..) {
            let data = frame(segment);
            let at = At { frame: n, ts: Timestamp(i64::from(n) * 1_000_000) };
            let wire_len = data.len() as u32;
            let packet = decode(&Record { at, wire_len, link: LinkType(1), interface: 0, data: &data });
            tracker.batch(&[packet], &mut Deaf);
        }
        tracker
    }

    fn ends(tracker: &Tracker) -> Vec<[(u32, u32, u32); 2]> {
        let of = |c: &Conversation| {
            let tcp = c.tcp().expect("a connection");
            [Dir::Client, Dir::Server].map(|d| (c.packets(d), tcp.end(d).segments, tcp.end(d).duplicates.count))
        };
        tracker.table.records().iter().map(of).collect()
    }

    #[test]
    fn the_same_packets_in_another_vlan_are_copies() {
        let copied = [
            Sent(0, 40_000, 100, 0, SYN),
            Sent(42, 40_000, 100, 0, SYN),
            Sent(42, 80, 900, 101, SYN | ACK),
            Sent(0, 80, 900, 101, SYN | ACK),
            Sent(0, 40_000, 101, 901, ACK),
            Sent(42, 40_000, 101, 901, ACK),
        ];
        assert_eq!(ends(&track(&copied)), [[(4, 2, 2), (2, 1, 1)]]);
    }

    #[test]
    fn directions_in_different_vlans_are_one_connection() {
        let split = [
            Sent(10, 40_000, 100, 0, SYN),
            Sent(20, 80, 900, 101, SYN | ACK),
            Sent(10, 40_000, 101, 901, ACK),
            Sent(20, 80, 901, 101, ACK),
        ];
        assert_eq!(ends(&track(&split)), [[(2, 2, 0), (2, 2, 0)]]);
    }

    #[test]
    fn the_same_addresses_with_other_numbers_are_another_connection() {
        let apart = [
            Sent(10, 40_000, 100, 0, SYN),
            Sent(20, 40_000, 7_000_000, 0, SYN),
            Sent(10, 80, 900, 101, SYN | ACK),
            Sent(20, 80, 8_000_000, 7_000_001, SYN | ACK),
        ];
        assert_eq!(ends(&track(&apart)), [[(1, 1, 0), (1, 1, 0)]; 2]);
    }
}
