//! Loss episodes: the window before, the recovery, and the window after it.

use crate::source::At;
use crate::track::tcp::{Episode, EpisodeKind, MAX_EPISODES};

/// Fewer bytes say nothing of a share.
const MIN_ARRIVED: u64 = 8 * 1_448;

/// Share of a window after which it is settled.
pub const SETTLED: f64 = 0.5;
/// The same, when the next episode begins so soon.
const SETTLED_EARLY: f64 = 0.05;

/// Follows the episodes of one sender.
#[derive(Debug, Clone, Default)]
pub struct EpisodeWatch {
    /// The first ones that are over, at most [`MAX_EPISODES`].
    pub list: Vec<Episode>,
    /// All.
    pub count: u32,
    open: Option<Open>,
    settling: Option<Settling>,
}

#[derive(Debug, Clone)]
struct Open {
    episode: Episode,
    spurious_before: u32,
    /// Delivered when it began.
    began: u64,
    /// Delivered since, when the latest segment left.
    arrived: u64,
    /// Sent since.
    sent: u64,
    mss: u32,
    /// What is sent still says something of the window.
    counted: bool,
}

/// An episode that begins.
#[derive(Debug, Clone, Copy)]
pub struct Beginning {
    /// What begins it.
    pub kind: EpisodeKind,
    /// The first retransmission, or the CWR.
    pub at: At,
    /// The window that flights before imply.
    pub window: u32,
    /// In flight now.
    pub flight: u32,
    /// Something other than the window held the sender before.
    pub held: bool,
    /// Slow start was going on: the window was ahead of the flight.
    pub growing: bool,
    /// Delivered so far.
    pub delivered: u64,
    /// Retransmissions proven needless so far.
    pub spurious: u32,
    /// Segment size.
    pub mss: u32,
}

/// Recovery is over; the window shows when enough was sent.
#[derive(Debug, Clone)]
struct Settling {
    episode: Episode,
    delivered: u64,
    flight: u32,
}

impl EpisodeWatch {
    /// One begins. Returns the one before, if its window shows just now.
    pub fn begin(&mut self, b: &Beginning) -> Option<Episode> {
        let last = self.settled(b.delivered, SETTLED_EARLY).or_else(|| self.held());
        let Beginning { kind, at, window, spurious, delivered, .. } = *b;
        let full = b.flight + 3 * b.mss + window / 16 >= window;
        let before_known = full && !b.held && !b.growing;
        let episode = Episode {
            kind,
            from: at,
            until: None,
            resent: 0,
            before: window,
            before_known,
            after: 0,
            sent_share: 0.0,
            share_of: 0,
            spurious: false,
        };
        self.count += 1;
        let counted = full && !b.held;
        self.open = Some(Open {
            episode,
            spurious_before: spurious,
            began: delivered,
            arrived: 0,
            sent: 0,
            mss: b.mss,
            counted,
        });
        last
    }

    /// The timer fired in it.
    pub fn timed_out(&mut self) {
        if let Some(open) = &mut self.open {
            open.episode.kind = EpisodeKind::Timeout;
        }
    }

    /// A segment was sent in it, new or `again`, when `delivered` bytes had arrived.
    pub fn sent(&mut self, len: u32, again: bool, delivered: u64) {
        let Some(open) = &mut self.open else { return };
        open.episode.resent += u32::from(again);
        let arrived = delivered.saturating_sub(open.began);
        let quarter = u64::from(open.episode.before / 4);
        // Proportional reduction sends all the time: after a pause there was nothing left to send. When a window has
        // been delivered the reduction is over; with many losses it is over at once.
        let paused = arrived.saturating_sub(open.arrived) > quarter / 2 + 4 * u64::from(len);
        let few = u64::from(open.episode.resent) <= 1 + u64::from(open.episode.before / open.mss.max(1)) / 25;
        open.counted &= few && !paused && arrived <= 4 * quarter;
        if !open.counted {
            return;
        }
        (open.arrived, open.sent) = (arrived, open.sent + u64::from(len));
        if arrived >= MIN_ARRIVED.max(quarter) {
            open.episode.share_of = u32::try_from(arrived).unwrap_or(u32::MAX);
            open.episode.sent_share = open.sent as f32 / arrived as f32;
        }
    }

    /// Recovery is over.
    pub fn end(&mut self, at: At, delivered: u64, spurious: u32) {
        let Some(Open { mut episode, spurious_before, .. }) = self.open.take() else { return };
        episode.until = Some(at);
        episode.spurious = spurious > spurious_before;
        self.settling = Some(Settling { episode, delivered, flight: 0 });
    }

    /// So much is in flight after a packet with data.
    pub fn flight(&mut self, bytes: u32) {
        if let Some(settling) = &mut self.settling {
            settling.flight = settling.flight.max(bytes);
        }
    }

    /// Something other than the window holds the sender: what it was after the episode does not show.
    pub fn held(&mut self) -> Option<Episode> {
        let unsettled = self.settling.take()?.episode;
        self.keep(unsettled);
        Some(unsettled)
    }

    /// The connection ends in an episode.
    pub fn abandoned(&mut self) -> Option<Episode> {
        let open = self.open.take()?.episode;
        self.keep(open);
        Some(open)
    }

    /// The episode whose window after it is known now: `share` of a window was acknowledged since, so that avoidance
    /// cannot have added to it yet.
    pub fn settled(&mut self, delivered: u64, share: f64) -> Option<Episode> {
        let s = self.settling.as_ref()?;
        let since = delivered.saturating_sub(s.delivered);
        if s.flight == 0 || (since as f64) < f64::from(s.flight) * share {
            return None;
        }
        let Settling { mut episode, flight, .. } = self.settling.take()?;
        episode.after = flight;
        self.keep(episode);
        Some(episode)
    }

    fn keep(&mut self, episode: Episode) {
        if self.list.len() < MAX_EPISODES {
            self.list.push(episode);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MSS: u32 = 1_000;

    fn beginning(window: u32, flight: u32, growing: bool) -> Beginning {
        let (kind, at) = (EpisodeKind::Recovery, At::default());
        Beginning { kind, at, window, flight, held: false, growing, delivered: 0, spurious: 0, mss: MSS }
    }

    #[test]
    fn the_window_after_is_what_flies_before_avoidance_can_add_to_it() {
        let mut watch = EpisodeWatch::default();
        watch.begin(&beginning(40_000, 39_000, false));
        watch.end(At::default(), 40_000, 0);
        watch.flight(27_000);
        watch.flight(28_000);
        assert_eq!(watch.settled(50_000, SETTLED), None);
        let episode = watch.settled(54_000, SETTLED).expect("half a window was delivered");
        assert_eq!((episode.before, episode.before_known, episode.after), (40_000, true, 28_000));
    }

    #[test]
    fn a_window_that_was_not_full_is_a_lower_bound() {
        let mut watch = EpisodeWatch::default();
        watch.begin(&beginning(40_000, 20_000, false));
        watch.begin(&beginning(40_000, 40_000, true));
        let known: Vec<bool> = [watch.abandoned()].into_iter().flatten().map(|e| e.before_known).collect();
        assert_eq!((watch.count, known), (2, vec![false]));
    }

    #[test]
    fn what_is_sent_for_what_arrives_tells_the_share_until_the_data_end() {
        let mut watch = EpisodeWatch::default();
        watch.begin(&beginning(100_000, 100_000, false));
        watch.sent(MSS, true, 0);
        for sent in 1..=40_u64 {
            watch.sent(MSS, false, sent * 2 * u64::from(MSS));
        }
        let share = |w: &EpisodeWatch| w.open.as_ref().map(|o| o.episode.sent_share);
        let half = share(&watch).expect("it is open");
        assert!((half - 0.51).abs() < 0.01, "{half}");
        // A last segment long after says nothing.
        watch.sent(MSS, false, 100 * u64::from(MSS));
        assert_eq!(share(&watch), Some(half));
    }

    #[test]
    fn an_episode_during_which_a_proof_came_is_spurious() {
        let mut watch = EpisodeWatch::default();
        watch.begin(&beginning(40_000, 40_000, false));
        watch.end(At::default(), 0, 1);
        assert_eq!(watch.held().map(|e| e.spurious), Some(true));
    }
}
