//! The queue at the bottleneck and its rate: what round-trip times and delivery say of each round.

use super::round::Done;
use crate::source::{At, NS_PER_MS, NS_PER_S};
use crate::track::Decimated;
use crate::track::tcp::Queue;

/// Rounds with a standing queue whose delivery rate is kept for the median.
const RATES: usize = 64;
/// Fewer samples in a round than this may all have met the same passing burst.
const MIN_SAMPLES: u32 = 3;
/// A queue below this may be the receiver's or the capture's own delay.
const MIN_STANDING_NS: i64 = 4 * NS_PER_MS;

/// Live counters.
#[derive(Debug)]
pub struct QueueWatch {
    rates: Decimated<u64>,
    rounds: u32,
    stood_ns: i64,
    worst_ns: i64,
    worst_at: At,
    best_rate: u64,
}

impl QueueWatch {
    /// Nothing seen yet.
    pub fn new() -> QueueWatch {
        let rates = Decimated::new(RATES);
        QueueWatch { rates, rounds: 0, stood_ns: 0, worst_ns: 0, worst_at: At::default(), best_rate: 0 }
    }

    /// A round without recovery is over; `base_ns` is the smallest round-trip time so far.
    pub fn round(&mut self, done: &Done, base_ns: i64, mss: u32) {
        let took = done.until.ts.since(done.from.ts);
        // A round trip cannot be shorter than the shortest: nothing was in flight when it began.
        if took <= 0 || took < base_ns - base_ns / 4 || done.samples < MIN_SAMPLES {
            return;
        }
        let rate = (done.delivered as f64 * NS_PER_S as f64 / took as f64) as u64;
        if done.delivered >= 8 * u64::from(mss) {
            self.best_rate = self.best_rate.max(rate);
        }
        let standing = done.rtt_min_ns.saturating_sub(base_ns);
        if done.rtt_min_ns == i64::MAX || standing < MIN_STANDING_NS.max(base_ns / 5) {
            return;
        }
        self.rounds += 1;
        self.stood_ns = self.stood_ns.saturating_add(took);
        if !done.held {
            self.rates.push(rate);
        }
        if standing > self.worst_ns {
            (self.worst_ns, self.worst_at) = (standing, done.until);
        }
    }

    /// What was seen.
    pub fn facts(&self, base_ns: i64) -> Queue {
        let mut rates = self.rates.points().to_vec();
        rates.sort_unstable();
        Queue {
            base_ns,
            rounds: self.rounds,
            stood_ns: self.stood_ns,
            worst_ns: self.worst_ns,
            worst_at: self.worst_at,
            rate: rates.get(rates.len() / 2).copied().unwrap_or(0),
            best_rate: self.best_rate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Timestamp;

    fn round(number: i64, rtt_ms: i64, delivered: u64) -> Done {
        let at = |ms: i64| At { frame: 1, ts: Timestamp(ms * NS_PER_MS) };
        Done {
            from: at(number * 100),
            until: at((number + 1) * 100),
            peak: 0,
            rtt_min_ns: rtt_ms * NS_PER_MS,
            samples: 10,
            delivered,
            held: false,
        }
    }

    #[test]
    fn a_queue_stands_when_even_the_fastest_sample_waited() {
        let mut watch = QueueWatch::new();
        for (number, rtt) in [20, 21, 60, 80, 70].into_iter().enumerate() {
            watch.round(&round(number as i64, rtt, 125_000), 20 * NS_PER_MS, 1_448);
        }
        let queue = watch.facts(20 * NS_PER_MS);
        assert_eq!((queue.rounds, queue.worst_ns, queue.rate), (3, 60 * NS_PER_MS, 1_250_000));
        assert_eq!(queue.worst_bytes(), 75_000);
    }

    #[test]
    fn a_round_shorter_than_the_shortest_trip_has_no_rate() {
        let mut watch = QueueWatch::new();
        watch.round(&round(0, 400, 1_000_000), 400 * NS_PER_MS, 1_448);
        assert_eq!(watch.facts(400 * NS_PER_MS).best_rate, 0);
    }
}
