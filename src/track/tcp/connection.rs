//! One TCP connection, segment by segment.

use super::congestion::{self, Flows};
use super::facts::TcpFacts;
use super::machine::Machine;
use super::opening::Agreed;
use super::probe::Probed;
use super::send::SendSide;
use super::stream::Stream;
use super::{blackhole, echo, handshake, probe, reset, window};
use crate::decode::IpView;
use crate::decode::tcp::{Flags, Quick, Seq, TcpView, options, timestamps_and_sack};
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
///
/// In memory as it stands here, and so are the parts that most segments touch: each segment of a connection that was not
/// looked at lately waits for main memory once per cache line, so what the ordinary segment needs comes first in each.
#[derive(Debug, Clone)]
#[repr(C)]
pub struct TcpConn {
    pub(super) live: Live,
    /// What is known.
    pub facts: TcpFacts,
    pub(super) send: [SendSide; 2],
    pub(super) streams: [Stream; 2],
    /// The application inside.
    pub app: Application,
}

/// Small things remembered from packet to packet.
///
/// In memory as it stands here: what every segment touches lies together and comes first.
#[derive(Debug, Clone, Default)]
#[repr(C)]
pub(super) struct Live {
    /// The latest packet, for idle time.
    pub latest: At,
    /// The latest packet of each end.
    pub last: [At; 2],
    /// What the SYNs settled.
    pub agreed: Agreed,
    /// Who sent the latest payload.
    pub last_talker: Option<Dir>,
    /// The round trips of each end's data are told by timestamp echo.
    pub echoed: [bool; 2],
    /// Nobody wants the bytes of each end any more.
    pub unread: [bool; 2],
    /// Latest TSval of each end.
    pub tsval: [Option<u32>; 2],
    /// Acknowledgment number and window field of the latest packet of each end.
    pub last_ack: [Option<(Seq, u16)>; 2],
    /// Header bytes, IP and TCP, around the latest payload of each end.
    pub headers: [u32; 2],
    /// How long the sender at each end takes to react to an ACK that passes here (known from the handshake).
    pub turnaround_ns: [i64; 2],
    /// The rhythm of each end's probes, once there was one.
    pub probed: [Option<Box<Probed>>; 2],
    /// Latest payload of each end.
    pub last_data: [At; 2],
    /// The congestion control of each end that sends in bulk.
    pub flows: Flows,
    /// What each end sends again in smaller pieces.
    pub shrunk: [Option<Box<blackhole::Shrunk>>; 2],
    /// A small write in flight alone, and the pure ACK that released it.
    pub nagle: [window::Nagle; 2],
    /// Each end has filled its peer's window, and that stands.
    pub full: [bool; 2],
    /// The long silence last seen: the packet before it and the one after it.
    pub silence: Option<(At, At)>,
    /// See [`TcpConn::bounds_hit`].
    pub bounds_hit: [u64; 3],
}

impl Live {
    /// The rhythm of the probes of `dir`.
    pub fn probed(&self, dir: Dir) -> Probed {
        self.probed[dir.index()].as_deref().copied().unwrap_or_default()
    }
}

impl TcpConn {
    /// Reads from each place that most segments touch, so that they are in the cache later.
    #[must_use]
    pub(crate) fn touch(&self) -> u32 {
        let [client, server] = &self.facts.ends;
        let sends = self.send[0].una.0 ^ self.send[1].una.0;
        let round_trips = (client.rtt.srtt_ns ^ server.rtt.srtt_ns) as u32;
        let live = self.live.latest.frame ^ self.live.headers[0];
        client.segments ^ server.segments ^ round_trips ^ sends ^ live
    }

    /// A connection of which nothing is known yet.
    #[must_use]
    pub fn new(limits: TcpLimits) -> TcpConn {
        TcpConn {
            live: Live::default(),
            facts: TcpFacts::new(limits),
            send: [SendSide::default(), SendSide::default()],
            streams: [Stream::default(), Stream::default()],
            app: Application::default(),
        }
    }

    /// Forgets everything but the room it has.
    pub(in crate::track) fn reset(&mut self) {
        if self.is_attempt() {
            return self.forget_attempt();
        }
        self.facts.forget();
        for (send, stream) in self.send.iter_mut().zip(&mut self.streams) {
            send.reset();
            stream.reset();
        }
        self.app = Application::default();
        self.live = Live::default();
    }

    /// Takes a segment sent by `dir`.
    pub fn segment(&mut self, ctx: &Context, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, at: At, out: &mut Out) {
        let Quick { timestamps, sack } = timestamps_and_sack(tcp.options);
        self.count(dir, ip, tcp, at);
        if tcp.flags.has(Flags::RST) {
            reset::reset(self, ctx, dir, tcp, at, out);
            self.finish(dir, tcp, timestamps, at);
            return;
        }
        if tcp.flags.has(Flags::SYN) {
            self.syn(ctx, dir, tcp, &options(tcp.options), at, out);
        }
        let sack = if tcp.flags.has(Flags::SYN) { &[] } else { sack.as_slice() };
        if tcp.flags.has(Flags::ACK) {
            self.ack(ctx, dir, tcp, timestamps, sack, at, out);
        }
        if let Some(stamps) = timestamps.filter(|_| self.live.echoed != [false; 2]) {
            let fresh = tcp.len > 0 && !self.send[dir.index()].nxt.after(tcp.seq);
            echo::pass(self, dir, stamps, fresh, at);
        }
        let unseen = self.was_lost_before(dir, ip, tcp, !sack.is_empty(), at);
        let copies = self.facts.ends[dir.index()].duplicates.count;
        let misplaced = tcp.flags.has(Flags::FIN) && self.is_on_syn(dir, tcp);
        if !misplaced && !probe::is_probe(self, dir, ip, tcp, timestamps, at, out) {
            self.data(ctx, dir, ip, tcp, timestamps, unseen, at, out);
        }
        window::advertised(self, dir, tcp, at, out);
        // A copy by the network or the capture was not sent.
        if tcp.flags.has(Flags::FIN) && !misplaced && self.facts.ends[dir.index()].duplicates.count == copies {
            self.machine(ctx, at, out).fin(dir);
            let count = self.facts.ends[dir.index()].fins.count;
            out.push((dir, What::Fin { count }));
        }
        self.finish(dir, tcp, timestamps, at);
    }

    /// A FIN with the number of its sender's SYN closes nothing: what closes comes after (RFC 9293 §3.4).
    #[cold]
    fn is_on_syn(&self, dir: Dir, tcp: &TcpView<'_>) -> bool {
        let isn = self.facts.ends[dir.index()].isn;
        tcp.len == 0 && !tcp.flags.has(Flags::SYN) && isn == Some(tcp.seq)
    }

    pub(super) fn machine<'a>(&'a mut self, ctx: &Context, at: At, out: &'a mut Out) -> Machine<'a> {
        Machine { facts: &mut self.facts, at, two_msl_ns: ctx.two_msl_ns, out }
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
    pub fn close(&mut self, ctx: &Context, now: At, out: &mut Out) {
        self.facts.unheard_ns = now.ts.since(self.live.latest.ts).max(0);
        if !self.is_attempt() {
            self.judge(ctx, now, out);
        }
        let sent = [self.facts.ends[0].segments, self.facts.ends[1].segments];
        self.facts.one_way = sent[0] == 0 || sent[1] == 0;
        self.facts.midstream = self.facts.ends.iter().all(|e| e.syns.count == 0);
    }

    /// What can be said only once it is over.
    fn judge(&mut self, ctx: &Context, now: At, out: &mut Out) {
        let mut machine = self.machine(ctx, now, out);
        machine.expire(now.ts);
        machine.give_up(now.ts);
        handshake::judge(self);
        blackhole::judge(self);
        congestion::close(self);
        for dir in [Dir::Client, Dir::Server] {
            self.app.end(dir, now);
            window::close(self, dir, now);
        }
    }
}
