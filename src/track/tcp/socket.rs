//! One end of a connection as its host's socket table would have shown it at an instant.
//!
//! What packets cannot show is absent: what the application had not read yet, or had written and not sent.

use super::Algorithm;
use super::congestion;
use super::connection::TcpConn;
use super::rtt::LONGEST_NS;
use super::send::{Ca, Sent};
use super::state::State;
use crate::source::{At, NS_PER_MS, NS_PER_S, Timestamp};
use crate::track::Dir;

/// Which timer of a socket is running, by the names that `ss -o` uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerKind {
    /// Retransmission: RTO, tail loss probe, or a SYN, SYN-ACK or FIN to be sent again.
    On,
    /// Keep-alive.
    KeepAlive,
    /// 2×MSL.
    TimeWait,
    /// Zero-window probe.
    Persist,
}

impl TimerKind {
    /// The name that `ss -o` prints.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TimerKind::On => "on",
            TimerKind::KeepAlive => "keepalive",
            TimerKind::TimeWait => "timewait",
            TimerKind::Persist => "persist",
        }
    }
}

/// A running timer. That it runs follows from what was sent; when it ends is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Which.
    pub kind: TimerKind,
    /// Nanoseconds until it ends, never negative; `None` where the capture does not tell its length.
    pub left_ns: Option<i64>,
    /// Times that it ran out since something was heard of the peer.
    pub tries: u32,
}

/// One end at one instant; sizes in bytes, counts in segments of at most the MSS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Socket {
    /// The state; `Closed` where the host has no socket (any more).
    pub state: State,
    /// The timer that runs.
    pub timer: Option<Timer>,
    /// Sent and not acknowledged.
    pub send_queue: u32,
    /// The same in segments.
    pub unacked: u32,
    /// Of these, SACKed.
    pub sacked: u32,
    /// Of these, sent again and still under way.
    pub retransmitted: u32,
    /// Congestion window in segments, inferred where the flight is limited by it.
    pub cwnd: Option<u32>,
    /// Congestion control and how sure that is, where the transfer has shown it.
    pub algorithm: Option<(Algorithm, f32)>,
    /// Retransmission timeouts in a row.
    pub backoff: u32,
    /// Retransmission timeout, back-off applied, in nanoseconds; `None` where the capture does not tell.
    pub rto_ns: Option<i64>,
    /// Largest payload it may send in a segment; 0 when unknown.
    pub mss: u32,
    /// Window scales: of the windows that it gets, and of those that it advertises.
    pub scales: [u8; 2],
    /// Payload that the peer has acknowledged.
    pub bytes_acked: u64,
    /// Payload of the peer that this end has acknowledged.
    pub bytes_received: u64,
    /// Its round-trip times, if it has any.
    pub rtt: Option<SocketRtt>,
    /// Latest payload sent.
    pub last_sent: Option<At>,
    /// Latest payload of the peer.
    pub last_received: Option<At>,
    /// Latest segment with an acknowledgment from the peer.
    pub last_ack: Option<At>,
}

/// Round-trip times as the end itself would have them, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketRtt {
    /// Smoothed.
    pub srtt_ns: i64,
    /// Mean deviation.
    pub rttvar_ns: i64,
    /// The smallest.
    pub min_ns: i64,
}

impl TcpConn {
    /// The socket of the end `dir` at `now`, which is no earlier than the latest segment taken.
    #[must_use]
    pub fn socket(&self, dir: Dir, now: Timestamp) -> Socket {
        let peer = dir.flip();
        let (send, mss) = (&self.send[dir.index()], self.path_mss(dir));
        let flying = || send.queue.iter().skip(send.acked).filter(|s| s.sends > 0);
        let count = |which: &dyn Fn(&Sent) -> bool| flying().filter(|s| which(s)).map(|s| segments(s.len, mss)).sum();
        let state = self.state_at(dir, now);
        let (window, verdict) = congestion::present(self, dir).map_or((None, None), |p| (p.window, Some(p.verdict)));
        let seen = |at: At| (at.frame != 0).then_some(at);
        Socket {
            state,
            timer: self.timer(dir, state, now),
            send_queue: send.in_flight(),
            unacked: count(&|_| true),
            sacked: count(&|s| s.sacked),
            retransmitted: count(&|s| s.sends > 1 && !s.sacked),
            cwnd: window.filter(|_| mss > 0).map(|bytes| bytes.div_ceil(mss)),
            algorithm: verdict.filter(|v| v.algorithm != Algorithm::Unknown).map(|v| (v.algorithm, v.confidence)),
            backoff: self.backoff(dir, state),
            rto_ns: if is_opening(state) { self.syn_timeout(dir) } else { self.rtt(dir).map(|_| self.rto_ns(dir)) },
            mss: if state == State::SynSent { 0 } else { mss },
            scales: [self.live.agreed.scale[peer.index()], self.live.agreed.scale[dir.index()]],
            bytes_acked: self.bytes_acked(dir),
            bytes_received: self.bytes_acked(peer),
            rtt: self.rtt(dir),
            last_sent: seen(self.live.last_data[dir.index()]).and(seen(send.last_send)),
            last_received: seen(self.live.last_data[peer.index()]),
            last_ack: self.live.last_ack[peer.index()].and(seen(self.live.last[peer.index()])),
        }
    }

    /// The MSS, lowered where a router told the sender what the path takes (RFC 1191, RFC 8201).
    fn path_mss(&self, dir: Dir) -> u32 {
        let told = self.facts.icmp.iter().filter(|e| e.quotes == dir && e.is_too_big() && e.mtu > 0);
        let timestamps = self.facts.agreed(|s| s.timestamps.is_some()).unwrap_or(false);
        let room = |e: &super::IcmpError| if e.v6 { 60 } else { 40 } + if timestamps { 12 } else { 0 };
        told.map(|e| e.mtu.saturating_sub(room(e))).filter(|mss| *mss > 0).fold(self.mss(dir), u32::min)
    }

    fn backoff(&self, dir: Dir, state: State) -> u32 {
        let probed = self.live.probed(dir);
        match state {
            State::SynSent => {
                self.syn_timeout(dir).map_or(0, |ns| (ns.saturating_add(NS_PER_S / 2) / NS_PER_S).max(1).ilog2())
            }
            _ if probed.in_stall => probed.in_row,
            _ => self.send[dir.index()].backoff,
        }
    }

    fn bytes_acked(&self, dir: Dir) -> u64 {
        self.facts.ends[dir.index()].unique_bytes.saturating_sub(u64::from(self.send[dir.index()].in_flight()))
    }

    /// The samples of its data, or else the handshake's: each end times its SYN, too (RFC 6298 (2.2)).
    fn rtt(&self, dir: Dir) -> Option<SocketRtt> {
        let (rtt, syns) = (&self.facts.ends[dir.index()].rtt, &self.facts.ends[dir.index()].syns);
        let shake = &self.facts.handshake;
        // Karn's rule; the client's second SYN can be told from the first by its timestamp.
        let clear =
            syns.count == 1 || (dir == Dir::Client && self.facts.agreed(|s| s.timestamps.is_some()) == Some(true));
        let first = shake.rtt_ns().filter(|ns| (1..=LONGEST_NS).contains(ns) && clear && !shake.simultaneous);
        if !rtt.known() {
            return first.map(|ns| SocketRtt { srtt_ns: ns, rttvar_ns: ns / 2, min_ns: ns });
        }
        let beyond = self.beyond_ns(dir);
        let min = rtt.min().unwrap_or(rtt.srtt_ns).saturating_add(beyond);
        Some(SocketRtt {
            srtt_ns: rtt.srtt_ns.saturating_add(beyond),
            rttvar_ns: rtt.rttvar_ns,
            min_ns: first.unwrap_or(min).min(min),
        })
    }

    /// How much longer its round trips are than those measured at the capture point, in nanoseconds: the way between the
    /// two, as the handshake showed it; 0 where the capture was taken beside this end.
    fn beyond_ns(&self, dir: Dir) -> i64 {
        let way = self.live.turnaround_ns[dir.index()];
        let measured = self.facts.ends[dir.index()].rtt.min().unwrap_or(0);
        // A host's own time to answer is a small part of a round trip and no way to anywhere.
        if way > measured / 4 { way } else { 0 }
    }

    fn rto_ns(&self, dir: Dir) -> i64 {
        let backoff = self.send[dir.index()].backoff;
        // RFC 6298 (2.3), (5.5), with the kernel's bounds: the variance counts for 200 ms at least, two minutes at most.
        let timeout = |rtt: SocketRtt| rtt.srtt_ns.saturating_add(rtt.rttvar_ns.saturating_mul(4).max(200 * NS_PER_MS));
        self.rtt(dir).map_or(NS_PER_S, timeout).saturating_mul(1 << backoff.min(10)).min(RTO_MAX_NS)
    }

    /// The state with what time alone does to it: timers that ran out.
    fn state_at(&self, dir: Dir, now: Timestamp) -> State {
        let end = &self.facts.ends[dir.index()];
        let over = match end.state {
            State::TimeWait => end.time_wait.is_some_and(|wait| now >= wait.until),
            State::SynSent | State::SynReceived => self.gave_up(dir, now),
            _ => false,
        };
        if over { State::Closed } else { end.state }
    }

    /// The next copy of the SYN or SYN-ACK is long overdue: its sender has given up, or died.
    fn gave_up(&self, dir: Dir, now: Timestamp) -> bool {
        let syns = &self.facts.ends[dir.index()].syns;
        // RFC 6298 (5.5): no wait is longer than twice the one before; a quarter more for delays.
        let longest = syns.longest_gap_ns.max(NS_PER_S).saturating_mul(2);
        syns.count > 0 && now.since(syns.last.ts) > longest.saturating_add(longest / 4)
    }

    fn timer(&self, dir: Dir, state: State, now: Timestamp) -> Option<Timer> {
        let until = |kind, at: Timestamp, tries| Some(Timer { kind, left_ns: Some(at.since(now).max(0)), tries });
        let (end, send) = (&self.facts.ends[dir.index()], &self.send[dir.index()]);
        let probed = self.live.probed(dir);
        match state {
            State::Closed | State::Listen => None,
            State::TimeWait => end.time_wait.and_then(|wait| until(TimerKind::TimeWait, wait.until, 0)),
            State::SynSent | State::SynReceived => self.handshake_timer(dir, now),
            _ if send.in_flight() > 0 && send.acks_seen => until(TimerKind::On, self.resend_at(dir), send.backoff),
            _ if probed.in_stall => {
                until(TimerKind::Persist, probed.last.ts.plus(probed.gap_ns.saturating_mul(2)), probed.unanswered)
            }
            _ if probed.unanswered > 0 => {
                until(TimerKind::KeepAlive, probed.last.ts.plus(probed.gap_ns), probed.unanswered)
            }
            _ if probed.idle_ns > 0 => until(TimerKind::KeepAlive, self.live.latest.ts.plus(probed.idle_ns), 0),
            _ => None,
        }
    }

    fn handshake_timer(&self, dir: Dir, now: Timestamp) -> Option<Timer> {
        let syns = &self.facts.ends[dir.index()].syns;
        let left_ns = self.syn_timeout(dir).map(|ns| syns.last.ts.plus(ns).since(now).max(0));
        Some(Timer { kind: TimerKind::On, left_ns, tries: syns.count.saturating_sub(1) })
    }

    /// How long the sender waits after its latest SYN or SYN-ACK: a second at first (RFC 6298 (2.1)), twice as long as
    /// before once it has begun to double; kernels differ in when they begin.
    fn syn_timeout(&self, dir: Dir) -> Option<i64> {
        let syns = &self.facts.ends[dir.index()].syns;
        match (syns.count, syns.longest_gap_ns) {
            (1, _) => Some(NS_PER_S),
            (_, longest) if longest >= NS_PER_S * 3 / 2 => Some(longest.saturating_mul(2)),
            _ => None,
        }
    }

    /// When the oldest segment in flight would be sent again, or the tail be probed, with nothing more heard.
    fn resend_at(&self, dir: Dir) -> Timestamp {
        let send = &self.send[dir.index()];
        let head = send.queue.get(send.acked).map_or(send.last_send.ts, |s| s.last.ts);
        // RFC 6298 (5.1), (5.3): started by the first segment in flight, restarted by every acknowledgment of new data.
        let timeout = head.max(send.last_ack.ts).plus(self.rto_ns(dir));
        let sack = self.facts.agreed(|s| s.sack_permitted).unwrap_or(false);
        let calm = send.ca == Ca::Open && send.sacked_bytes == 0 && send.tlp.is_none() && send.backoff == 0;
        let Some(rtt) = self.rtt(dir).filter(|_| sack && calm) else { return timeout };
        // RFC 8985 §7.2: 2×SRTT after the last segment, and room for a delayed ACK when only one is in flight.
        let alone = send.queue.len().saturating_sub(send.acked) == 1;
        let room = if alone { 200 * NS_PER_MS } else { 2 * NS_PER_MS };
        let probe = rtt.srtt_ns.saturating_mul(2).saturating_add(room);
        timeout.min(send.last_send.ts.max(send.last_ack.ts).plus(probe))
    }
}

fn is_opening(state: State) -> bool {
    matches!(state, State::SynSent | State::SynReceived)
}

/// The kernel's longest retransmission timeout.
const RTO_MAX_NS: i64 = 120 * NS_PER_S;

/// Segments of at most `mss` bytes that a stretch takes; one where the MSS is unknown.
fn segments(len: u32, mss: u32) -> u32 {
    if mss == 0 { 1 } else { len.div_ceil(mss) }
}
