//! Round trips of one sender, and the window that the flight of the present and the last one implies.

use super::space::Space;
use crate::decode::tcp::Seq;
use crate::source::At;

/// A round trip in progress: from a segment to its acknowledgment.
#[derive(Debug, Clone)]
pub struct Round {
    end: Seq,
    /// Where it began.
    pub from: At,
    /// Most bytes in flight in it.
    pub peak: u32,
    /// Most in the round before; 0 when there was none or it was another epoch.
    pub previous: u32,
    /// Fastest round-trip sample; `i64::MAX` before the first.
    pub rtt_min_ns: i64,
    /// Samples.
    pub samples: u32,
    /// Delivered when it began.
    pub delivered: u64,
    /// For so long something other than the congestion window held the sender in it, in nanoseconds.
    pub held_ns: i64,
    /// In the round before, that was long.
    pub held_before: bool,
}

/// A round trip that is over.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    /// Where it began.
    pub from: At,
    /// Where it ended.
    pub until: At,
    /// Most bytes in flight in it.
    pub peak: u32,
    /// Fastest round-trip sample; `i64::MAX` when there was none.
    pub rtt_min_ns: i64,
    /// Samples.
    pub samples: u32,
    /// Bytes delivered in it.
    pub delivered: u64,
    /// Something other than the congestion window held the sender at some time in it.
    pub held: bool,
}

impl Round {
    /// Begins at `at`, when `delivered` bytes had arrived.
    pub fn new(space: &Space, at: At, delivered: u64) -> Round {
        let (peak, previous, samples, held_ns, held_before) = (0, 0, 0, 0, false);
        let (end, rtt_min_ns) = (space.nxt, i64::MAX);
        Round { end, from: at, peak, previous, rtt_min_ns, samples, delivered, held_ns, held_before }
    }

    /// Begins anew: what was in flight before says nothing of the window now.
    pub fn restart(&mut self, space: &Space, at: At, delivered: u64, flight: u32) {
        *self = Round { peak: flight, ..Round::new(space, at, delivered) };
    }

    /// So much is in flight now.
    pub fn flight(&mut self, bytes: u32) {
        self.peak = self.peak.max(bytes);
    }

    /// A round-trip sample.
    pub fn sample(&mut self, ns: i64) {
        self.rtt_min_ns = self.rtt_min_ns.min(ns);
        self.samples += 1;
    }

    /// Something other than the congestion window held the sender for a good part of it.
    pub fn held(&self, base_ns: i64) -> bool {
        self.held_ns > base_ns / 8
    }

    /// The window that the flight implies.
    pub fn window(&self) -> u32 {
        self.peak.max(self.previous)
    }

    /// After an acknowledgment: the round that it ended, if it did.
    pub fn turn(&mut self, space: &Space, at: At, delivered: u64, flight: u32, base_ns: i64) -> Option<Done> {
        if self.end.after(space.una) {
            return None;
        }
        let done = Done {
            from: self.from,
            until: at,
            peak: self.peak,
            rtt_min_ns: self.rtt_min_ns,
            samples: self.samples,
            delivered: delivered.saturating_sub(self.delivered),
            held: self.held(base_ns),
        };
        let held_before = done.held;
        *self = Round { peak: flight, previous: self.peak, held_before, ..Round::new(space, at, delivered) };
        Some(done)
    }
}
