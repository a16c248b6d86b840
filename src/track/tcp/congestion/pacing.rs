//! Whether segments leave when acknowledgments arrive (RFC 5681's ACK clock) or by a timer (pacing).

use crate::source::At;
use crate::track::tcp::Pacing;

/// Segments closer than this, without an acknowledgment between, are one burst.
const BURST_GAP_NS: i64 = 100_000;
/// A sender with data waiting answers an acknowledgment within this time.
const REACTION_NS: i64 = 250_000;

/// Live counters.
#[derive(Debug)]
pub struct Spacing {
    last_ack: At,
    ack_gap_ns: i64,
    last_data: At,
    burst: u32,
    largest: u32,
    bytes: u64,
    bursts: u32,
    clocked: u32,
    chance: f64,
    turnaround_ns: i64,
}

impl Spacing {
    /// Begins; the sender's reaction passes the capture point `turnaround_ns` after the acknowledgment.
    pub fn new(at: At, turnaround_ns: i64) -> Spacing {
        let turnaround_ns = turnaround_ns.clamp(0, 2 * REACTION_NS);
        Spacing {
            last_ack: at,
            ack_gap_ns: 0,
            last_data: at,
            burst: 0,
            largest: 0,
            bytes: 0,
            bursts: 0,
            clocked: 0,
            chance: 0.0,
            turnaround_ns,
        }
    }

    /// An acknowledgment arrived.
    pub fn acked(&mut self, at: At) {
        self.ack_gap_ns = at.ts.since(self.last_ack.ts).max(0);
        self.last_ack = at;
    }

    /// New data left; `counts`: the sender had more than it could send.
    pub fn sent(&mut self, len: u32, at: At, counts: bool) {
        let together =
            at.ts.since(self.last_data.ts) <= BURST_GAP_NS && self.last_data.ts >= self.last_ack.ts && self.burst > 0;
        self.last_data = at;
        if !counts {
            self.burst = 0;
            return;
        }
        self.bytes += u64::from(len);
        self.burst = if together { self.burst.saturating_add(len) } else { len };
        self.largest = self.largest.max(self.burst);
        if together {
            return;
        }
        let reaction = REACTION_NS + self.turnaround_ns;
        self.bursts += 1;
        self.clocked += u32::from(at.ts.since(self.last_ack.ts) <= reaction);
        self.chance += (reaction as f64 / self.ack_gap_ns.max(1) as f64).min(1.0);
    }

    /// What was seen, in segments of `mss`.
    pub fn facts(&self, mss: u32) -> Pacing {
        let mss = mss.max(1);
        Pacing {
            bursts: self.bursts,
            largest: self.largest.div_ceil(mss),
            segments: u32::try_from(self.bytes / u64::from(mss)).unwrap_or(u32::MAX),
            clocked: self.clocked,
            chance: if self.bursts == 0 { 0.0 } else { (self.chance / f64::from(self.bursts)) as f32 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Timestamp;

    fn at(us: i64) -> At {
        At { frame: 1, ts: Timestamp(us * 1_000) }
    }

    #[test]
    fn segments_that_follow_an_acknowledgment_are_clocked_by_it() {
        let mut spacing = Spacing::new(at(0), 0);
        for i in 1..=30 {
            spacing.acked(at(i * 1_200));
            spacing.sent(1_448, at(i * 1_200 + 20), true);
            spacing.sent(1_448, at(i * 1_200 + 30), true);
        }
        let facts = spacing.facts(1_448);
        assert_eq!((facts.bursts, facts.clocked, facts.largest, facts.segments), (30, 30, 2, 60));
        assert!(facts.chance < 0.3, "{}", facts.chance);
    }

    #[test]
    fn segments_between_acknowledgments_are_not() {
        let mut spacing = Spacing::new(at(0), 0);
        for i in 1..=30 {
            spacing.acked(at(i * 1_200));
            spacing.sent(1_448, at(i * 1_200 + 600), true);
        }
        assert_eq!(spacing.facts(1_448).clocked, 0);
    }

    #[test]
    fn what_the_application_delays_does_not_count() {
        let mut spacing = Spacing::new(at(0), 0);
        spacing.sent(1_448, at(900), false);
        assert_eq!(spacing.facts(1_448).bursts, 0);
    }
}
