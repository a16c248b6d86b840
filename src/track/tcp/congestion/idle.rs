//! Restarts after idle: a window that was not used for a retransmission timeout is not trusted (RFC 5681 §4.1).

use crate::source::At;
use crate::track::tcp::IdleRestart;

/// Follows the restarts of one sender.
#[derive(Debug, Clone, Default)]
pub struct IdleWatch {
    count: u32,
    worst: Option<IdleRestart>,
    /// The first flight after a silence, not yet acknowledged.
    pending: Option<IdleRestart>,
}

impl IdleWatch {
    /// New data leave at `at` after a silence, with nothing in flight; the window had been `before`.
    pub fn resumed(&mut self, at: At, idle_ns: i64, before: u32) {
        self.pending = Some(IdleRestart { at, idle_ns, before, after: 0 });
    }

    /// The first acknowledgment since: `after` bytes were in flight, and `limited` says whether there was more to send.
    pub fn acked(&mut self, after: u32, limited: bool) {
        let Some(mut restart) = self.pending.take() else { return };
        restart.after = after;
        // A flight that is no smaller than before was not restarted, one that ended of itself shows nothing.
        if !limited || after >= restart.before - restart.before / 4 {
            return;
        }
        self.count += 1;
        let lost = |r: &IdleRestart| r.before.saturating_sub(r.after);
        if self.worst.as_ref().is_none_or(|w| lost(w) < lost(&restart)) {
            self.worst = Some(restart);
        }
    }

    /// How many, and the one that cost most of the window.
    pub fn facts(&self) -> (u32, Option<IdleRestart>) {
        (self.count, self.worst)
    }
}
