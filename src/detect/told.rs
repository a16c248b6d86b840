//! What rules have said of each conversation.

use rustc_hash::FxHashMap;

use crate::concepts::Severity;
use crate::track::ConvId;

/// How much was found in one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The worst.
    pub worst: Severity,
    /// How often a rule fired that warns or worse.
    pub times: u32,
}

impl Told {
    /// A rule fired.
    #[must_use]
    pub fn once(severity: Severity) -> Told {
        Told { worst: severity, times: u32::from(severity >= Severity::Warn) }
    }

    /// This and what else was found in the same conversation.
    #[must_use]
    pub fn and(self, more: Option<Told>) -> Told {
        more.map_or(self, |more| Told {
            worst: self.worst.max(more.worst),
            times: self.times.saturating_add(more.times),
        })
    }
}

/// What was found in conversations that are not over yet. Of most that is nothing, or so little that it fits a byte: then
/// it is found without a search.
#[derive(Debug, Clone, Default)]
pub struct ToldBefore {
    /// By number of the conversation from `since` on: 0 for nothing, else the worst severity and how often, or [`MANY`].
    few: Vec<u8>,
    since: u32,
    /// Of conversations before that.
    old: FxHashMap<ConvId, Told>,
    /// How often, where that is [`MANY`] or more.
    many: FxHashMap<ConvId, u32>,
}

/// Marks what is in the table of many, and does not fit into a byte beside a severity.
const MANY: u32 = 31;

/// Conversations of which it is found without a search.
const LATEST: usize = 1 << 22;

const SEVERITIES: [Severity; 4] = [Severity::Info, Severity::Note, Severity::Warn, Severity::Bad];

impl ToldBefore {
    /// More was found.
    pub fn add(&mut self, id: ConvId, more: Told) {
        let all = more.and(self.take(id));
        let Some(place) = id.0.checked_sub(self.since) else {
            self.old.insert(id, all);
            return;
        };
        let (Told { worst, times }, mut place) = (all, place as usize);
        if place >= 2 * LATEST {
            place -= self.leave_to_search(place - LATEST);
        }
        if place >= self.few.len() {
            self.few.resize(place + 1, 0);
        }
        self.few[place] = (times.min(MANY) as u8) << 3 | (worst as u8 + 1);
        if times >= MANY {
            self.many.insert(id, times);
        }
    }

    /// All that was found, which is forgotten.
    pub fn take(&mut self, id: ConvId) -> Option<Told> {
        let Some(place) = id.0.checked_sub(self.since) else { return self.old.remove(&id) };
        self.take_recent(id, place as usize)
    }

    fn take_recent(&mut self, id: ConvId, place: usize) -> Option<Told> {
        let few = self.few.get_mut(place).map(std::mem::take)?;
        let worst = *SEVERITIES.get(usize::from(few & 7).checked_sub(1)?)?;
        let times = match u32::from(few >> 3) {
            MANY => self.many.remove(&id).unwrap_or(MANY),
            times => times,
        };
        Some(Told { worst, times })
    }

    /// The oldest so many are found by a search from now on, as far as there is anything to find; returns how many.
    fn leave_to_search(&mut self, count: usize) -> usize {
        for place in 0..count.min(self.few.len()) {
            let id = ConvId(self.since + place as u32);
            if let Some(told) = self.take_recent(id, place) {
                self.old.insert(id, told);
            }
        }
        self.few.drain(..count.min(self.few.len()));
        self.since += count as u32;
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_added_up_however_often_and_given_once() {
        for times in [1, 2, 30, 31, 32, 500] {
            let (mut told, id) = (ToldBefore::default(), ConvId(70));
            told.add(ConvId(2), Told::once(Severity::Note));
            told.add(id, Told::once(Severity::Info));
            (0..times).for_each(|_| told.add(id, Told::once(Severity::Warn)));
            assert_eq!(told.take(id), Some(Told { worst: Severity::Warn, times }));
            assert_eq!((told.take(id), told.take(ConvId(71))), (None, None));
            assert_eq!(told.take(ConvId(2)), Some(Told { worst: Severity::Note, times: 0 }));
        }
    }

    #[test]
    fn each_severity_is_kept() {
        for severity in SEVERITIES {
            let mut told = ToldBefore::default();
            told.add(ConvId(0), Told::once(severity));
            assert_eq!(told.take(ConvId(0)), Some(Told::once(severity)));
        }
    }

    #[test]
    fn what_was_told_of_old_conversations_is_found_however_many_began_since() {
        let mut told = ToldBefore::default();
        let (old, once) = (ConvId(3), Told::once(Severity::Warn));
        (0..40).for_each(|_| told.add(old, once));
        told.add(ConvId(5), once);
        for far in [1, 3, 7, 8, 12] {
            let id = ConvId(far * LATEST as u32 + 9);
            told.add(id, Told::once(Severity::Bad));
            told.add(old, once);
            assert_eq!(told.take(id), Some(Told::once(Severity::Bad)));
            assert!(told.few.len() <= 2 * LATEST);
        }
        assert_eq!(told.take(old), Some(Told { worst: Severity::Warn, times: 45 }));
        assert_eq!([told.take(old), told.take(ConvId(5)), told.take(ConvId(5))], [None, Some(once), None]);
    }
}
