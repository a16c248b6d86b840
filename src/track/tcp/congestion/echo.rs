//! What a far sender knows: a capture near the receiver sees acknowledgments before the sender does, and data later.
//!
//! Every segment of the sender echoes the timestamp of the latest acknowledgment that it had got (RFC 7323 §4.3), so
//! acknowledgments are held back until a segment echoes them. The time from an acknowledgment to the first echo is also
//! the sender's round-trip time, but for the receiver's own reaction.

use std::collections::VecDeque;

use super::space::Space;
use crate::decode::tcp::Seq;
use crate::source::{At, NS_PER_MS};
use crate::track::tcp::rtt::LONGEST_NS;
use crate::track::tcp::send::{Ca, SendSide};

/// Acknowledgments that may be under way at once; of more, the oldest are taken for arrived.
const MAX_PENDING: usize = 16_384;
/// An acknowledgment that was not echoed for so many round trips has arrived: the sender had nothing to send.
const ARRIVED_AFTER: f64 = 1.5;

/// Acknowledgments under way to the sender, and what it knows without them.
#[derive(Debug, Clone)]
pub struct Echo {
    pending: VecDeque<Pending>,
    /// The sender's knowledge.
    pub space: Space,
    /// The window that the latest acknowledgment to arrive gave.
    pub window: Option<u32>,
    /// Latest round-trip sample.
    pub latest_ns: i64,
    /// Smallest round-trip time.
    pub base_ns: i64,
    /// Samples.
    pub samples: u64,
}

/// An acknowledgment under way.
#[derive(Debug, Clone, Copy)]
struct Pending {
    at: At,
    tsval: u32,
    una: Seq,
    sacked_bytes: u32,
    sacked_to: Seq,
    dup_acks: u32,
    window: Option<u32>,
}

impl Echo {
    /// Begins; a reaction takes `turnaround_ns` to pass the capture point.
    pub fn new(send: &SendSide, turnaround_ns: i64) -> Echo {
        let (pending, window, samples) = (VecDeque::new(), None, 0);
        let space = Space { ca: Ca::Open, ..Space::of(send) };
        Echo { pending, space, window, latest_ns: turnaround_ns, base_ns: turnaround_ns, samples }
    }

    /// An acknowledgment passes the capture point.
    pub fn acked(&mut self, send: &SendSide, tsval: u32, window: Option<u32>, at: At) {
        let (una, sacked_bytes, sacked_to, dup_acks) = (send.una, send.sacked_bytes, send.sacked_to, send.dup_acks);
        if self.pending.len() >= MAX_PENDING
            && let Some(first) = self.pending.pop_front()
        {
            self.take(&first);
        }
        self.pending.push_back(Pending { at, tsval, una, sacked_bytes, sacked_to, dup_acks, window });
    }

    /// The next acknowledgment that the sender had got when it sent the segment at `at`, which echoes `tsecr` and was
    /// `late_ns` longer under way than others (a stall of the network is no pause of the sender); returns when it is
    /// taken to have arrived.
    pub fn next(&mut self, tsecr: u32, at: At, late_ns: i64) -> Option<At> {
        let first = *self.pending.front()?;
        let deadline =
            first.at.ts.plus(((self.latest_ns as f64 * ARRIVED_AFTER) as i64).saturating_add(10 * NS_PER_MS));
        let echoed = tsecr.wrapping_sub(first.tsval) as i32 >= 0;
        let waited = at.ts.plus(late_ns.saturating_neg()) >= deadline;
        if !echoed && !waited {
            return None;
        }
        self.pending.pop_front();
        self.take(&first);
        if waited {
            return Some(At { ts: deadline, ..first.at });
        }
        if tsecr == first.tsval {
            self.latest_ns = at.ts.since(first.at.ts).clamp(0, LONGEST_NS);
            self.base_ns = self.base_ns.min(self.latest_ns);
            self.samples += 1;
        }
        Some(at)
    }

    /// A segment left; `again`: a retransmission, after which the capture takes the sender to be in `ca`.
    pub fn sent(&mut self, nxt: Seq, again: bool, ca: Ca) {
        self.space.nxt = nxt;
        let worse = self.space.ca == Ca::Open || (self.space.ca == Ca::Recovery && ca == Ca::Loss);
        if again && ca != Ca::Open && worse {
            (self.space.ca, self.space.high) = (ca, nxt);
        }
    }

    fn take(&mut self, ack: &Pending) {
        let space = &mut self.space;
        (space.una, space.sacked_bytes) = (ack.una, ack.sacked_bytes);
        (space.sacked_to, space.dup_acks) = (ack.sacked_to, ack.dup_acks);
        self.window = ack.window;
        if space.ca != Ca::Open && !space.high.after(ack.una) {
            space.ca = Ca::Open;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Timestamp;

    const FAR_NS: i64 = 40 * NS_PER_MS;

    fn at(ms: i64) -> At {
        At { frame: 1, ts: Timestamp(ms * NS_PER_MS) }
    }

    fn acked(echo: &mut Echo, una: u32, tsval: u32, ms: i64) {
        let send = SendSide { una: Seq(una), nxt: Seq(50_000), ..SendSide::default() };
        echo.acked(&send, tsval, None, at(ms));
    }

    #[test]
    fn an_acknowledgment_counts_when_it_is_echoed() {
        let mut echo = Echo::new(&SendSide::default(), FAR_NS);
        acked(&mut echo, 10_000, 100, 0);
        acked(&mut echo, 20_000, 105, 5);
        assert_eq!(echo.next(99, at(39), 0), None);
        assert_eq!(echo.next(100, at(42), 0), Some(at(42)));
        assert_eq!((echo.space.una, echo.latest_ns, echo.base_ns), (Seq(10_000), 42 * NS_PER_MS, FAR_NS));
        assert_eq!(echo.next(100, at(42), 0), None);
    }

    #[test]
    fn one_that_is_not_echoed_in_time_arrived_while_there_was_nothing_to_send() {
        let mut echo = Echo::new(&SendSide::default(), FAR_NS);
        acked(&mut echo, 10_000, 100, 0);
        assert_eq!(echo.next(99, at(500), 0).map(|at| at.ts), Some(Timestamp(70 * NS_PER_MS)));
        acked(&mut echo, 20_000, 600, 500);
        assert_eq!(echo.next(99, at(900), 380 * NS_PER_MS), None, "the segment was late, not the sender");
    }

    #[test]
    fn recovery_ends_when_the_sender_hears_of_its_end() {
        let mut echo = Echo::new(&SendSide { nxt: Seq(30_000), ..SendSide::default() }, FAR_NS);
        echo.sent(Seq(30_000), true, Ca::Recovery);
        acked(&mut echo, 30_000, 100, 0);
        assert_eq!(echo.space.ca, Ca::Recovery);
        echo.next(100, at(40), 0);
        assert_eq!(echo.space.ca, Ca::Open);
    }
}
