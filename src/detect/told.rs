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
    /// By number of the conversation: 0 for nothing, else the worst severity and how often, or [`MANY`].
    few: Vec<u8>,
    /// How often, where that is [`MANY`] or more.
    many: FxHashMap<ConvId, u32>,
}

/// Marks what is in the table of many, and does not fit into a byte beside a severity.
const MANY: u32 = 31;

const SEVERITIES: [Severity; 4] = [Severity::Info, Severity::Note, Severity::Warn, Severity::Bad];

impl ToldBefore {
    /// More was found.
    pub fn add(&mut self, id: ConvId, more: Told) {
        let Told { worst, times } = more.and(self.take(id));
        let place = id.0 as usize;
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
        let few = self.few.get_mut(id.0 as usize).map(std::mem::take)?;
        let worst = *SEVERITIES.get(usize::from(few & 7).checked_sub(1)?)?;
        let times = match u32::from(few >> 3) {
            MANY => self.many.remove(&id).unwrap_or(MANY),
            times => times,
        };
        Some(Told { worst, times })
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
}
