//! Congestion avoidance as three algorithms would have it, side by side, from the same window and the same
//! acknowledgments: what the flight does in the end tells which one it was.

use crate::source::{NS_PER_S, Timestamp};

/// RFC 9438 §5: C, in segments per second cubed.
const CUBIC_C: f64 = 0.4;
/// RFC 9438 §4.6: the multiplicative decrease.
pub const CUBIC_BETA: f64 = 0.7;
/// RFC 5681 §3.1 (4): half.
pub const RENO_BETA: f64 = 0.5;

/// Windows in segments since the epoch began.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    began: Timestamp,
    /// RFC 5681: one segment a round trip.
    reno: f64,
    cubic: Cubic,
    /// The window at the beginning: what a sender has that does not grow.
    start: f64,
    latest: Option<Comparison>,
    rounds: u32,
    vague: bool,
}

/// What was predicted for the end of an epoch, and what was seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Rounds without any other limit since the beginning.
    pub rounds: u32,
    /// Window at the beginning.
    pub start: f64,
    /// Window seen.
    pub seen: f64,
    /// Predicted by RFC 5681.
    pub reno: f64,
    /// Predicted by RFC 9438 as Linux has it.
    pub cubic: f64,
    /// The epoch began before: where CUBIC was on its curve is not known.
    pub vague: bool,
}

#[derive(Debug, Clone, Copy)]
struct Cubic {
    window: f64,
    /// Where the last loss was (0: there was none).
    w_max: f64,
    /// The plateau.
    origin: f64,
    k_s: f64,
    /// RFC 9438 §4.3: what Reno would have, with CUBIC's own decrease.
    friendly: f64,
}

impl Growth {
    /// Begins with `start` segments; the last loss was at `w_max` (0 for none).
    pub fn new(began: Timestamp, start: f64, w_max: f64) -> Growth {
        Growth { began, reno: start, cubic: Cubic::new(start, w_max), start, latest: None, rounds: 0, vague: false }
    }

    /// Begins in the midst of an epoch, after something else had held the sender.
    pub fn resumed(now: Timestamp, start: f64, w_max: f64) -> Growth {
        Growth { vague: true, ..Growth::new(now, start, w_max) }
    }

    /// `acked` segments arrived.
    pub fn acked(&mut self, acked: f64, now: Timestamp, base_ns: i64) {
        let t = now.since(self.began).saturating_add(base_ns) as f64 / NS_PER_S as f64;
        self.reno += acked / self.reno.max(1.0);
        self.cubic.acked(acked, t);
    }

    /// A round without another limit is over, with `seen` segments in flight at most.
    pub fn round(&mut self, seen: f64) {
        self.rounds += 1;
        let (rounds, start, reno, cubic, vague) = (self.rounds, self.start, self.reno, self.cubic.window, self.vague);
        self.latest = Some(Comparison { rounds, start, seen, reno, cubic, vague });
    }

    /// The window grew as only slow start lets it.
    pub fn outgrown(&self) -> bool {
        self.latest.is_some_and(|c| c.rounds <= 4 && c.seen > 1.3 * c.reno.max(c.cubic) + 2.0)
    }

    /// The comparison at the end of the latest such round.
    pub fn latest(&self) -> Option<Comparison> {
        self.latest
    }
}

impl Cubic {
    fn new(start: f64, w_max: f64) -> Cubic {
        // RFC 9438 §4.2: K is the time to return to W_max.
        let (origin, k_s) = if w_max > start { (w_max, ((w_max - start) / CUBIC_C).cbrt()) } else { (start, 0.0) };
        Cubic { window: start, w_max, origin, k_s, friendly: start }
    }

    fn acked(&mut self, acked: f64, t: f64) {
        let target = self.origin + CUBIC_C * (t - self.k_s).powi(3);
        let mut per_ack = if target > self.window { (target - self.window) / self.window } else { 0.01 / self.window };
        if self.w_max == 0.0 {
            // Linux: without a known maximum the curve's flat beginning is skipped, 5 % a round trip at least.
            per_ack = per_ack.max(0.05);
        }
        // RFC 9438 §4.3: alpha is 3 * (1 - beta) / (1 + beta).
        self.friendly += acked * (3.0 * (1.0 - CUBIC_BETA) / (1.0 + CUBIC_BETA)) / self.window;
        if self.friendly > self.window {
            per_ack = per_ack.max((self.friendly - self.window) / self.window);
        }
        // RFC 9438 §4.4: at most half as much again in a round trip.
        self.window += acked * per_ack.min(0.5);
    }
}

/// RFC 9438 §4.7: fast convergence gives up some of the maximum when it shrinks.
pub fn next_w_max(before: f64, w_max: f64) -> f64 {
    if before < w_max { before * (1.0 + CUBIC_BETA) / 2.0 } else { before }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::NS_PER_MS;

    /// Ten round trips of 50 ms, a whole window acknowledged in each.
    fn ten_rounds(start: f64, w_max: f64) -> (f64, f64) {
        let mut growth = Growth::new(Timestamp(0), start, w_max);
        for round in 1..=10 {
            for _ in 0..20 {
                growth.acked(start / 20.0, Timestamp(round * 50 * NS_PER_MS), 50 * NS_PER_MS);
            }
        }
        growth.round(start);
        let latest = growth.latest().expect("a round was counted");
        (latest.reno, latest.cubic)
    }

    #[test]
    fn reno_adds_a_segment_a_round_trip() {
        let (reno, _) = ten_rounds(40.0, 80.0);
        assert!((reno - 49.0).abs() < 1.5, "{reno}");
    }

    #[test]
    fn cubic_returns_towards_its_last_maximum() {
        let (reno, cubic) = ten_rounds(140.0, 200.0);
        assert!(cubic > reno + 4.0 && cubic < 200.0, "{cubic} {reno}");
    }

    #[test]
    fn cubic_without_a_maximum_grows_by_a_twentieth() {
        let (_, cubic) = ten_rounds(100.0, 0.0);
        assert!((140.0..160.0).contains(&cubic), "{cubic}");
    }

    #[test]
    fn fast_convergence_lowers_a_shrinking_maximum() {
        assert_eq!(next_w_max(100.0, 50.0), 100.0);
        assert!((next_w_max(50.0, 100.0) - 42.5).abs() < 1e-9);
    }
}
