//! How a conversation begins: a packet that belongs to none so far.

use super::event::{Event, Kind, Sink, What};
use super::table::FlowKey;
use super::tracker::{Side, Tracker};
use super::{At, ConvId, Conversation, Dir, Endpoint, Proto, reuse};
use crate::decode::IpView;
use crate::decode::tcp::TcpView;

impl Tracker {
    /// A new conversation; `None` when there are no more numbers for it.
    #[expect(clippy::too_many_arguments, reason = "the parts of one packet")]
    pub(super) fn open(
        &mut self,
        key: &FlowKey,
        hash: u64,
        proto: Proto,
        client: Side,
        server: Side,
        at: At,
        sink: &mut impl Sink,
    ) -> Option<u32> {
        self.make_room(sink);
        // A slot of the index holds the number plus one.
        let Some(id) = u32::try_from(self.table.records().len()).ok().filter(|id| *id < u32::MAX).map(ConvId) else {
            self.census.hit("conversations");
            return None;
        };
        let ends = [client, server].map(|(addr, port)| Endpoint { addr, port });
        self.census.conversations += 1;
        let index = self.table.insert(key, hash, Conversation::begun(id, proto, ends, key.tag, at));
        if matches!(proto, Proto::Tcp | Proto::Udp) {
            self.link(index, ends[0], ends[1], proto, at);
        }
        if let Some(record) = self.table.get(index).filter(|_| sink.wants(Kind::Opened)) {
            sink.event(&Event { at, conversation: id, from: Dir::Client, what: What::Opened }, record);
        }
        Some(index)
    }

    /// A SYN with another number than the one that began the conversation begins a new one.
    pub(super) fn is_new(&self, index: u32, src: Side, tcp: &TcpView<'_>) -> bool {
        if !tcp.flags.is_syn() {
            return false;
        }
        let Some(record) = self.table.get(index) else { return false };
        let dir = record.dir_of(src);
        match (record.tcp(), record.syn) {
            (Some(facts), _) => match facts.end(dir).isn {
                Some(isn) => isn != tcp.seq,
                // The other side's SYN is known, not this one's: crossing SYNs, unless the handshake is over.
                // A SYN captured after its own SYN-ACK belongs to it.
                None if record.expects_syn(dir, tcp.seq) => false,
                None => facts.handshake.syn_ack.is_some() || facts.handshake.syn.is_none(),
            },
            (None, Some(syn)) => dir == Dir::Client && syn.isn != tcp.seq.0,
            (None, None) => true,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one packet")]
    pub(super) fn open_tcp(
        &mut self,
        key: &FlowKey,
        hash: u64,
        previous: Option<u32>,
        ip: &IpView,
        tcp: &TcpView<'_>,
        at: At,
        sink: &mut impl Sink,
    ) -> Option<u32> {
        let (src, dst) = ((ip.src, tcp.src_port), (ip.dst, tcp.dst_port));
        let (client, server, guessed) = initiator(src, dst, tcp);
        let index = self.open(key, hash, Proto::Tcp, client, server, at, sink)?;
        self.began_in_vlan(key, index);
        let ctx = &self.context;
        let reuse = previous.and_then(|p| self.table.get_mut(p)).and_then(|p| {
            p.unfold(ctx, &mut self.pool);
            reuse::of(p, src, tcp, at)
        });
        if let Some(record) = self.table.get_mut(index) {
            record.guessed = guessed;
            if reuse.is_some() {
                record.connection(ctx, &mut self.pool).facts.reuse = reuse;
            }
        }
        Some(index)
    }
}

/// Who opened the connection, and whether that is a guess: the sender of a SYN did, the sender of a SYN-ACK did not;
/// else the side with the higher port is taken for the client, as ephemeral ports are high (RFC 6335 §6).
fn initiator(src: Side, dst: Side, tcp: &TcpView<'_>) -> (Side, Side, bool) {
    if tcp.flags.is_syn() {
        (src, dst, false)
    } else if tcp.flags.is_syn_ack() {
        (dst, src, false)
    } else if src.1 >= dst.1 {
        (src, dst, true)
    } else {
        (dst, src, true)
    }
}
