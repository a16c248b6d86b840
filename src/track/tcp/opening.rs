//! How a connection opens: SYNs and their copies, what both ends agree on, and the answer that completes it.

use super::connection::{Context, Out, TcpConn};
use super::echo;
use super::facts::SynOptions;
use super::rtt::LONGEST_NS;
use super::state::State;
use crate::decode::tcp::{Flags, Options, TcpView};
use crate::source::At;
use crate::track::{Dir, What};

/// What the SYNs of both ends settled, ready for every segment that asks.
#[derive(Debug, Clone, Copy)]
pub struct Agreed {
    /// Effective window scale of each end: in force only when both SYNs carry the option (RFC 7323 §2.2).
    pub scale: [u8; 2],
    /// MSS that each end offered; 0 for none.
    pub mss: [u16; 2],
    /// RFC 2018: both SYNs permitted it; where they were not captured it is taken for granted, as everybody has it.
    pub sack: bool,
    /// Both SYNs carried timestamps (RFC 7323 §3.2).
    pub timestamps: bool,
}

impl Default for Agreed {
    fn default() -> Self {
        Agreed { scale: [0; 2], mss: [0; 2], sack: true, timestamps: false }
    }
}

impl TcpConn {
    /// A SYN or SYN-ACK of `dir`.
    #[inline(never)]
    pub(super) fn syn(&mut self, ctx: &Context, dir: Dir, tcp: &TcpView<'_>, opts: &Options, at: At, out: &mut Out) {
        if tcp.flags.is_syn() && self.facts.handshake.refused.is_some() && self.facts.handshake.syn_ack.is_none() {
            // The client tries once more, as Windows does: the reset ended nothing.
            self.facts.reset = None;
        }
        self.renumber(dir, tcp);
        let mut machine = self.machine(ctx, at, out);
        if tcp.flags.is_syn() {
            machine.syn(dir);
        } else {
            machine.syn_ack(dir);
        }
        let simultaneous = self.facts.handshake.simultaneous;
        let end = &mut self.facts.ends[dir.index()];
        let repeated = end.syns.count > 0 && end.isn == Some(tcp.seq);
        let previous = end.syns.last;
        let first = end.syns.first;
        let copy = repeated
            && at.ts.since(previous.ts) < COPY_NS
            && end.syn.and_then(|s| s.timestamps) == opts.timestamps.map(|t| t.0);
        if copy {
            end.duplicates.add(at);
            out.push((dir, What::Duplicate { of: first }));
        } else if repeated && !(simultaneous && tcp.flags.has(Flags::ACK)) {
            let cause = if tcp.flags.has(Flags::ACK) { super::Cause::SynAck } else { super::Cause::Syn };
            end.retransmits.by_cause[cause as usize] += 1;
            end.retransmits.all.add(at);
            let after_ns = at.ts.since(previous.ts);
            let sends = end.syns.count + 1;
            out.push((dir, What::Retransmit { cause, of: first, seq: tcp.seq, len: tcp.len, after_ns, sends }));
        }
        end.syns.sent(at);
        end.isn.get_or_insert(tcp.seq);
        end.syn.get_or_insert_with(|| SynOptions::of(tcp, opts));
        let shake = &mut self.facts.handshake;
        if tcp.flags.has(Flags::ACK) {
            if shake.syn_ack.is_none() {
                shake.echo = opts.timestamps.map_or(0, |t| t.1);
            }
            shake.syn_ack.get_or_insert(at);
        } else {
            shake.syn.get_or_insert(at);
            if shake.syn_ack.is_none() {
                shake.syn_answered = Some(at);
            }
            shake.syn_data = shake.syn_data.max(tcp.len);
        }
        self.agree();
        self.streams[dir.index()].start(tcp.seq.plus(1));
        let send = &mut self.send[dir.index()];
        if !send.started {
            send.start(tcp.seq);
            send.nxt = tcp.seq.plus(1);
        }
    }

    /// Another SYN-ACK than the one before, which nobody acknowledged: of another server behind the same address, or for
    /// another connection of which the SYN was not captured.
    fn renumber(&mut self, dir: Dir, tcp: &TcpView<'_>) {
        let end = &mut self.facts.ends[dir.index()];
        let other = tcp.flags.has(Flags::ACK) && end.isn.is_some_and(|isn| isn != tcp.seq);
        if other && end.data_segments == 0 && !end.opened {
            end.isn = None;
            self.send[dir.index()].reset();
        }
    }

    /// Settles what the SYNs captured so far say.
    pub(super) fn agree(&mut self) {
        let syns = [&self.facts.ends[0].syn, &self.facts.ends[1].syn];
        let agreed = &mut self.live.agreed;
        agreed.mss = syns.map(|syn| syn.as_ref().and_then(|s| s.mss).unwrap_or(0));
        let [Some(a), Some(b)] = syns else { return };
        if let (Some(x), Some(y)) = (a.window_scale, b.window_scale) {
            agreed.scale = [x.min(14), y.min(14)];
        }
        agreed.sack = self.facts.agreed(|s| s.sack_permitted).unwrap_or(true);
        agreed.timestamps = self.facts.agreed(|s| s.timestamps.is_some()).unwrap_or(false);
    }

    /// Both ends are open, or were, and the SYN of `end` is acknowledged or will never be seen: acknowledgments for it
    /// say nothing of the handshake any more.
    pub(super) fn is_settled(&self, end: Dir) -> bool {
        let [a, b] = &self.facts.ends;
        let end = &self.facts.ends[end.index()];
        a.state >= State::Established && b.state >= State::Established && (end.opened || end.isn.is_none())
    }

    /// The handshake's last step, or a connection that was open before the capture began.
    #[inline(never)]
    pub(super) fn established(
        &mut self,
        ctx: &Context,
        dir: Dir,
        tcp: &TcpView<'_>,
        tsecr: Option<u32>,
        at: At,
        out: &mut Out,
    ) {
        let peer = dir.flip();
        let isn = self.facts.ends[peer.index()].isn;
        let acks_syn = isn.is_some_and(|isn| tcp.ack.after(isn));
        if acks_syn {
            let end = &mut self.facts.ends[peer.index()];
            if !end.opened {
                end.opened = true;
                end.syns.acked = Some(at);
                if tcp.flags.has(Flags::SYN) && self.facts.handshake.simultaneous {
                    // Each end's first measurement begins with the latest of its SYN and SYN-ACK, as Linux has it.
                    end.rtt.begin(at.ts.since(end.syns.last.ts), at);
                }
                let shake = &mut self.facts.handshake;
                if tcp.flags.has(Flags::SYN) && !shake.simultaneous {
                    shake.syn_data_acked = tcp.ack.since(isn.unwrap_or_default()).max(1) as u32 - 1;
                } else if !tcp.flags.has(Flags::SYN) && shake.syn_ack.is_some() {
                    shake.ack.get_or_insert(at);
                }
                self.learn_turnaround(tsecr, at);
            }
            if !tcp.flags.has(Flags::SYN) {
                self.machine(ctx, at, out).syn_acked(dir);
            } else if self.facts.handshake.simultaneous {
                let mut machine = self.machine(ctx, at, out);
                if machine.facts.ends[peer.index()].syns.acked.is_some()
                    && machine.facts.ends[dir.index()].syns.acked.is_some()
                {
                    machine.opened_at_once();
                }
            }
        } else if isn.is_none() && !tcp.flags.has(Flags::SYN) {
            self.machine(ctx, at, out).midstream();
        }
    }

    /// A bare ACK for something else in answer to a SYN: the other end has a connection on these ports (RFC 5961 §4.2).
    #[inline(never)]
    pub(super) fn challenged(&mut self, dir: Dir, tcp: &TcpView<'_>, at: At, out: &mut Out) -> bool {
        let (peer, sent) = (&self.facts.ends[dir.flip().index()], &self.send[dir.flip().index()]);
        let Some(isn) = peer.isn.filter(|_| peer.state == State::SynSent) else { return false };
        let fits = tcp.ack.after(isn) && !tcp.ack.after(sent.nxt);
        if fits || tcp.flags.has(Flags::SYN) || tcp.len > 0 || self.facts.ends[dir.index()].syns.count > 0 {
            return false;
        }
        let of = peer.syns.last;
        self.facts.ends[dir.index()].challenge_acks.add(at);
        out.push((dir, What::ChallengeAck { of }));
        true
    }

    /// How far each sender is: the client answers the SYN-ACK, the server answers the SYN. Together they are the first
    /// round trip that each end measures, unless it is unclear which copy was answered (Karn's rule).
    fn learn_turnaround(&mut self, tsecr: Option<u32>, at: At) {
        let shake = self.facts.handshake;
        let (Some(syn), Some(syn_ack)) = (shake.syn_answered, shake.syn_ack) else { return };
        self.live.turnaround_ns[1] = syn_ack.ts.since(syn.ts).clamp(0, LONGEST_NS);
        let Some(ack) = shake.ack else { return };
        let server = &self.facts.ends[Dir::Server.index()];
        let once = server.syns.count == 1;
        let answered = if once { syn_ack } else { server.syns.last };
        let clear = once || (tsecr.is_some() && tsecr == self.live.tsval[Dir::Server.index()]);
        self.live.turnaround_ns[0] = ack.ts.since(answered.ts).clamp(0, LONGEST_NS);
        // RFC 7323 §4: the client measures from the SYN whose timestamp comes back, though a later one was answered.
        let client = &mut self.facts.ends[Dir::Client.index()];
        let echoed = client.syn.and_then(|syn| syn.timestamps) == Some(shake.echo);
        if let Some(first) = client.syns.first.filter(|_| echoed && client.syns.count > 1) {
            client.rtt.begin(syn_ack.ts.since(first.ts).saturating_add(self.live.turnaround_ns[0]), at);
        }
        if clear {
            let ns = self.live.turnaround_ns[0].saturating_add(self.live.turnaround_ns[1]);
            self.facts.ends.iter_mut().for_each(|end| end.rtt.begin(ns, at));
        }
        echo::choose(self);
    }
}

/// No timer repeats a SYN or SYN-ACK so soon: the network or the capture copied it. RFC 6298 (2.1) asks for a second.
pub(in crate::track) const COPY_NS: i64 = crate::source::NS_PER_MS;

impl SynOptions {
    fn of(tcp: &TcpView<'_>, opts: &Options) -> SynOptions {
        SynOptions {
            mss: opts.mss,
            window_scale: opts.window_scale,
            sack_permitted: opts.sack_permitted,
            timestamps: opts.timestamps.map(|t| t.0),
            fast_open: opts.fast_open,
            mptcp: opts.mptcp,
            md5: opts.md5,
            ao: opts.ao,
            ecn_bits: tcp.flags.0 & (Flags::ECE | Flags::CWR | Flags::AE),
            window: tcp.window,
            cut: tcp.options_cut(),
        }
    }
}
