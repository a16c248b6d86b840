//! Which congestion control it was: what each would have done, weighed against what was seen.
//!
//! Every feature adds the logarithm of its likelihood under RFC 5681's Reno, RFC 9438's CUBIC, BBR version 1, and
//! something else that does anything with equal probability; the shares that follow are the confidence.

use super::growth::{CUBIC_BETA, Comparison, RENO_BETA};
use super::slow_start::SlowStartWatch;
use crate::track::tcp::{Algorithm, Episode, EpisodeKind, Pacing, SlowStartExit, Verdict};

/// The hypotheses, in the order of the scores; the last is any other algorithm.
const HYPOTHESES: [Algorithm; 4] = [Algorithm::Reno, Algorithm::Cubic, Algorithm::Bbr, Algorithm::Unknown];

/// Windows below this halve and shrink to the same few segments.
const MIN_WINDOW: f64 = 5.0;
/// No single feature outweighs all others: at worst it is believed to be an accident with this probability.
const ACCIDENT: f64 = 0.002;
/// No more can be said of an inference from outside.
const MOST_CONFIDENT: f64 = 0.99;
/// Less than this is no answer.
const LEAST_CONFIDENT: f64 = 0.6;
/// Fewer bursts do not show whether acknowledgments or a timer released them.
const MIN_BURSTS: u32 = 20;

/// Evidence so far.
#[derive(Debug, Default)]
pub struct Scores {
    log: [f64; HYPOTHESES.len()],
    responses: u32,
    ratios: f64,
    growths: u32,
    longest: Option<Comparison>,
}

/// How a comparison counts.
#[derive(Debug, Clone, Copy)]
struct Weight {
    /// Below 1 where comparisons are not independent of each other.
    trust: f64,
    /// What is expected is the least that may be seen.
    at_least: bool,
}

impl Scores {
    /// A loss and what it did to the window (RFC 5681 §3.1 (4), RFC 9438 §4.6; BBR does not answer to loss).
    pub fn response(&mut self, episode: &Episode, mss: u32) {
        let mss = f64::from(mss.max(1));
        let (before, after) = (f64::from(episode.before) / mss, f64::from(episode.after) / mss);
        let undone = episode.spurious && (after == 0.0 || after > 0.85 * before);
        if undone || episode.kind == EpisodeKind::Timeout || before < MIN_WINDOW {
            return;
        }
        if after == 0.0 {
            if episode.before_known {
                self.reduction(f64::from(episode.sent_share), f64::from(episode.share_of) / mss);
            }
            return;
        }
        self.responses += 1;
        self.ratios += after / before;
        // A BBR sender that met the loss while it probed for bandwidth goes back by its gain of 1.25.
        let bbr = if after > before { after.min(2.0 * before) } else { after.max(0.8 * before) };
        let expected = [(before * RENO_BETA).floor(), (before * CUBIC_BETA).floor(), bbr];
        let spread = [0.6 + 0.025 * before, 0.6 + 0.025 * before, 0.6 + 0.1 * before];
        // A window that was not full was larger than the flight: then more may be left than the algorithm's share.
        let at_least = !episode.before_known;
        self.weigh(after, expected, spread, before, Weight { trust: 1.0, at_least });
    }

    /// Nothing shows the window after the loss, but what was sent for the `arrived` segments in recovery does:
    /// proportional rate reduction (RFC 6937 §3) makes that the share of the window that is left; BBR sends as much as
    /// arrives.
    fn reduction(&mut self, share: f64, arrived: f64) {
        if share <= 0.0 {
            return;
        }
        self.responses += 1;
        self.ratios += share;
        let expected = [RENO_BETA, CUBIC_BETA, 1.0].map(|beta| beta + 0.5 / arrived);
        let spread = [0.02 + 1.5 / arrived, 0.02 + 1.5 / arrived, 0.05 + 1.5 / arrived];
        self.weigh(share, expected, spread, 1.0, Weight { trust: 1.0, at_least: false });
    }

    /// An epoch of congestion avoidance.
    pub fn growth(&mut self, c: &Comparison) {
        if c.start < MIN_WINDOW || c.rounds < 2 {
            return;
        }
        self.growths += 1;
        if self.longest.is_none_or(|l| l.rounds < c.rounds) {
            self.longest = Some(*c);
        }
        // BBR's window does not grow with acknowledgments, unless slow start was not over.
        let bbr = if c.seen > 1.3 * c.start.max(c.reno).max(c.cubic) { c.seen } else { c.start };
        let expected = [c.reno, c.cubic, bbr];
        let model = 0.7 + 0.03 * c.start;
        let spread = [model, model + 0.1 * (c.cubic - c.start).abs(), model + 0.15 * c.seen];
        self.weigh(c.seen, expected, spread, c.start.max(c.seen), Weight { trust: 0.6, at_least: false });
    }

    fn weigh(&mut self, seen: f64, expected: [f64; 3], spread: [f64; 3], range: f64, weight: Weight) {
        let anywhere = 1.0 / range.max(1.0);
        for ((log, expected), spread) in self.log.iter_mut().zip(expected).zip(spread) {
            let z = (seen - expected) / spread;
            let density = if weight.at_least && z > 0.0 { anywhere } else { (-z * z / 2.0).exp() / spread };
            *log += weight.trust * (density + ACCIDENT).ln();
        }
        self.log[3] += weight.trust * (anywhere + ACCIDENT).ln();
    }

    fn add(&mut self, likelihood: [f64; HYPOTHESES.len()]) {
        for (log, l) in self.log.iter_mut().zip(likelihood) {
            *log += l.ln();
        }
    }

    /// The verdict, with what slow start and the spread of the segments add.
    pub fn verdict(mut self, slow_start: &SlowStartWatch, pacing: &Pacing) -> Verdict {
        let mut verdict = Verdict::unknown();
        let mut say = |text: String| {
            let _enough = verdict.because.try_push(text);
        };
        if self.responses > 0 {
            let ratio = self.ratios / f64::from(self.responses);
            say(format!("after a loss the window was {ratio:.2} of what it had been, in {} of them", self.responses));
        }
        if let Some(c) = self.longest {
            say(format!(
                "from {:.0} segments it came to {:.0} in {} round trips (Reno {:.0}, CUBIC {:.0})",
                c.start, c.seen, c.rounds, c.reno, c.cubic
            ));
        }
        if let Some(text) = self.slow_start(slow_start) {
            say(text);
        }
        if let Some(text) = self.pacing(pacing) {
            say(text);
        }
        if verdict.because.is_empty() {
            return verdict;
        }
        let best = self.log.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = self.log.iter().map(|l| (l - best).exp()).sum();
        let shares = self.log.map(|l| (l - best).exp() / total);
        for (algorithm, share) in HYPOTHESES.into_iter().zip(shares) {
            if share >= LEAST_CONFIDENT {
                verdict.algorithm = algorithm;
                verdict.confidence = share.min(MOST_CONFIDENT) as f32;
            }
        }
        if verdict.algorithm == Algorithm::Unknown {
            verdict.confidence = 0.0;
        }
        verdict
    }

    /// HyStart, which is part of CUBIC and not of Reno, leaves slow start when the round-trip time rises.
    fn slow_start(&mut self, s: &SlowStartWatch) -> Option<String> {
        match s.exit() {
            Some(SlowStartExit::DelayRise) => {
                self.add([0.04, 0.8, 0.4, 0.2]);
                Some("slow start ended without a loss as the round-trip time rose (HyStart)".to_owned())
            }
            Some(SlowStartExit::NoLoss) => {
                self.add([0.08, 0.6, 0.5, 0.2]);
                Some("slow start ended without a loss".to_owned())
            }
            _ if s.undeterred > 0 => {
                self.add([0.8, 0.05, 0.5, 0.2]);
                Some(format!("slow start went on for {} round trips into a growing queue (no HyStart)", s.undeterred))
            }
            _ => None,
        }
    }

    fn pacing(&mut self, p: &Pacing) -> Option<String> {
        if p.bursts < MIN_BURSTS || p.chance > 0.6 {
            return None;
        }
        let clocked = f64::from(p.clocked) / f64::from(p.bursts);
        let percent = clocked * 100.0;
        if clocked > 0.9 {
            self.add([0.8, 0.8, 0.05, 0.5]);
            Some(format!("{percent:.0} % of the bursts left right after an acknowledgment (not paced)"))
        } else if clocked < 0.6 {
            self.add([0.1, 0.15, 0.9, 0.5]);
            Some(format!("{percent:.0} % of the bursts left right after an acknowledgment (paced)"))
        } else {
            None
        }
    }
}
