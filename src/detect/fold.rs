//! Folding: one finding per concept and subject, with exact counts and bounded examples.

use std::cmp::Reverse;

use super::rank::Rank;
use super::rules::Entry;
use super::subjects::{One, Subjects};
use crate::concepts::{Concept, Evidence, Finding, Severity, Subject};
use crate::track::Conversation;

/// Whose evidence is kept with the values that its words are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Everybody's.
    All,
    /// That of the worst subject of each concept, where no other is told in words.
    Worst,
}

/// All findings so far.
#[derive(Debug, Clone)]
pub struct Findings {
    per_concept: usize,
    words: Words,
    /// By the concept's place.
    by_concept: Vec<Subjects>,
}

impl Findings {
    /// At most `per_concept` subjects are kept for each concept, the worst; the others are counted together.
    #[must_use]
    pub fn new(per_concept: usize) -> Findings {
        Findings { per_concept: per_concept.max(1), words: Words::All, by_concept: Vec::new() }
    }

    /// The same with the values of these.
    #[must_use]
    pub fn with(self, words: Words) -> Findings {
        Findings { words, ..self }
    }

    /// Adds evidence, about the conversation or else the capture unless it says otherwise, and gives its severity. What of
    /// it is kept, `keep` completes, with the values for words if told so.
    #[inline]
    pub fn add(
        &mut self,
        entry: Entry,
        evidence: &mut Evidence,
        conversation: Option<&Conversation>,
        keep: impl Fn(&Concept, Evidence, bool) -> Evidence,
    ) -> Severity {
        let rank = Rank::of(entry.concept, evidence);
        let of = match self.by_concept.get_mut(entry.place) {
            Some(of) => of,
            None => first_of(&mut self.by_concept, entry.place),
        };
        let default = || conversation.map_or(Subject::Capture, |c| Subject::Conversation(c.id()));
        let once = entry.once && evidence.subject.is_none();
        let new = once || of.is_new(evidence.subject.unwrap_or_else(default));
        if !(new && of.leaves_out(rank, evidence)) {
            let (concept, all_words) = (entry.concept, self.words == Words::All);
            let ends = conversation.filter(|_| evidence.subject.is_none()).map(|c| [c.client(), c.server()]);
            let subject = evidence.subject.unwrap_or_else(default);
            let one = &mut One { concept, subject, ends, evidence, rank, all_words, once };
            of.add(one, new, self.per_concept, keep);
        }
        rank.0
    }

    /// All: by section of the guide; in it the concept with the worst finding first; of a concept the worst first, in
    /// the end those counted together.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Finding> {
        let mut concepts: Vec<Vec<Finding>> = self.by_concept.into_iter().map(Subjects::into_sorted).collect();
        concepts.sort_by_cached_key(|of| {
            let worst = of.iter().map(|f| f.severity).max();
            of.first().map(|f| (f.concept.section, Reverse(worst), f.concept.id))
        });
        // Room for all at once: they are large, and moved each time that there is no more.
        let mut all = Vec::with_capacity(concepts.iter().map(Vec::len).sum());
        concepts.into_iter().for_each(|of| all.extend(of));
        all
    }
}

/// The subjects of a concept of which nothing was found yet.
#[cold]
fn first_of(all: &mut Vec<Subjects>, place: usize) -> &mut Subjects {
    all.resize_with(place + 1, Subjects::default);
    &mut all[place]
}
