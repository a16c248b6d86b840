//! The course of a transfer in a fixed number of points, whatever its length: buckets of time that double in width.

use crate::source::Timestamp;
use crate::track::tcp::Point;

/// Width of a bucket at the beginning.
const FIRST_WIDTH_NS: i64 = 250_000;

/// Points kept, one a bucket; empty buckets take no room.
#[derive(Debug, Clone)]
pub struct Series {
    points: Vec<Point>,
    limit: usize,
    origin: Timestamp,
    width_ns: i64,
    /// Where the bucket of the last point ends: most points fall into the same.
    until: Timestamp,
}

impl Series {
    /// Room for `limit` points from `origin` on; none is kept with 0, else at least 8.
    pub fn new(origin: Timestamp, limit: usize) -> Series {
        let limit = if limit == 0 { 0 } else { limit.max(8) };
        Series { points: Vec::new(), limit, origin, width_ns: FIRST_WIDTH_NS, until: origin }
    }

    /// Whether any point is kept.
    pub fn is_kept(&self) -> bool {
        self.limit > 0
    }

    /// Adds an instant. In a bucket the largest flight stays, and the latest of everything else. A clock that stepped
    /// back stands still until it has caught up, so that wider buckets always hold more.
    pub fn add(&mut self, mut point: Point) {
        if self.limit == 0 {
            return;
        }
        point.ts = self.points.last().map_or(point.ts, |last| last.ts.max(point.ts));
        match self.points.last_mut().filter(|_| point.ts < self.until) {
            Some(last) => *last = merged(last, &point),
            None => {
                self.points.push(point);
                while self.points.len() > self.limit {
                    self.width_ns = self.width_ns.saturating_mul(2);
                    self.fold();
                }
                self.until = self.end(point.ts);
            }
        }
    }

    /// The points, in order.
    pub fn into_points(self) -> Vec<Point> {
        self.points
    }

    /// Where the bucket of `ts` ends.
    fn end(&self, ts: Timestamp) -> Timestamp {
        let before = ts.since(self.origin).max(0) / self.width_ns;
        self.origin.plus(before.saturating_add(1).saturating_mul(self.width_ns))
    }

    /// Puts together what the wider buckets hold in common.
    fn fold(&mut self) {
        let (origin, width) = (self.origin, self.width_ns);
        let bucket = |p: &Point| p.ts.since(origin).max(0) / width;
        self.points.dedup_by(|later, kept| {
            let same = bucket(later) == bucket(kept);
            if same {
                *kept = merged(kept, later);
            }
            same
        });
    }
}

fn merged(earlier: &Point, later: &Point) -> Point {
    let cwnd = if later.cwnd == 0 { earlier.cwnd } else { later.cwnd };
    let rtt_us = if later.rtt_us == 0 { earlier.rtt_us } else { later.rtt_us };
    Point { in_flight: earlier.in_flight.max(later.in_flight), cwnd, rtt_us, ..*later }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(ns: i64, in_flight: u32) -> Point {
        Point { ts: Timestamp(ns), in_flight, cwnd: in_flight, peer_window: None, rtt_us: 1 }
    }

    #[test]
    fn a_long_transfer_stays_within_the_limit_and_keeps_its_peaks() {
        let mut series = Series::new(Timestamp(0), 16);
        for i in 0..10_000 {
            series.add(point(i * 1_000_000, if i == 4_321 { 99 } else { 10 }));
        }
        let points = series.into_points();
        assert!(points.len() <= 16 && points.len() > 4, "{}", points.len());
        assert!(points.is_sorted_by_key(|p| p.ts));
        assert_eq!(points.iter().map(|p| p.in_flight).max(), Some(99));
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let mut series = Series::new(Timestamp(0), 0);
        series.add(point(1, 1));
        assert!(series.into_points().is_empty());
    }

    #[test]
    fn a_clock_that_steps_back_does_not_lose_points_or_loop() {
        let mut series = Series::new(Timestamp(1_000_000_000), 8);
        for i in 0..100 {
            series.add(point((i * 7_919_000_000) % 13_000_000_000, 1));
        }
        assert!(series.into_points().len() <= 8);
        let mut series = Series::new(Timestamp(i64::MIN), 8);
        for i in 0..100 {
            series.add(point(if i % 2 == 0 { i64::MIN } else { i64::MAX }, 1));
        }
        assert!(series.into_points().len() <= 8);
    }
}
