//! Loss episodes: the window before, the recovery, and the window after it.

use arrayvec::ArrayVec;

use crate::source::At;
use crate::track::tcp::{Episode, EpisodeKind, MAX_EPISODES};

/// Follows the episodes of one sender.
#[derive(Debug, Default)]
pub struct EpisodeWatch {
    /// The first ones.
    list: ArrayVec<Episode, MAX_EPISODES>,
    /// All.
    pub count: u32,
    open: Option<Open>,
    settling: Option<Settling>,
}

#[derive(Debug)]
struct Open {
    episode: Episode,
    spurious_before: u32,
}

/// Recovery is over; the window shows when enough was sent.
#[derive(Debug)]
struct Settling {
    episode: Episode,
    delivered: u64,
    flight: u32,
}

impl EpisodeWatch {
    /// One begins, with the window that was before, and the needless retransmissions known so far.
    pub fn begin(&mut self, kind: EpisodeKind, at: At, before: u32, spurious: u32) {
        // An episode that begins before the last one's window showed leaves that unknown.
        if let Some(unsettled) = self.settling.take() {
            self.keep(unsettled.episode);
        }
        let episode = Episode { kind, from: at, until: None, resent: 0, before, after: 0, spurious: false };
        self.count += 1;
        self.open = Some(Open { episode, spurious_before: spurious });
    }

    /// The timer fired in it.
    pub fn timed_out(&mut self) {
        if let Some(open) = &mut self.open {
            open.episode.kind = EpisodeKind::Timeout;
        }
    }

    /// A segment was sent again.
    pub fn resent(&mut self) {
        if let Some(open) = &mut self.open {
            open.episode.resent += 1;
        }
    }

    /// Recovery is over.
    pub fn end(&mut self, at: At, delivered: u64, spurious: u32) {
        let Some(Open { mut episode, spurious_before }) = self.open.take() else { return };
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
    pub fn held(&mut self) {
        if let Some(unsettled) = self.settling.take() {
            self.keep(unsettled.episode);
        }
    }

    /// The episode whose window after it is known now: half a window was acknowledged since, so that avoidance cannot
    /// have added to it yet.
    pub fn settled(&mut self, delivered: u64) -> Option<Episode> {
        let s = self.settling.as_ref()?;
        if s.flight == 0 || delivered.saturating_sub(s.delivered) < u64::from(s.flight / 2) {
            return None;
        }
        let Settling { mut episode, flight, .. } = self.settling.take()?;
        episode.after = flight;
        self.keep(episode);
        Some(episode)
    }

    /// All that were kept.
    pub fn finish(&mut self) -> ArrayVec<Episode, MAX_EPISODES> {
        self.held();
        if let Some(open) = self.open.take() {
            self.keep(open.episode);
        }
        std::mem::take(&mut self.list)
    }

    fn keep(&mut self, episode: Episode) {
        let _counted_only = self.list.try_push(episode);
    }
}
