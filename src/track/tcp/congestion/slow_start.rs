//! Slow start: each byte acknowledged lets one more be in flight (RFC 5681 §3.1), until a loss, or until growth stops.

use crate::source::{At, NS_PER_MS};
use crate::track::tcp::{SlowStart, SlowStartExit};

/// Flight must grow by this share of what is acknowledged; slow start grows by all of it, avoidance by a window's part.
const STILL_GROWING: f64 = 0.4;
/// HyStart looks at rounds from this window on (Linux; RFC 9406 §4.2 has no lower bound of its own).
const HYSTART_LOW_WINDOW: u32 = 16;
/// It needs so many samples in a round (RFC 9406 §4.3: `N_RTT_SAMPLE`), and acknowledgments may be delayed.
const HYSTART_SAMPLES: u32 = 16;

/// Follows a slow start.
#[derive(Debug)]
pub struct SlowStartWatch {
    /// Going on.
    pub active: bool,
    initial_bytes: u32,
    reached: u32,
    rounds: u32,
    anchor: Anchor,
    /// Where growth was first missed since.
    doubt: Option<Anchor>,
    exit: Option<(At, SlowStartExit, u32)>,
    /// The last round met a queue that HyStart would have left slow start for.
    hot: bool,
    /// Rounds of slow start after such a round.
    pub undeterred: u32,
}

/// Where the growth is measured from.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    at: At,
    delivered: u64,
    window: u32,
    rtt_ns: i64,
}

/// A moment of it, at an acknowledgment.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The acknowledgment.
    pub at: At,
    /// Bytes delivered before it.
    pub delivered: u64,
    /// Window that the flight before it implies.
    pub window: u32,
    /// Latest round-trip sample.
    pub rtt_ns: i64,
    /// Smallest round-trip time.
    pub base_ns: i64,
    /// Something other than the window held the sender.
    pub held: bool,
    /// Segment size.
    pub mss: u32,
}

impl SlowStartWatch {
    /// Begins; `initial_bytes` left before any acknowledgment.
    pub fn new(at: At, initial_bytes: u32, window: u32) -> SlowStartWatch {
        let anchor = Anchor { at, delivered: 0, window, rtt_ns: 0 };
        let (reached, exit, undeterred) = (window, None, 0);
        SlowStartWatch {
            active: true,
            initial_bytes,
            reached,
            rounds: 1,
            anchor,
            doubt: None,
            exit,
            hot: false,
            undeterred,
        }
    }

    /// Looks at the growth; true when it is found to have stopped.
    pub fn step(&mut self, m: &Moment) -> bool {
        if !self.active {
            return false;
        }
        self.reached = self.reached.max(m.window);
        let acked = m.delivered.saturating_sub(self.anchor.delivered);
        if m.held {
            (self.anchor, self.doubt) = (Anchor::of(m), None);
            return false;
        }
        if acked < u64::from((8 * m.mss).max(m.window / 4)) {
            return false;
        }
        let grown = f64::from(m.window.saturating_sub(self.anchor.window)) / acked as f64;
        if grown >= STILL_GROWING {
            (self.anchor, self.doubt) = (Anchor::of(m), None);
            return false;
        }
        // Acknowledgments that came in one go may not have been answered yet: the growth has to stay away.
        let since = *self.doubt.get_or_insert(Anchor::of(m));
        let more = m.delivered.saturating_sub(since.delivered) >= u64::from((4 * m.mss).max(m.window / 8));
        if !more || m.at.ts.since(since.at.ts) < m.base_ns / 8 {
            return false;
        }
        let rose = self.anchor.rtt_ns.max(m.rtt_ns).saturating_sub(m.base_ns) >= delay_threshold_ns(m.base_ns) / 2;
        let how = if rose { SlowStartExit::DelayRise } else { SlowStartExit::NoLoss };
        self.leave(self.anchor.at, how, self.anchor.window.max(m.window));
        true
    }

    /// The window went on growing like that after all: it had not ended. False where a loss ended it.
    pub fn resume(&mut self) -> bool {
        let stopped = self.exit.is_some_and(|e| e.1 != SlowStartExit::Loss);
        if stopped {
            (self.active, self.exit, self.doubt) = (true, None, None);
        }
        stopped
    }

    /// A round is over: did it meet a queue, and did slow start go on regardless?
    pub fn round(&mut self, window: u32, grown: bool, rtt_min_ns: i64, samples: u32, base_ns: i64, mss: u32) {
        if !self.active {
            return;
        }
        self.rounds += 1;
        if self.hot && grown {
            self.undeterred += 1;
        }
        self.hot = samples >= HYSTART_SAMPLES
            && window >= HYSTART_LOW_WINDOW * mss
            && rtt_min_ns != i64::MAX
            && rtt_min_ns.saturating_sub(base_ns) > delay_threshold_ns(base_ns) + NS_PER_MS;
    }

    /// It ends here.
    pub fn leave(&mut self, at: At, how: SlowStartExit, window: u32) {
        if std::mem::take(&mut self.active) {
            self.exit = Some((at, how, window));
            self.reached = self.reached.max(window);
        }
    }

    /// How it ended, if it did.
    pub fn exit(&self) -> Option<SlowStartExit> {
        self.exit.map(|e| e.1)
    }

    /// What was seen.
    pub fn facts(&self) -> SlowStart {
        let (initial_bytes, exit, reached, rounds) = (self.initial_bytes, self.exit, self.reached, self.rounds);
        SlowStart { initial_bytes, exit, reached, rounds }
    }
}

impl Anchor {
    fn of(m: &Moment) -> Anchor {
        Anchor { at: m.at, delivered: m.delivered, window: m.window, rtt_ns: m.rtt_ns }
    }
}

/// HyStart's delay threshold (RFC 9406 §4.2: an eighth of the base, between 4 and 16 ms).
pub fn delay_threshold_ns(base_ns: i64) -> i64 {
    (base_ns / 8).clamp(4 * NS_PER_MS, 16 * NS_PER_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Timestamp;

    /// Steps with a segment acknowledged each; `window` says the window by number.
    fn walk(steps: u32, window: impl Fn(u32) -> u32, rtt_ms: i64) -> SlowStartWatch {
        let mut watch = SlowStartWatch::new(At::default(), 10_000, 10_000);
        for i in 0..steps {
            let (delivered, ts) = (u64::from(i) * 1_000, Timestamp(i64::from(i) * NS_PER_MS));
            let (rtt_ns, base_ns) = (rtt_ms * NS_PER_MS, 40 * NS_PER_MS);
            let (at, window) = (At { frame: i, ts }, window(i));
            watch.step(&Moment { at, delivered, window, rtt_ns, base_ns, held: false, mss: 1_000 });
        }
        watch
    }

    #[test]
    fn it_lasts_while_the_window_grows_with_every_acknowledgment() {
        let watch = walk(200, |i| 10_000 + i * 1_000, 40);
        assert!(watch.active && watch.facts().exit.is_none());
        assert_eq!(watch.facts().reached, 209_000);
    }

    #[test]
    fn it_ends_where_the_window_stops_growing_and_the_delay_says_why() {
        let flat = |i: u32| 10_000 + i.min(50) * 1_000;
        let exit = |rtt| walk(200, flat, rtt).facts().exit.map(|e| (e.1, e.2));
        assert_eq!(exit(50), Some((SlowStartExit::DelayRise, 60_000)));
        assert_eq!(exit(40), Some((SlowStartExit::NoLoss, 60_000)));
    }

    #[test]
    fn rounds_into_a_queue_count_when_growth_goes_on() {
        let mut watch = SlowStartWatch::new(At::default(), 10_000, 10_000);
        for _ in 0..3 {
            watch.round(60_000, true, 60 * NS_PER_MS, 20, 40 * NS_PER_MS, 1_000);
        }
        assert_eq!(watch.undeterred, 2);
    }
}
