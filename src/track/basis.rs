//! How a statement is known: seen in the packets, or derived from them.

use crate::source::{At, Timestamp, ms};

/// *Observed* is what packets state; *inferred* is derived and says how sure and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Basis {
    /// A packet in the capture says so.
    Observed,
    /// Derived, with a confidence from 0 to 1.
    Inferred {
        /// From 0 to 1.
        confidence: f32,
        /// The reason, as a phrase.
        because: &'static str,
    },
}

impl Basis {
    /// The name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Basis::Observed => "observed",
            Basis::Inferred { .. } => "inferred",
        }
    }
}

/// How often something happened, and when first and last.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// How often.
    pub count: u32,
    /// The first time.
    pub first: At,
    /// The last time.
    pub last: At,
}

impl Tally {
    /// Counts one more.
    #[inline]
    pub fn add(&mut self, at: At) {
        if self.count == 0 {
            self.first = at;
        }
        self.count = self.count.saturating_add(1);
        self.last = at;
    }
}

/// Durations of one kind: how many, their sum, and the longest with where it ended.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    /// How many.
    pub count: u32,
    /// Sum in nanoseconds.
    pub total_ns: i64,
    /// The longest in nanoseconds.
    pub max_ns: i64,
    /// The frame before the longest, where it began.
    pub max_from: At,
    /// Where the longest ended.
    pub max_at: At,
}

impl Spread {
    /// Adds the time from `from` to `to`.
    #[inline]
    pub fn add(&mut self, from: At, to: At) {
        let ns = to.ts.since(from.ts).max(0);
        self.count = self.count.saturating_add(1);
        self.total_ns = self.total_ns.saturating_add(ns);
        if ns > self.max_ns || self.count == 1 {
            (self.max_ns, self.max_from, self.max_at) = (ns, from, to);
        }
    }

    /// Mean in milliseconds; 0 when there is none.
    #[must_use]
    pub fn mean_ms(&self) -> f64 {
        if self.count == 0 { 0.0 } else { ms(self.total_ns) / f64::from(self.count) }
    }
}

/// A series of samples kept to a fixed number of points: every n-th is kept, and n doubles when the room is full.
#[derive(Debug, Clone, Default)]
pub struct Decimated<T> {
    kept: Vec<T>,
    limit: usize,
    stride: u32,
    skipped: u32,
    /// Samples offered in all.
    pub offered: u64,
}

impl<T: Copy> Decimated<T> {
    /// Room for at most `limit` points (at least 2).
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { kept: Vec::new(), limit: limit.max(2), stride: 1, skipped: 0, offered: 0 }
    }

    /// Forgets all, and keeps the room.
    pub fn clear(&mut self) {
        self.kept.clear();
        (self.stride, self.skipped, self.offered) = (1, 0, 0);
    }

    /// Offers a sample.
    pub fn push(&mut self, sample: T) {
        self.offered += 1;
        self.skipped += 1;
        if self.skipped < self.stride {
            return;
        }
        self.skipped = 0;
        if self.kept.len() >= self.limit {
            let mut keep = false;
            self.kept.retain(|_| {
                keep = !keep;
                keep
            });
            self.stride = self.stride.saturating_mul(2);
        }
        self.kept.push(sample);
    }

    /// The points kept, in order.
    #[must_use]
    pub fn points(&self) -> &[T] {
        &self.kept
    }
}

/// A period, by its first and last instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// Its beginning.
    pub from: At,
    /// Its end; `None` while it lasts.
    pub until: Option<At>,
}

impl Period {
    /// Its length in nanoseconds, up to `now` while it lasts.
    #[must_use]
    pub fn ns(&self, now: Timestamp) -> i64 {
        self.until.map_or(now, |u| u.ts).since(self.from.ts).max(0)
    }
}
