//! What the payload of a segment does: the sender's side of it, the stream that the application reads, whose turn it is.

use super::ack::Told;
use super::connection::{Context, Out, TcpConn};
use super::stream::Chunk;
use super::transmit::{Piece, transmit};
use super::window::{self, Room};
use super::{blackhole, congestion};
use crate::decode::IpView;
use crate::decode::tcp::{Flags, Seq, TcpView};
use crate::source::At;
use crate::track::app::Application;
use crate::track::{Dir, What};

impl TcpConn {
    /// `dir` sends payload or a FIN.
    #[expect(clippy::too_many_arguments, reason = "the parts of one segment")]
    pub(super) fn data(
        &mut self,
        ctx: &Context,
        dir: Dir,
        ip: &IpView,
        tcp: &TcpView<'_>,
        timestamps: Option<(u32, u32)>,
        unseen: bool,
        at: At,
        out: &mut Out,
    ) {
        let syn = u32::from(tcp.flags.has(Flags::SYN));
        let seq = tcp.seq.plus(syn);
        let fin = u32::from(tcp.flags.has(Flags::FIN));
        if tcp.len + fin == 0 {
            return;
        }
        if self.facts.ends[dir.index()].isn.is_none() {
            self.machine(ctx, at, out).midstream();
        }
        let full = window::about_to_fill(self, dir, tcp);
        let one_way = usize::from(!self.send[dir.index()].acks_seen);
        let bound = [ctx.limits.outstanding_segments, ctx.limits.outstanding_one_way][one_way];
        let turnaround_ns = self.live.turnaround_ns[dir.index()];
        let before = self.send[dir.index()].nxt;
        let old = unseen || before.after(seq);
        let piece = Piece {
            at,
            seq,
            len: tcp.len + fin,
            payload: tcp.len,
            tsval: timestamps.map(|t| t.0),
            id: ip.id,
            sack: self.live.agreed.sack,
            unseen,
            of_syn: old && self.repeats_syn(dir, seq),
            room: if old { window::room(self, dir, tcp) } else { Room::Enough },
            turnaround_ns,
            limit: bound,
        };
        if before.after(tcp.seq) {
            blackhole::resent(self, dir, tcp);
        }
        let started = self.send[dir.index()].started;
        let send = &mut self.send[dir.index()];
        let forgotten = transmit(send, &mut self.facts.ends[dir.index()], &piece, &mut Told { sender: dir, out });
        if forgotten > 0 {
            self.live.bounds_hit[one_way] += forgotten;
        }
        let fresh = if started { self.send[dir.index()].nxt.since(before).max(0) as u32 } else { tcp.len + fin };
        window::sent(self, dir, tcp, fresh, full, at, out);
        congestion::sent(self, ctx.limits.series_points, dir, tcp, timestamps, fresh, at);
        self.deliver(ctx, dir, seq, tcp, at, out);
        self.send[dir.index()].last_send = at;
        if tcp.len > 0 && fresh > 0 {
            self.turn(dir, at);
            let peer = &self.facts.ends[dir.flip().index()];
            if peer.finished && peer.fins.acked.is_some() {
                self.facts.ends[dir.index()].after_peer_fin += u64::from(tcp.len);
            }
        }
    }

    /// Data of the SYN, which its answer did not acknowledge (RFC 7413 §4.2.2).
    fn repeats_syn(&self, dir: Dir, seq: Seq) -> bool {
        let first = self.facts.ends[dir.index()].isn.map(|isn| isn.plus(1));
        first == Some(seq) && self.send[dir.index()].una == seq && self.facts.handshake.syn_data > 0
    }

    fn deliver(&mut self, ctx: &Context, dir: Dir, seq: Seq, tcp: &TcpView<'_>, at: At, out: &mut Out) {
        if self.live.unread[dir.index()] {
            return;
        }
        let stream = &mut self.streams[dir.index()];
        let app = &mut self.app;
        let mut gap = None;
        let hit = stream
            .segment(seq, tcp.len, tcp.payload, at, &ctx.limits, &mut |chunk| gap = gap.or(feed(app, dir, chunk)));
        if hit > 0 {
            self.live.bounds_hit[2] += hit;
        }
        if self.app.is_done(dir) {
            self.streams[dir.index()].reset();
            self.live.unread[dir.index()] = true;
        }
        let cut = tcp.payload.len() < tcp.len as usize;
        self.gap(dir, gap.filter(|_| !cut), seq, at, out);
    }

    /// Whose turn it is: think times of both sides.
    fn turn(&mut self, dir: Dir, at: At) {
        let talker = self.live.last_talker.replace(dir);
        let from = self.live.last_data[dir.flip().index()];
        if talker == Some(dir.flip()) {
            let exchanges = &mut self.facts.exchanges;
            match dir {
                Dir::Server => {
                    exchanges.count += 1;
                    exchanges.server_think.add(from, at);
                }
                Dir::Client => exchanges.client_think.add(from, at),
            }
        }
        self.live.last_data[dir.index()] = at;
    }

    /// Bytes of `of` before `seq` that nobody will see.
    pub(super) fn gap(&mut self, of: Dir, gap: Option<u32>, seq: Seq, at: At, out: &mut Out) {
        if let Some(len) = gap.filter(|len| *len > 0) {
            self.missing(of, len, seq, at, out);
        }
    }

    #[cold]
    fn missing(&mut self, of: Dir, len: u32, seq: Seq, at: At, out: &mut Out) {
        let end = &mut self.facts.ends[of.index()];
        end.gaps.add(at);
        end.gap_bytes += u64::from(len);
        out.push((of, What::Gap { seq, len }));
    }
}

/// Hands a chunk to the application; returns the length of a gap.
pub(super) fn feed(app: &mut Application, dir: Dir, chunk: Chunk<'_>) -> Option<u32> {
    match chunk {
        Chunk::Data(bytes, at) => {
            app.data(dir, bytes, at);
            None
        }
        Chunk::Gap(len, at) => {
            app.gap(dir, len, at);
            Some(len)
        }
    }
}
