//! One TCP connection, segment by segment.

use super::ack::{Ack, Blocks, acknowledge};
use super::congestion::{self, Flows};
use super::facts::{End, SynOptions, TcpFacts};
use super::machine::{Machine, ON_RECEIPT};
use super::rtt::LONGEST_NS;
use super::send::{SendSide, Sent};
use super::stream::{Chunk, Stream};
use super::trail::{Place, Step};
use super::transmit::{Piece, transmit};
use super::{blackhole, echo, handshake, needless, probe, reset, retransmit, window};
use crate::decode::IpView;
use crate::decode::tcp::{Flags, Options, Seq, TcpView, options, timestamps_and_sack};
use crate::source::At;
use crate::track::app::Application;
use crate::track::limits::TcpLimits;
use crate::track::{Dir, What};

/// What a connection needs from around it to take a segment.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// Bounds.
    pub limits: TcpLimits,
    /// 2×MSL in nanoseconds.
    pub two_msl_ns: i64,
}

/// Events of one segment: whose, and what. Empty in the common case; reused from packet to packet.
pub type Out = Vec<(Dir, What<'static>)>;

/// A live connection: its facts and what is needed to go on.
#[derive(Debug)]
pub struct TcpConn {
    /// What is known.
    pub facts: TcpFacts,
    pub(super) send: [SendSide; 2],
    pub(super) streams: [Stream; 2],
    pub(super) flows: Flows,
    /// The application inside.
    pub app: Application,
    pub(super) live: Live,
}

/// Small things remembered from packet to packet.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// The latest packet of each end.
    pub last: [At; 2],
    /// Acknowledgment number and window field of the latest packet of each end.
    pub last_ack: [Option<(Seq, u16)>; 2],
    /// Latest payload of each end.
    pub last_data: [At; 2],
    /// Who sent the latest payload.
    pub last_talker: Option<Dir>,
    /// Effective window scale of each end, once both SYNs are known.
    pub scale: [u8; 2],
    /// Header bytes, IP and TCP, around the latest payload of each end.
    pub headers: [u32; 2],
    /// What each end sends again in smaller pieces.
    pub shrunk: [Option<Box<blackhole::Shrunk>>; 2],
    /// The latest packet, for idle time.
    pub latest: At,
    /// Latest TSval of each end.
    pub tsval: [Option<u32>; 2],
    /// Latest keep-alive or window probe of each end, unanswered.
    pub probe: [Option<At>; 2],
    /// The rhythm of each end's probes.
    pub probed: [probe::Probed; 2],
    /// A small write in flight alone, and the pure ACK that released it.
    pub nagle: [window::Nagle; 2],
    /// How long the sender at each end takes to react to an ACK that passes here (known from the handshake).
    pub turnaround_ns: [i64; 2],
    /// A full window is standing.
    pub full: [Option<At>; 2],
    /// Scratch for the sender's half of a segment.
    pub scratch: Vec<(bool, What<'static>)>,
    /// The long silence last seen: the packet before it and the one after it.
    pub silence: Option<(At, At)>,
    /// See [`TcpConn::bounds_hit`].
    pub bounds_hit: [u64; 3],
}

impl TcpConn {
    /// A connection of which nothing is known yet.
    #[must_use]
    pub fn new(limits: TcpLimits) -> TcpConn {
        TcpConn {
            facts: TcpFacts::new(limits),
            send: [SendSide::default(), SendSide::default()],
            streams: [Stream::default(), Stream::default()],
            flows: Flows::default(),
            app: Application::default(),
            live: Live::default(),
        }
    }

    /// Forgets everything but the room it has.
    pub(in crate::track) fn reset(&mut self, limits: TcpLimits) {
        self.facts = TcpFacts::new(limits);
        for (send, stream) in self.send.iter_mut().zip(&mut self.streams) {
            send.reset();
            *stream = Stream::default();
        }
        self.app = Application::default();
        self.live = Live::default();
    }

    /// Takes a segment sent by `dir`.
    pub fn segment(&mut self, ctx: Context, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, at: At, out: &mut Out) {
        let opts = if tcp.flags.has(Flags::SYN) { options(tcp.options) } else { Options::default() };
        let quick = timestamps_and_sack(tcp.options);
        let timestamps = quick.timestamps;
        let sack = if tcp.flags.has(Flags::SYN) { Blocks::new() } else { quick.sack };
        self.count(dir, ip, tcp, at);
        if tcp.flags.has(Flags::RST) {
            reset::reset(self, ctx, dir, tcp, at, out);
            self.finish(dir, tcp, timestamps, at);
            return;
        }
        if tcp.flags.has(Flags::SYN) {
            self.syn(ctx, dir, tcp, &opts, at, out);
        }
        if tcp.flags.has(Flags::ACK) {
            self.ack(ctx, dir, tcp, timestamps.map(|t| t.1), &sack, at, out);
        }
        if let Some(stamps) = timestamps {
            let fresh = tcp.len > 0 && !self.send[dir.index()].nxt.after(tcp.seq);
            echo::pass(self, dir, stamps, fresh, at);
        }
        let unseen = self.was_lost_before(dir, ip, tcp, !sack.is_empty(), at);
        if !probe::is_probe(self, dir, tcp, at, out) {
            self.data(ctx, dir, ip, tcp, timestamps.map(|t| t.0), unseen, at, out);
        }
        window::advertised(self, dir, tcp, at, out);
        if tcp.flags.has(Flags::FIN) {
            self.machine(ctx, at, out).fin(dir);
            let count = self.facts.ends[dir.index()].fins.count;
            out.push((dir, What::Fin { count }));
        }
        self.finish(dir, tcp, timestamps, at);
    }

    pub(super) fn machine<'a>(&'a mut self, ctx: Context, at: At, out: &'a mut Out) -> Machine<'a> {
        Machine { facts: &mut self.facts, at, two_msl_ns: ctx.two_msl_ns, out }
    }

    /// Counters that every segment moves.
    fn count(&mut self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, at: At) {
        if self.live.latest.frame != 0 {
            let before = self.live.latest;
            self.facts.idle.add(before, at);
            if at.ts.since(before.ts) >= LONG_SILENCE_NS {
                self.live.silence = Some((before, at));
            }
        }
        if !self.facts.icmp.is_empty() {
            self.heed(dir, ip.total_len, tcp.len, at);
        }
        if tcp.len > 0 {
            self.live.headers[dir.index()] = ip.total_len.saturating_sub(tcp.len);
        }
        let end = &mut self.facts.ends[dir.index()];
        end.segments = end.segments.saturating_add(1);
        end.ecn[usize::from(ip.ecn())] += 1;
        if end.segments == 1 {
            end.ttl = ip.ttl;
        } else if end.ttl != ip.ttl {
            end.ttl = ip.ttl;
            end.ttl_changes.add(at);
        }
        if !tcp.flags.has(Flags::SYN) {
            if tcp.flags.has(Flags::ECE) {
                end.ece.add(at);
            }
            if tcp.flags.has(Flags::CWR) {
                end.cwr.add(at);
            }
        }
        if tcp.len == 0 {
            return;
        }
        end.data_segments = end.data_segments.saturating_add(1);
        end.data.add(at);
        end.largest = end.largest.max(tcp.len);
        if tcp.flags.has(Flags::PSH) {
            end.pushes.add(at);
        }
        if tcp.flags.has(Flags::URG) {
            end.urgent.add(at);
        }
    }

    fn syn(&mut self, ctx: Context, dir: Dir, tcp: &TcpView<'_>, opts: &Options, at: At, out: &mut Out) {
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
        self.agree_scale();
        self.streams[dir.index()].start(tcp.seq.plus(1));
        let send = &mut self.send[dir.index()];
        if !send.started {
            send.start(tcp.seq);
            send.nxt = tcp.seq.plus(1);
        }
    }

    /// RFC 7323 §2.2: scaling is in force only when both SYNs carry the option.
    fn agree_scale(&mut self) {
        if let [Some(a), Some(b)] = [self.facts.ends[0].syn, self.facts.ends[1].syn]
            && let (Some(x), Some(y)) = (a.window_scale, b.window_scale)
        {
            self.live.scale = [x.min(14), y.min(14)];
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one segment")]
    fn ack(
        &mut self,
        ctx: Context,
        dir: Dir,
        tcp: &TcpView<'_>,
        tsecr: Option<u32>,
        sack: &Blocks,
        at: At,
        out: &mut Out,
    ) {
        if self.challenged(dir, tcp, at, out) {
            return;
        }
        let peer = dir.flip();
        let syn = &mut self.facts.ends[peer.index()];
        if syn.isn.is_some_and(|isn| tcp.ack.after(isn)) && !self.facts.handshake.simultaneous {
            needless::syn(syn, self.live.tsval[peer.index()], tsecr, out, peer);
        }
        self.established(ctx, dir, tcp, tsecr, at, out);
        let pure = tcp.len == 0 && tcp.flags.0 & (Flags::SYN | Flags::FIN | Flags::RST) == 0;
        let same_window = self.live.last_ack[dir.index()].is_some_and(|(_, w)| w == tcp.window);
        let turnaround_ns = self.live.turnaround_ns[peer.index()];
        let sack_agreed = self.sack_agreed();
        let both = tcp.flags.has(Flags::FIN) || self.facts.ends[dir.index()].fins.count > 0;
        let last = both && self.fin_end(peer) == Some(tcp.ack);
        let ack = Ack { at, ack: tcp.ack, sack, tsecr, pure, same_window, sack_agreed, last, turnaround_ns };
        let [a, b] = &mut self.facts.ends;
        let (own, other): (&mut End, &mut End) = if dir == Dir::Client { (a, b) } else { (b, a) };
        let before = self.send[peer.index()].una;
        let mut events = std::mem::take(&mut self.live.scratch);
        acknowledge(&mut self.send[peer.index()], other, own, &ack, &mut events);
        out.extend(events.drain(..).map(|(of_sender, what)| (if of_sender { peer } else { dir }, what)));
        self.live.scratch = events;
        congestion::acked(self, peer, tcp, before, at);
        let fin_end = self.fin_end(peer);
        if fin_end.is_some_and(|end| !end.after(tcp.ack)) {
            self.machine(ctx, at, out).fin_acked(peer);
        }
        if tcp.ack.after(before) {
            self.progressed(dir, payload_end(tcp.ack, fin_end), pure, at, out);
        }
    }

    /// `dir` acknowledged something new, payload up to `upto`.
    fn progressed(&mut self, dir: Dir, upto: Seq, pure: bool, at: At, out: &mut Out) {
        let peer = dir.flip();
        if pure {
            window::released(self, peer, at);
        }
        blackhole::acknowledged(self, peer);
        let mut gap = None;
        let stream = &mut self.streams[peer.index()];
        let app = &mut self.app;
        stream.acknowledged(upto, at, &mut |chunk| gap = gap.or(feed(app, peer, chunk)));
        self.gap(peer, gap, upto, at, out);
    }

    fn gap(&mut self, of: Dir, gap: Option<u32>, seq: Seq, at: At, out: &mut Out) {
        let Some(len) = gap.filter(|len| *len > 0) else { return };
        let end = &mut self.facts.ends[of.index()];
        end.gaps.add(at);
        end.gap_bytes += u64::from(len);
        out.push((of, What::Gap { seq, len }));
    }

    /// The number after `end`'s FIN, once it was sent.
    fn fin_end(&self, end: Dir) -> Option<Seq> {
        let facts = &self.facts.ends[end.index()];
        facts.fins.first.is_some().then(|| self.send[end.index()].nxt)
    }

    /// The handshake's last step, or a connection that was open before the capture began.
    fn established(&mut self, ctx: Context, dir: Dir, tcp: &TcpView<'_>, tsecr: Option<u32>, at: At, out: &mut Out) {
        let peer = dir.flip();
        let isn = self.facts.ends[peer.index()].isn;
        let acks_syn = isn.is_some_and(|isn| tcp.ack.after(isn));
        if acks_syn {
            let syns = &mut self.facts.ends[peer.index()].syns;
            if syns.acked.is_none() {
                syns.acked = Some(at);
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
                    machine.enter(dir, super::State::Established, ON_RECEIPT);
                    machine.enter(peer, super::State::Established, ON_RECEIPT);
                }
            }
        } else if isn.is_none() && !tcp.flags.has(Flags::SYN) {
            self.machine(ctx, at, out).midstream();
        }
    }

    /// A bare ACK for something else in answer to a SYN: the other end has a connection on these ports (RFC 5961 §4.2).
    fn challenged(&mut self, dir: Dir, tcp: &TcpView<'_>, at: At, out: &mut Out) -> bool {
        let (peer, sent) = (&self.facts.ends[dir.flip().index()], &self.send[dir.flip().index()]);
        let Some(isn) = peer.isn.filter(|_| peer.state == super::State::SynSent) else { return false };
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
        if clear {
            let ns = self.live.turnaround_ns[0].saturating_add(self.live.turnaround_ns[1]);
            self.facts.ends.iter_mut().for_each(|end| end.rtt.begin(ns, at));
        }
        echo::choose(self);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one segment")]
    fn data(
        &mut self,
        ctx: Context,
        dir: Dir,
        ip: &IpView,
        tcp: &TcpView<'_>,
        tsval: Option<u32>,
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
        let sack = self.sack_agreed();
        let one_way = usize::from(!self.send[dir.index()].acks_seen);
        let bound = [ctx.limits.outstanding_segments, ctx.limits.outstanding_one_way][one_way];
        let turnaround_ns = self.live.turnaround_ns[dir.index()];
        let piece = Piece {
            at,
            seq,
            len: tcp.len + fin,
            payload: tcp.len,
            tsval,
            id: ip.id,
            sack,
            unseen,
            of_syn: self.repeats_syn(dir, seq),
            squeezed: window::is_squeezed(self, dir, tcp),
            turnaround_ns,
            limit: bound,
        };
        let before = self.send[dir.index()].nxt;
        if before.after(tcp.seq) {
            blackhole::resent(self, dir, tcp);
        }
        let started = self.send[dir.index()].started;
        let mut events = std::mem::take(&mut self.live.scratch);
        let send = &mut self.send[dir.index()];
        self.live.bounds_hit[one_way] += transmit(send, &mut self.facts.ends[dir.index()], &piece, &mut events);
        out.extend(events.drain(..).map(|(_, what)| (dir, what)));
        self.live.scratch = events;
        let fresh = if started { self.send[dir.index()].nxt.since(before).max(0) as u32 } else { tcp.len + fin };
        window::sent(self, dir, tcp, fresh, full, at, out);
        congestion::sent(self, ctx.limits.series_points, dir, tcp, fresh, at);
        self.deliver(ctx, dir, seq, tcp, at, out);
        self.send[dir.index()].last_send = at;
        if tcp.len > 0 && fresh > 0 {
            self.turn(dir, at);
            if self.facts.ends[dir.flip().index()].fins.acked.is_some() {
                self.facts.ends[dir.index()].after_peer_fin += u64::from(tcp.len);
            }
        }
    }

    /// RFC 2018: both SYNs permitted it; where they were not captured it is taken for granted, as everybody has it.
    fn sack_agreed(&self) -> bool {
        self.facts.agreed(|s| s.sack_permitted).unwrap_or(true)
    }

    /// Whether the segment must have been sent before, as its IP identification tells (see [`Trail`](super::trail::Trail)).
    /// Windows starts with a TTL of 128 and offers no timestamps; its identification counts the packets of the host.
    fn was_lost_before(&mut self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, sacks: bool, at: At) -> bool {
        let space = tcp.len + u32::from(tcp.flags.has(Flags::FIN));
        if space > 0 {
            self.send[dir.flip().index()].trail.asked();
        }
        let end = &self.facts.ends[dir.index()];
        let counts = end.ttl <= 64 && end.syn.is_some_and(|s| s.timestamps.is_some() && s.window_scale.is_some());
        let Some(id) = u16::try_from(ip.id).ok().filter(|_| counts) else { return false };
        let away = self.live.turnaround_ns[dir.index()] > AWAY_NS;
        if !away || tcp.flags.has(Flags::SYN) {
            return false;
        }
        let mss = self.mss(dir);
        let send = &self.send[dir.index()];
        let place = match tcp.seq.since(send.nxt) {
            _ if space == 0 => Place::Empty,
            ..0 => Place::Old { back: send.resent_to.after(tcp.seq) },
            0 => Place::Next { whole: send.sacked_bytes == 0 && send.holes == 0 },
            hole => Place::Beyond { hole: hole as u32 },
        };
        let quiet = at.ts.since(send.last_send.ts);
        let step = Step {
            id,
            len: space,
            mss,
            place,
            ends: tcp.flags.has(Flags::PSH) || tcp.flags.has(Flags::FIN),
            acks: self.live.last_ack[dir.index()].is_some_and(|(ack, _)| tcp.ack.after(ack)) || sacks,
            rested: end.rtt.known() && quiet >= end.rtt.srtt_ns,
            idle: quiet >= 2 * end.rtt.srtt_ns + 10 * AWAY_NS,
            timed: retransmit::timed_copies(&end.rtt, at.ts.since(send.last_ack.ts).saturating_sub(end.rtt.srtt_ns)),
        };
        self.send[dir.index()].trail.follow(&step)
    }

    /// Data of the SYN, which its answer did not acknowledge (RFC 7413 §4.2.2).
    fn repeats_syn(&self, dir: Dir, seq: Seq) -> bool {
        let first = self.facts.ends[dir.index()].isn.map(|isn| isn.plus(1));
        self.facts.handshake.syn_data > 0 && first == Some(seq) && self.send[dir.index()].una == seq
    }

    fn deliver(&mut self, ctx: Context, dir: Dir, seq: Seq, tcp: &TcpView<'_>, at: At, out: &mut Out) {
        let stream = &mut self.streams[dir.index()];
        if stream.done {
            return;
        }
        let app = &mut self.app;
        let mut gap = None;
        self.live.bounds_hit[2] +=
            stream.segment(seq, tcp.len, tcp.payload, at, ctx.limits, &mut |chunk| gap = gap.or(feed(app, dir, chunk)));
        if self.app.is_done(dir) {
            self.streams[dir.index()].stop();
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

    fn finish(&mut self, dir: Dir, tcp: &TcpView<'_>, timestamps: Option<(u32, u32)>, at: At) {
        let i = dir.index();
        if tcp.flags.has(Flags::ACK) {
            self.live.last_ack[i] = Some((tcp.ack, tcp.window));
        }
        if let Some((tsval, _)) = timestamps {
            self.live.tsval[i] = Some(tsval);
        }
        self.live.last[i] = at;
        self.live.latest = at;
    }

    /// The conversation is over, or the capture is: final facts.
    pub fn close(&mut self, ctx: Context, now: At, out: &mut Out) {
        let mut machine = self.machine(ctx, now, out);
        machine.expire(now.ts);
        machine.give_up(now.ts);
        self.facts.unheard_ns = now.ts.since(self.live.latest.ts).max(0);
        handshake::judge(self);
        blackhole::judge(self);
        congestion::close(self);
        for dir in [Dir::Client, Dir::Server] {
            self.app.end(dir, now);
            window::close(self, dir, now);
        }
        let sent = [self.facts.ends[0].segments, self.facts.ends[1].segments];
        self.facts.handshake.waited_ns = now.ts.since(self.facts.ends[Dir::Client.index()].syns.last.ts);
        self.facts.one_way = sent[0] == 0 || sent[1] == 0;
        self.facts.midstream = self.facts.ends.iter().all(|e| e.syns.count == 0);
    }
}

/// No timer repeats a SYN or SYN-ACK so soon: the network or the capture copied it. RFC 6298 (2.1) asks for a second.
const COPY_NS: i64 = crate::source::NS_PER_MS;

/// A silence of this length is remembered, for connections that a middlebox forgets: 3 s.
pub(super) const LONG_SILENCE_NS: i64 = 3 * crate::source::NS_PER_S;

/// A sender that reacts sooner is at the capture point, which then sees every packet before any of them is lost.
const AWAY_NS: i64 = crate::source::NS_PER_MS;

/// Hands a chunk to the application; returns the length of a gap.
fn feed(app: &mut Application, dir: Dir, chunk: Chunk<'_>) -> Option<u32> {
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

/// The FIN's number is no payload.
fn payload_end(ack: Seq, fin_end: Option<Seq>) -> Seq {
    if fin_end == Some(ack) { Seq(ack.0.wrapping_sub(1)) } else { ack }
}

impl SynOptions {
    fn of(tcp: &TcpView<'_>, opts: &Options) -> SynOptions {
        let mut order = [0; 12];
        for (slot, kind) in order.iter_mut().zip(&opts.order) {
            *slot = *kind;
        }
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
            order,
            cut: tcp.options_cut(),
        }
    }
}

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
        self.send[dir.index()].start(isn);
        self.send[dir.index()].nxt = isn.plus(1);
        self.streams[dir.index()].start(isn.plus(1));
        self.live.last[dir.index()] = at;
        self.live.latest = at;
    }

    /// `dir` was told that its packets are too big: what is in flight comes again in smaller pieces.
    pub(in crate::track) fn shrink(&mut self, dir: Dir) {
        let send = &mut self.send[dir.index()];
        send.mtu_until = Some(send.nxt);
    }

    /// How long `dir` may take to act on something that passes here, in nanoseconds.
    pub(in crate::track) fn reaction_ns(&self, dir: Dir) -> i64 {
        self.live.turnaround_ns[dir.index()] + 10 * crate::source::NS_PER_MS
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
