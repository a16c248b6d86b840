//! What the rest of the tracker asks of a connection, or tells it.

use super::connection::TcpConn;
use super::send::Sent;
use super::stream::Stream;
use crate::decode::tcp::{Seq, TcpView};
use crate::source::At;
use crate::track::Dir;

impl TcpConn {
    /// About how many bytes wait in its queues.
    pub(in crate::track) fn queued_bytes(&self) -> usize {
        let sent: usize = self.send.iter().map(|send| send.queue.capacity() * size_of::<Sent>()).sum();
        sent + self.streams.iter().map(Stream::waiting_bytes).sum::<usize>()
    }

    /// How often each bound cut something: segments in flight were forgotten, the same of one-way connections, and
    /// holes of a stream given up.
    pub(in crate::track) fn bounds_hit(&self) -> [(&'static str, u64); 3] {
        let [outstanding, one_way, stream] = self.live.bounds_hit;
        [("outstanding_segments", outstanding), ("outstanding_one_way", one_way), ("stream_pieces", stream)]
    }

    /// What an earlier connection leaves for one that reuses its ports.
    pub(in crate::track) fn remains(&self) -> crate::track::reuse::Remains {
        crate::track::reuse::Remains {
            nxt: [self.send[0].nxt, self.send[1].nxt],
            tsval: self.live.tsval.map(|t| t.unwrap_or(0)),
            states: [self.facts.ends[0].state, self.facts.ends[1].state],
        }
    }

    /// Goes on after a SYN of `dir` that was kept elsewhere.
    pub(in crate::track) fn resume_sequence(&mut self, dir: Dir, isn: Seq, at: At) {
        self.agree();
        self.send[dir.index()].start(isn);
        self.send[dir.index()].nxt = isn.plus(1);
        self.streams[dir.index()].start(isn.plus(1));
        self.live.last[dir.index()] = at;
        self.live.latest = at;
    }

    /// `dir` acknowledged something of it in a packet that answered another connection's SYN.
    pub(in crate::track) fn spoke_elsewhere(&mut self, dir: Dir, tcp: &TcpView<'_>, at: At) {
        self.live.last[dir.index()] = at;
        self.live.latest = at;
        self.live.last_ack[dir.index()] = Some((tcp.ack, tcp.window));
    }

    /// `dir` was told that its packets are too big: what is in flight comes again in smaller pieces.
    pub(in crate::track) fn shrink(&mut self, dir: Dir) {
        let send = &mut self.send[dir.index()];
        send.mtu_until = Some(send.nxt);
    }

    /// How long `dir` may take to act on something that passes here, in nanoseconds.
    pub(in crate::track) fn reaction_ns(&self, dir: Dir) -> i64 {
        self.live.turnaround_ns[dir.index()].saturating_add(10 * crate::source::NS_PER_MS)
    }

    /// The largest payload that `dir` may send in one segment; 0 when unknown.
    pub(in crate::track) fn largest_payload(&self, dir: Dir) -> u32 {
        self.mss(dir)
    }

    /// The highest number of `dir` that its peer acknowledged.
    pub(in crate::track) fn acknowledged(&self, dir: Dir) -> Option<Seq> {
        let send = &self.send[dir.index()];
        send.acks_seen.then_some(send.una)
    }
}
