//! What the acknowledgment in a segment tells of the connection: progress of the peer's data, its FIN, its stream.

use super::ack::{Ack, Told, acknowledge};
use super::connection::{Context, Out, TcpConn};
use super::facts::End;
use super::payload::feed;
use super::{blackhole, congestion, needless, overtaken, window};
use crate::decode::tcp::{Flags, Seq, TcpView};
use crate::source::At;
use crate::track::Dir;

impl TcpConn {
    /// `dir` acknowledges something of its peer's.
    #[expect(clippy::too_many_arguments, reason = "the parts of one segment")]
    pub(super) fn ack(
        &mut self,
        ctx: &Context,
        dir: Dir,
        tcp: &TcpView<'_>,
        timestamps: Option<(u32, u32)>,
        sack: &[(Seq, Seq)],
        at: At,
        out: &mut Out,
    ) {
        let (peer, tsecr) = (dir.flip(), timestamps.map(|t| t.1));
        if !self.is_settled(peer) {
            if self.challenged(dir, tcp, at, out) {
                return;
            }
            let syn = &mut self.facts.ends[peer.index()];
            if syn.isn.is_some_and(|isn| tcp.ack.after(isn)) && !self.facts.handshake.simultaneous {
                needless::syn(syn, self.live.tsval[peer.index()], tsecr, out, peer);
            }
            self.established(ctx, dir, tcp, tsecr, at, out);
        }
        let pure = tcp.len == 0 && tcp.flags.0 & (Flags::SYN | Flags::FIN | Flags::RST) == 0;
        let before = self.send[peer.index()].una;
        if sack.is_empty() && self.send[peer.index()].has_heard(tcp.ack, pure) {
            self.send[peer.index()].acks_seen = true;
        } else {
            self.news(dir, tcp, tsecr, sack, pure, at, out);
        }
        congestion::acked(self, peer, tcp.window, timestamps, before, at);
        let fin_end = self.fin_end(peer);
        if fin_end.is_some_and(|end| !end.after(tcp.ack)) {
            self.machine(ctx, at, out).fin_acked(peer);
        }
        if tcp.ack.after(before) {
            self.progressed(dir, payload_end(tcp.ack, fin_end), pure, at, out);
        }
    }

    /// An acknowledgment by `dir` that may say something of its peer's data.
    #[expect(clippy::too_many_arguments, reason = "the parts of one segment")]
    fn news(
        &mut self,
        dir: Dir,
        tcp: &TcpView<'_>,
        tsecr: Option<u32>,
        sack: &[(Seq, Seq)],
        pure: bool,
        at: At,
        out: &mut Out,
    ) {
        let peer = dir.flip();
        let same_window = self.live.last_ack[dir.index()].is_some_and(|(_, w)| w == tcp.window);
        let turnaround_ns = self.live.turnaround_ns[peer.index()];
        let sack_agreed = self.live.agreed.sack;
        let both = tcp.flags.has(Flags::FIN) || self.facts.ends[dir.index()].finished;
        let last = both && self.fin_end(peer) == Some(tcp.ack);
        let probed = self.live.probed[peer.index()].as_ref().is_some_and(|probed| probed.open);
        let ack = Ack { at, ack: tcp.ack, sack, tsecr, pure, same_window, sack_agreed, probed, last, turnaround_ns };
        let [a, b] = &mut self.facts.ends;
        let (own, other): (&mut End, &mut End) = if dir == Dir::Client { (a, b) } else { (b, a) };
        let told = out.len();
        let hole = overtaken::hole(&self.send[peer.index()], sack_agreed);
        acknowledge(&mut self.send[peer.index()], other, own, &ack, &mut Told { sender: peer, out });
        overtaken::filled(&self.send[peer.index()], other, hole, at);
        for (_, what) in out.get(told..).unwrap_or_default() {
            overtaken::copied(&self.send[peer.index()], other, what, at);
        }
    }

    /// `dir` acknowledged something new, payload up to `upto`.
    fn progressed(&mut self, dir: Dir, upto: Seq, pure: bool, at: At, out: &mut Out) {
        let peer = dir.flip();
        if pure {
            window::released(self, peer, at);
        }
        blackhole::acknowledged(self, peer);
        if self.live.unread[peer.index()] || !self.streams[peer.index()].lacks(upto) {
            return;
        }
        let stream = &mut self.streams[peer.index()];
        let mut gap = None;
        let app = &mut self.app;
        stream.acknowledged(upto, at, &mut |chunk| gap = gap.or(feed(app, peer, chunk)));
        self.gap(peer, gap, upto, at, out);
    }

    /// The number after `end`'s FIN, once it was sent.
    fn fin_end(&self, end: Dir) -> Option<Seq> {
        self.facts.ends[end.index()].finished.then(|| self.send[end.index()].nxt)
    }
}

/// The FIN's number is no payload.
fn payload_end(ack: Seq, fin_end: Option<Seq>) -> Seq {
    if fin_end == Some(ack) { Seq(ack.0.wrapping_sub(1)) } else { ack }
}
