//! Why a segment was sent again: the sender's loss recovery, followed from outside.
//!
//! What the sender must have known is rebuilt from the acknowledgments it got: SACK and duplicate ACKs start a
//! recovery (RFC 5681 §3.2, RFC 6675, RFC 8985), silence starts a probe (RFC 8985 §7) or the timer (RFC 6298 §5).

use super::facts::{Cause, Rtt};
use super::rtt::LONGEST_NS;
use super::send::{Ca, SendSide};
use super::window::Room;
use crate::decode::tcp::Seq;
use crate::source::{At, NS_PER_MS, Timestamp};

/// What the decision is made from, besides the sender's state.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// The segment's first number.
    pub seq: Seq,
    /// The number after its last.
    pub end: Seq,
    /// When.
    pub at: At,
    /// TSval, if timestamps are on.
    pub tsval: Option<u32>,
    /// SACK was agreed (needed for tail loss probes on Linux).
    pub sack: bool,
    /// Time from an acknowledgment passing the capture point to the data it releases, in nanoseconds.
    pub turnaround_ns: i64,
    /// Latest copy of the same data.
    pub previous: At,
    /// By how much the sender's timestamp clock moved on since that copy; 0 without timestamps.
    pub ticks: i32,
    /// That copy was a retransmission itself.
    pub repeated: bool,
    /// The earlier copy was in the SYN (RFC 7413).
    pub of_syn: bool,
    /// What room the peer's window has.
    pub room: Room,
}

/// A timer is believed to have fired after this share of its computed length: the sender may know the round trip better.
const TIMER_SLACK: f64 = 0.75;

/// Doublings after which the timer has long reached its ceiling (RFC 6298 (2.5)).
const MAX_BACKOFF: u32 = 10;

/// Decides the cause and moves the sender's state.
pub fn classify(send: &mut SendSide, rtt: &Rtt, again: &Again) -> Cause {
    let cause = decide(send, rtt, again);
    let head = !again.seq.after(send.una);
    match cause {
        Cause::Fast => send.begin_recovery(again.at.ts),
        Cause::Rto => {
            send.begin_loss(again.at.ts);
            send.backoff += 1;
        }
        Cause::RtoRecovery if send.ca != Ca::Loss => {
            send.begin_loss(again.at.ts);
            send.frto = false;
        }
        Cause::RtoRecovery => send.frto = false,
        Cause::Tlp => (send.tlp, send.tlp_again) = (Some(send.nxt), true),
        _ => {}
    }
    if cause != Cause::Tlp {
        send.resent(again.tsval);
    }
    // RFC 6298 (5.1), (5.6); RFC 8985 §7.3 step 3.
    if head || cause == Cause::Tlp {
        send.timer_from = again.at.ts;
    }
    cause
}

fn decide(send: &mut SendSide, rtt: &Rtt, again: &Again) -> Cause {
    if send.mtu_until.is_some_and(|high| !again.end.after(high)) {
        if !again.repeated {
            return Cause::Mtu;
        }
        // A smaller piece was lost in its turn (RFC 8985 §6.2), or the timer fired.
        send.mtu_until = None;
    }
    let head = !again.seq.after(send.una);
    let due = head && timer_fired(send, rtt, again);
    match again.room {
        Room::Closed if due && send.ca == Ca::Open => return Cause::Probe,
        // The timer that asks for more room had sent it, and that starts no tail loss probe.
        Room::Cut if due && send.ca == Ca::Open => return Cause::Rto,
        _ => {}
    }
    if again.of_syn && !due {
        // RFC 7413 §4.2.2: data that the SYN-ACK did not acknowledge go out again at once.
        return Cause::RtoRecovery;
    }
    if !send.acks_seen {
        return one_way(send, rtt, again);
    }
    match send.ca {
        Ca::Open => open(send, rtt, again, due),
        Ca::Recovery if due => Cause::Rto,
        // RFC 6582 §3.2: without SACK nothing but the timer repeats the head that was already resent.
        Ca::Recovery if head && !again.sack && resent(send, again) => Cause::Rto,
        Ca::Recovery => Cause::Recovery,
        Ca::Loss if due => Cause::Rto,
        Ca::Loss if !resent(send, again) => Cause::RtoRecovery,
        // A lost retransmission (RFC 8985 §6.2): Linux goes from loss to recovery.
        Ca::Loss if again.sack && send.overtaken(again.previous.ts, again.end) => Cause::Fast,
        Ca::Loss if head => Cause::Rto,
        Ca::Loss => Cause::RtoRecovery,
    }
}

/// No episode is under way: what started this one?
fn open(send: &mut SendSide, rtt: &Rtt, again: &Again, due: bool) -> Cause {
    let quiet = elapsed(send.last_ack.ts, again);
    if lost_evidence(send, again) && !(due && long_enough(quiet, rtt.rto_ns())) {
        if is_failed_mtu_probe(send, again) {
            send.mtu_until = Some(send.nxt);
            return Cause::Mtu;
        }
        return Cause::Fast;
    }
    if is_probe(send, rtt, again) {
        return Cause::Tlp;
    }
    // RFC 6298 (5.1) to (5.3): the timer for the head is started when it is sent, or later.
    // What the sender waited shows in its own clock, of which RFC 7323 §5.4 has a tick last 1 ms or more, where the copy
    // before was held up on its way.
    let waited = again.at.ts.since(again.previous.ts).max(i64::from(again.ticks) * NS_PER_MS);
    if again.previous.frame == 0 || waited < shortest_timer_ns(rtt) || waited > LONGEST_NS {
        return Cause::Unknown;
    }
    Cause::Rto
}

/// No acknowledgment was captured. A sender that goes on without a pause hears from its peer, so the timer did not fire;
/// an episode is over, for all that shows, when something beyond its start is sent again.
fn one_way(send: &SendSide, rtt: &Rtt, again: &Again) -> Cause {
    let tail = !send.nxt.after(again.end);
    if long_enough(elapsed(send.last_send.ts, again), rtt.rto_ns()) {
        return Cause::Rto;
    }
    let goes_on = send.ca != Ca::Open && send.high.after(again.seq);
    match send.ca {
        _ if tail => Cause::Unknown,
        Ca::Recovery if goes_on => Cause::Recovery,
        Ca::Loss if goes_on => Cause::RtoRecovery,
        _ => Cause::Fast,
    }
}

/// SACK or duplicate ACKs say that something sent later is received.
fn lost_evidence(send: &SendSide, again: &Again) -> bool {
    let sacked_above = send.sacked_bytes > 0 && send.sacked_to.after(again.seq);
    let overtaken = again.sack && send.overtaken(again.previous.ts, again.end);
    sacked_above || overtaken || send.dup_acks >= 3 || (!again.sack && send.reno >= 3)
}

/// The copy before this one was a retransmission of the present episode.
fn resent(send: &SendSide, again: &Again) -> bool {
    again.repeated && again.previous.ts >= send.since
}

/// RFC 6298 (5.5): each timeout in a row doubles the timer.
fn timer_fired(send: &SendSide, rtt: &Rtt, again: &Again) -> bool {
    let rto = rtt.rto_ns() << send.backoff.min(MAX_BACKOFF);
    long_enough(elapsed(send.timer_from, again), rto)
}

/// What is sent again sooner than this was sent again for another reason than the timer: RFC 6298 (2.3) adds at least
/// the clock's granularity to the round trip, and no stack in wide use less than FreeBSD's 30 ms.
fn shortest_timer_ns(rtt: &Rtt) -> i64 {
    const LEAST_NS: i64 = 30 * NS_PER_MS;
    rtt.min().unwrap_or(0).saturating_add(LEAST_NS)
}

/// RFC 8985 §7.2: the last segment again, when nothing was heard for about two round trips, and only once.
fn is_probe(send: &SendSide, rtt: &Rtt, again: &Again) -> bool {
    let tail = !send.nxt.after(again.end);
    let quiet = elapsed(send.probe_from.max(send.timer_from), again);
    again.sack
        && tail
        && send.tlp.is_none()
        && send.suspect.is_none()
        && send.sacked_bytes == 0
        && long_enough(quiet, probe_ns(send, rtt))
}

/// New data that leave exactly when a probe was due are taken for it: the sender had them and was held back until then.
pub fn is_new_probe(send: &SendSide, rtt: &Rtt, at: At) -> bool {
    let waited = at.ts.since(send.probe_from.max(send.timer_from));
    let timer = probe_ns(send, rtt);
    let exact = (timer..timer + timer / 8 + 8 * NS_PER_MS).contains(&waited);
    exact && rtt.known() && send.ca == Ca::Open && send.tlp.is_none() && send.sacked_bytes == 0
}

/// The length of the probe timer (RFC 8985 §7.2); with a single segment in flight a delayed ACK is allowed for, which
/// comes to the timeout itself.
fn probe_ns(send: &SendSide, rtt: &Rtt) -> i64 {
    let single = send.queue.len() <= send.acked + 1;
    if !rtt.known() || single { rtt.rto_ns() } else { rtt.rto_ns().min(2 * rtt.srtt_ns + 2 * NS_PER_MS) }
}

/// RFC 4821 §7.3: a segment larger than any before was lost alone, and its data go out again in smaller pieces; no sign
/// of congestion.
fn is_failed_mtu_probe(send: &SendSide, again: &Again) -> bool {
    let Some(first) = send.queue.get(send.acked).filter(|s| s.seq == again.seq && s.sends == 1) else { return false };
    let passed = send.largest_acked;
    passed > 0
        && first.len > passed
        && first.len < 2 * passed
        && again.end.since(again.seq) <= passed as i32
        && first.end().after(again.end)
}

/// How many copies the sender's timers made before the one that comes after `waited` nanoseconds of silence: a probe
/// after two round trips (RFC 8985 §7.2), then timeouts, each after twice the time of the one before (RFC 6298 (5.5)).
pub fn timed_copies(rtt: &Rtt, waited: i64) -> u32 {
    let (rto, probe) = (rtt.rto_ns(), (2 * rtt.srtt_ns).min(rtt.rto_ns()));
    let mut due = probe + rto;
    let mut copies = 0;
    while waited >= due - due / 10 && copies < MAX_BACKOFF {
        copies += 1;
        due += rto << copies;
    }
    copies
}

fn elapsed(from: Timestamp, again: &Again) -> i64 {
    again.at.ts.since(from).saturating_sub(again.turnaround_ns)
}

fn long_enough(waited: i64, timer: i64) -> bool {
    waited as f64 >= timer as f64 * TIMER_SLACK
}
