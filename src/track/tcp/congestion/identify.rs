//! Which congestion control it was: what each would have done, weighed against what was seen.
//!
//! Every feature adds the logarithm of its likelihood under RFC 5681's Reno, RFC 9438's CUBIC, BBR version 1, and
//! something else that does anything with equal probability; the shares that follow are the confidence.

use arrayvec::ArrayVec;

use super::growth::{CUBIC_BETA, Comparison, RENO_BETA};
use super::slow_start::SlowStartWatch;
use crate::track::tcp::{Algorithm, Episode, EpisodeKind, MAX_REASONS, Pacing, SlowStartExit, Verdict};

/// The hypotheses, in the order of the scores; the last is any other algorithm.
const HYPOTHESES: [Algorithm; 4] = [Algorithm::Reno, Algorithm::Cubic, Algorithm::Bbr, Algorithm::Unknown];

/// Windows below this halve and shrink to the same few segments.
const MIN_WINDOW: f64 = 5.0;
/// No single feature outweighs all others: at worst it is believed to be an accident with this probability.
const ACCIDENT: f64 = 0.002;
/// No more can be said of an inference from outside.
const MOST_CONFIDENT: f64 = 0.99;
/// Nor of one kind of evidence alone, which something else in the path or the application may have made.
const ONE_KIND: f64 = 0.85;
/// Less than this is no answer.
const LEAST_CONFIDENT: f64 = 0.6;
/// Fewer bursts do not show whether acknowledgments or a timer released them.
const MIN_BURSTS: u32 = 20;
/// Share of bursts after an acknowledgment above which there is no pacing, if chance does not explain it.
const CLOCKED: f64 = 0.95;
/// With so many by chance, they say nothing.
const BY_CHANCE: f32 = 0.6;
/// Share below which a timer released the others.
const PACED: f64 = 0.85;
/// Segments in the largest burst of a paced sender at moderate rates; what the application writes late comes in more.
const PACED_BURST: u32 = 10;

/// Evidence so far.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    log: [f64; HYPOTHESES.len()],
    /// Losses and marks whose result is known.
    responses: u32,
    /// How many, and the sum of the shares of the window that were left: upper bounds, and exact ones.
    left: [(u32, f64); 2],
    longest: Option<Comparison>,
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
            self.reduction(f64::from(episode.sent_share), f64::from(episode.share_of) / mss);
            return;
        }
        self.responses += 1;
        let exact = usize::from(episode.before_known);
        self.left[exact] = (self.left[exact].0 + 1, self.left[exact].1 + after / before);
        let expected = [(before * RENO_BETA).floor(), (before * CUBIC_BETA).floor()];
        let spread = 0.5 + 0.02 * before;
        // A window that was not full was larger than the flight: then more may be left than the algorithm's share.
        let [reno, cubic] = expected.map(|expected| {
            let fits = density(after, expected, spread);
            if !episode.before_known && after > expected { fits.max(other_response(before, after)) } else { fits }
        });
        self.weigh([reno, cubic, bbr_response(before, after), other_response(before, after)], self.trust());
    }

    /// Nothing shows the window after the loss, but what was sent for the `arrived` segments in recovery does:
    /// proportional rate reduction (RFC 6937 §3) makes that the share of the window that is left; BBR sends as much as
    /// arrives.
    fn reduction(&mut self, share: f64, arrived: f64) {
        if share <= 0.0 {
            return;
        }
        self.responses += 1;
        self.left[1] = (self.left[1].0 + 1, self.left[1].1 + share);
        let fits = |beta: f64, spread: f64| density(share, beta + 1.2 / arrived, spread + 1.5 / arrived);
        self.weigh([fits(RENO_BETA, 0.02), fits(CUBIC_BETA, 0.02), fits(1.0, 0.05).max(0.3), 1.0], self.trust());
    }

    /// Losses at the same place have the same result: each further one counts for less.
    fn trust(&self) -> f64 {
        f64::from(self.responses.max(1)).powf(-0.75)
    }

    /// An epoch of congestion avoidance.
    pub fn growth(&mut self, c: &Comparison) {
        if c.start < MIN_WINDOW || c.rounds < 2 {
            return;
        }
        if self.longest.is_none_or(|l| l.rounds < c.rounds) {
            self.longest = Some(*c);
        }
        let model = 0.7 + 0.03 * c.start;
        let vague = if c.vague { 0.1 * c.start + 0.3 * (c.cubic - c.start).abs() } else { 0.0 };
        let spread = [model, model + 0.1 * (c.cubic - c.start).abs() + vague];
        let [reno, cubic] = [0, 1].map(|i| density(c.seen, [c.reno, c.cubic][i], spread[i]));
        // BBR follows the delivery rate and not the acknowledgments: often flat, but it may be anywhere.
        let flat = density(c.seen, c.start, model + 0.1 * c.start);
        let bbr = 0.5 * flat + 0.5 * density(c.seen, c.start, 0.8 * c.start.max(c.seen));
        self.weigh([reno, cubic, bbr, 1.0 / c.start.max(c.seen)], 0.6);
    }

    /// Adds the densities under the four hypotheses; `trust` is below 1 where comparisons depend on each other.
    fn weigh(&mut self, densities: [f64; 4], trust: f64) {
        for (log, density) in self.log.iter_mut().zip(densities) {
            *log += trust * (density + ACCIDENT).ln();
        }
    }

    fn add(&mut self, likelihood: [f64; HYPOTHESES.len()]) {
        for (log, l) in self.log.iter_mut().zip(likelihood) {
            *log += l.ln();
        }
    }

    /// The verdict, with what slow start and the spread of the segments add.
    pub fn verdict(mut self, slow_start: &SlowStartWatch, pacing: &Pacing, dips: u32) -> Verdict {
        let seen = [self.told_decrease(), self.told_growth(), self.slow_start(slow_start), self.dips(dips)];
        // Pacing alone tells no algorithm: a queueing discipline can do it for any.
        let decided = seen.iter().any(Option::is_some);
        let because: ArrayVec<_, MAX_REASONS> =
            seen.into_iter().flatten().chain(self.pacing(pacing)).take(MAX_REASONS).collect();
        let most = if because.len() > 1 { MOST_CONFIDENT } else { ONE_KIND };
        let best = self.log.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = self.log.iter().map(|l| (l - best).exp()).sum();
        let shares = self.log.map(|l| (l - best).exp() / total);
        let likely = HYPOTHESES.into_iter().zip(shares).find(|(_, share)| *share >= LEAST_CONFIDENT);
        match likely.filter(|(algorithm, _)| decided && *algorithm != Algorithm::Unknown) {
            Some((algorithm, share)) => Verdict { algorithm, confidence: share.min(most) as f32, because },
            None => Verdict { because, ..Verdict::unknown() },
        }
    }

    fn told_decrease(&self) -> Option<String> {
        let [bounds, exact] = self.left;
        let (most, (count, sum)) = if exact.0 > 0 { ("", exact) } else { ("at most ", bounds) };
        if count == 0 {
            return None;
        }
        let (ratio, losses) = (sum / f64::from(count), plural(count));
        Some(format!("{most}{ratio:.2} of the window was left after {losses} (Reno 0.50; CUBIC 0.70; BBR 1)"))
    }

    fn told_growth(&self) -> Option<String> {
        let c = self.longest?;
        Some(format!(
            "from {:.0} segments it came to {:.0} in {} round trips (Reno {:.0}; CUBIC {:.0})",
            c.start, c.seen, c.rounds, c.reno, c.cubic
        ))
    }

    /// BBR's `PROBE_RTT`.
    fn dips(&mut self, dips: u32) -> Option<String> {
        if dips == 0 {
            return None;
        }
        self.add([0.1, 0.1, 0.8, 0.3]);
        Some(format!("the flight fell to a few segments for a moment {dips} times without a loss (PROBE_RTT)"))
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

    /// Reno and CUBIC send when acknowledgments arrive (unless a queueing discipline paces them), BBR by its own timer,
    /// in bursts of a millisecond's worth, unless its window is full.
    fn pacing(&mut self, p: &Pacing) -> Option<String> {
        if p.bursts < MIN_BURSTS {
            return None;
        }
        let clocked = f64::from(p.clocked) / f64::from(p.bursts);
        let percent = clocked * 100.0;
        let text = format!("{percent:.0} % of the bursts left right after an acknowledgment");
        if clocked > CLOCKED && p.chance < BY_CHANCE {
            self.add([0.8, 0.8, 0.03, 0.5]);
            Some(text + " (not paced)")
        } else if clocked < PACED && p.largest <= PACED_BURST {
            // A paced CUBIC is possible, where the host has the fq queueing discipline; half paced it is not.
            let other = if clocked < 0.5 { 0.04 } else { 0.08 };
            self.add([other, other, 0.9, 0.4]);
            Some(text + " and the others by a timer (paced)")
        } else {
            None
        }
    }
}

/// The normal density, but for a factor that all share.
fn density(seen: f64, expected: f64, spread: f64) -> f64 {
    let z = (seen - expected) / spread;
    (-z * z / 2.0).exp() / spread
}

/// BBR does not answer to a single loss; one that it met while it probed for bandwidth ends the gain of 1.25. But as its
/// window follows the rate that it measures it may be anywhere after one, and startup goes on growing.
fn bbr_response(before: f64, after: f64) -> f64 {
    let off = (0.8 * before - after).max(after - 1.15 * before).max(0.0) / (0.6 + 0.03 * before);
    let unmoved = (-off * off / 2.0).exp() / (0.4 * before);
    let grown = if after > before { 0.4 / before } else { 0.0 };
    unmoved.max(grown).max(0.2 / before)
}

/// Any other algorithm takes some of the window.
fn other_response(before: f64, after: f64) -> f64 {
    if after > 1.1 * before { 0.1 / before } else { 1.0 / before }
}

fn plural(n: u32) -> String {
    if n == 1 { "a loss".to_owned() } else { format!("each of {n} losses") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::At;

    fn loss(before: u32, after: u32, before_known: bool) -> Episode {
        let (kind, from, until) = (EpisodeKind::Recovery, At::default(), Some(At::default()));
        let (resent, sent_share, share_of, spurious) = (1, 0.0, 0, false);
        Episode { kind, from, until, resent, before, before_known, after, sent_share, share_of, spurious }
    }

    fn verdict(episodes: &[Episode]) -> (Algorithm, f32) {
        let mut scores = Scores::default();
        for episode in episodes {
            scores.response(episode, 1_000);
        }
        let verdict = scores.verdict(&SlowStartWatch::new(At::default(), 0, 0), &Pacing::default(), 0);
        (verdict.algorithm, verdict.confidence)
    }

    #[test]
    fn the_decrease_tells_the_algorithm() {
        assert_eq!(verdict(&[loss(60_000, 30_000, true); 2]).0, Algorithm::Reno);
        assert_eq!(verdict(&[loss(60_000, 42_000, true); 2]).0, Algorithm::Cubic);
        assert_eq!(verdict(&[loss(60_000, 59_000, true); 2]).0, Algorithm::Bbr);
    }

    #[test]
    fn a_lower_bound_rules_out_only_what_leaves_more() {
        assert_eq!(verdict(&[loss(60_000, 30_000, false); 2]).0, Algorithm::Reno);
        let (_, confidence) = verdict(&[loss(60_000, 50_000, false); 2]);
        assert!(confidence < 0.9, "{confidence}");
    }

    #[test]
    fn decreases_alone_are_no_certainty() {
        let (algorithm, confidence) = verdict(&[loss(60_000, 42_000, true); 4]);
        assert!(algorithm == Algorithm::Cubic && confidence < 0.9, "{confidence}");
    }

    #[test]
    fn small_windows_and_contradictions_are_no_evidence() {
        assert_eq!(verdict(&[loss(4_000, 2_000, true)]), (Algorithm::Unknown, 0.0));
        let (_, confidence) = verdict(&[loss(60_000, 30_000, true), loss(60_000, 42_000, true)]);
        assert!(confidence < 0.9, "{confidence}");
    }
}
