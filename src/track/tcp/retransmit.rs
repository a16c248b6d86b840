//! Why a segment was sent again: the sender's loss recovery, followed from outside.
//!
//! What the sender must have known is rebuilt from the acknowledgments it got: SACK and duplicate ACKs start a
//! recovery (RFC 5681 §3.2, RFC 6675, RFC 8985), silence starts a probe (RFC 8985 §7) or the timer (RFC 6298 §5).

use super::facts::{Cause, Rtt};
use super::send::{Ca, SendSide};
use crate::decode::tcp::Seq;
use crate::source::{At, NS_PER_MS};

/// What the decision is made from, besides the sender's state.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// The segment's first number.
    pub seq: Seq,
    /// The number after its last.
    pub end: Seq,
    /// When.
    pub at: At,
    /// SACK was agreed (needed for tail loss probes on Linux).
    pub sack: bool,
    /// Time from an acknowledgment passing the capture point to the data it releases, in nanoseconds.
    pub turnaround_ns: i64,
    /// Latest copy of the same data.
    pub previous: At,
}

/// A timer is believed to have fired after this share of its computed length.
const TIMER_SLACK: f64 = 0.75;

/// Decides the cause and moves the sender's congestion state.
pub fn classify(send: &mut SendSide, rtt: &Rtt, again: &Again) -> Cause {
    if send.mtu_until.is_some_and(|high| !again.end.after(high)) {
        return Cause::Mtu;
    }
    let quiet = again.at.ts.since(send.last_ack.ts).min(again.at.ts.since(send.last_send.ts));
    let silent = quiet.saturating_sub(again.turnaround_ns);
    let timer = is_timer(send, rtt, again, silent);
    let head = again.seq == send.una || !again.seq.after(send.una);
    match send.ca {
        Ca::Open if lost_evidence(send, again) && !(timer && silent_for_rto(rtt, silent, 0)) => {
            send.ca = Ca::Recovery;
            send.high = send.nxt;
            send.tlp = None;
            Cause::Fast
        }
        Ca::Open if is_probe(send, rtt, again, silent) => {
            send.tlp = Some(send.nxt);
            Cause::Tlp
        }
        Ca::Open => enter_loss(send),
        Ca::Recovery if head && silent_for_rto(rtt, silent, 0) => enter_loss(send),
        Ca::Recovery => Cause::Recovery,
        Ca::Loss if head && timer_since(send, rtt, again, silent) => enter_loss(send),
        Ca::Loss => Cause::RtoRecovery,
    }
}

fn enter_loss(send: &mut SendSide) -> Cause {
    if send.ca != Ca::Loss {
        send.backoff = 0;
    }
    send.ca = Ca::Loss;
    send.high = send.nxt;
    send.backoff += 1;
    send.tlp = None;
    Cause::Rto
}

/// SACK or duplicate ACKs say that something above is received.
fn lost_evidence(send: &SendSide, again: &Again) -> bool {
    let sacked_above = send.sacked_bytes > 0 && send.sacked_to.after(again.seq);
    sacked_above || send.dup_acks >= 3
}

fn is_timer(send: &SendSide, rtt: &Rtt, again: &Again, silent: i64) -> bool {
    !again.seq.after(send.una) && silent_for_rto(rtt, silent, 0)
}

/// RFC 6298 (5.5): each timeout in a row doubles it.
fn timer_since(send: &SendSide, rtt: &Rtt, again: &Again, silent: i64) -> bool {
    let since_last = again.at.ts.since(again.previous.ts).saturating_sub(again.turnaround_ns);
    silent_for_rto(rtt, silent, 0) || silent_for_rto(rtt, since_last, send.backoff)
}

fn silent_for_rto(rtt: &Rtt, silent: i64, backoff: u32) -> bool {
    let rto = rtt.rto_ns() as f64 * f64::from(1u32 << backoff.min(10));
    silent as f64 >= rto * TIMER_SLACK
}

/// RFC 8985 §7.2: the last segment again, when nothing was heard for about two round trips, and only once.
fn is_probe(send: &SendSide, rtt: &Rtt, again: &Again, silent: i64) -> bool {
    let tail = !send.nxt.after(again.end);
    let two_rtt = if rtt.known() { 2 * rtt.srtt_ns } else { 1_000 * NS_PER_MS };
    let long_enough = silent as f64 >= (two_rtt.min(rtt.rto_ns()) as f64) * TIMER_SLACK;
    again.sack && tail && send.tlp.is_none() && !send.new_data_probe && send.sacked_bytes == 0 && long_enough
}
