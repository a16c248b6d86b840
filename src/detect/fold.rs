//! Folding: one finding per concept and subject, with exact counts and bounded examples.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::rules::Entry;
use super::seen::Seen;
use crate::concepts::{Concept, Evidence, Finding, Severity, Subject};

/// All findings so far.
#[derive(Debug, Clone)]
pub struct Findings {
    per_concept: usize,
    /// By the concept's place.
    by_concept: Vec<OfConcept>,
}

impl Findings {
    /// At most `per_concept` subjects are kept for each concept, the worst; the others are counted together.
    #[must_use]
    pub fn new(per_concept: usize) -> Findings {
        Findings { per_concept: per_concept.max(1), by_concept: Vec::new() }
    }

    /// Adds evidence, about `default` unless it says otherwise. What of it is kept, `complete` completes.
    pub fn add(
        &mut self,
        entry: Entry,
        evidence: &Evidence,
        default: Subject,
        complete: impl Fn(Evidence) -> Evidence,
    ) {
        if entry.place >= self.by_concept.len() {
            self.by_concept.resize_with(entry.place + 1, OfConcept::default);
        }
        let Some(of) = self.by_concept.get_mut(entry.place) else { return };
        let subject = evidence.subject.unwrap_or(default);
        let rank = Rank::of(entry.concept, evidence);
        let new = of.seen.insert(subject);
        if let Some(finding) = if new { None } else { of.kept.get_mut(&subject) } {
            finding.fold(rank, evidence, complete);
            return;
        }
        let one = One { concept: entry.concept, subject, evidence, rank };
        if new {
            of.add_new(&one, self.per_concept, complete);
        } else {
            of.leave_out(&one, 0, complete);
        }
    }

    /// All: by section of the guide; in it the concept with the worst finding first; of a concept the worst first, in
    /// the end those counted together.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Finding> {
        let mut concepts: Vec<Vec<Finding>> = self.by_concept.into_iter().map(OfConcept::into_sorted).collect();
        concepts.sort_by_cached_key(|of| {
            let worst = of.iter().map(|f| f.severity).max();
            of.first().map(|f| (f.concept.section, Reverse(worst), f.concept.id))
        });
        concepts.into_iter().flatten().collect()
    }
}

#[derive(Debug, Clone, Default)]
struct OfConcept {
    /// As many as there is room for, so that nobody who chooses addresses can make looking them up slow.
    kept: FxHashMap<Subject, Finding>,
    /// The kept ones' ranks, the least on top; one that has grown since is found out when it comes up.
    ranks: BinaryHeap<Reverse<(Rank, Subject)>>,
    /// Those for whom there was no room, as one.
    folded: Option<Box<Finding>>,
    /// All of them.
    seen: Seen,
}

impl OfConcept {
    fn add_new(&mut self, one: &One<'_>, room: usize, complete: impl Fn(Evidence) -> Evidence) {
        if self.kept.len() >= room {
            if !self.outranks_least(one.rank) {
                return self.leave_out(one, 1, complete);
            }
            self.evict();
        }
        self.ranks.push(Reverse((one.rank, one.subject)));
        self.kept.insert(one.subject, one.finding(complete));
    }

    /// Whether a rank is above the least of those kept. Ranks only grow, so the one on top is enough where it is not.
    fn outranks_least(&mut self, rank: Rank) -> bool {
        self.ranks.peek().is_some_and(|Reverse((least, _))| *least < rank) && self.least() < Some(rank)
    }

    /// The least rank of those kept, brought to the top.
    fn least(&mut self) -> Option<Rank> {
        while let Some(Reverse((rank, subject))) = self.ranks.peek().copied() {
            let now = self.kept.get(&subject).map(|f| Rank::of(f.concept, &f.worst))?;
            if now == rank {
                return Some(rank);
            }
            self.ranks.pop();
            self.ranks.push(Reverse((now, subject)));
        }
        None
    }

    /// Counts the one of least rank, which is on top, with those left out.
    fn evict(&mut self) {
        let Some(Reverse((_, subject))) = self.ranks.pop() else { return };
        let Some(finding) = self.kept.remove(&subject) else { return };
        match &mut self.folded {
            Some(folded) => {
                folded.folded_subjects += 1;
                folded.join(finding);
            }
            None => self.folded = Some(Box::new(finding.into_folded(1))),
        }
    }

    /// Counts evidence with that of others; `subjects` is 1 unless its subject is among them.
    fn leave_out(&mut self, one: &One<'_>, subjects: u64, complete: impl Fn(Evidence) -> Evidence) {
        match &mut self.folded {
            Some(folded) => {
                folded.folded_subjects += subjects;
                if folded.fold(one.rank, one.evidence, complete) {
                    folded.about = one.subject;
                }
            }
            None => self.folded = Some(Box::new(one.finding(complete).into_folded(subjects))),
        }
    }

    fn into_sorted(self) -> Vec<Finding> {
        let mut all: Vec<Finding> = self.kept.into_values().collect();
        all.sort_by_cached_key(|f| (Reverse(Rank::of(f.concept, &f.worst)), f.first.at.frame, f.subject));
        all.extend(self.folded.map(|f| *f));
        all
    }
}

/// How much evidence says: its severity, then its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(Severity, i64);

impl Rank {
    fn of(concept: &Concept, evidence: &Evidence) -> Rank {
        Rank(concept.severity_of(evidence), in_order(evidence.weight))
    }
}

/// A number that compares with others as [`f64::total_cmp`] has the weights compare.
fn in_order(weight: f64) -> i64 {
    let bits = weight.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// A piece of evidence, and whom it is about.
struct One<'a> {
    concept: &'static Concept,
    subject: Subject,
    evidence: &'a Evidence,
    rank: Rank,
}

impl One<'_> {
    fn finding(&self, complete: impl Fn(Evidence) -> Evidence) -> Finding {
        let One { concept, subject, .. } = *self;
        let evidence = complete(self.evidence.clone());
        Finding {
            concept,
            subject,
            about: subject,
            client: String::new(),
            server: String::new(),
            count: evidence.count,
            severity: concept.severity_of(&evidence),
            worst: evidence.clone(),
            first: evidence,
            folded_subjects: 0,
        }
    }
}

impl Finding {
    /// Takes in more evidence about the same subject; true when it is the worst so far.
    fn fold(&mut self, rank: Rank, evidence: &Evidence, complete: impl Fn(Evidence) -> Evidence) -> bool {
        self.count = self.count.saturating_add(evidence.count);
        let worse = rank > Rank::of(self.concept, &self.worst);
        if worse {
            self.severity = self.concept.severity_of(evidence);
            self.worst = complete(evidence.clone());
        }
        worse
    }

    /// Takes in another subject's finding.
    fn join(&mut self, other: Finding) {
        self.count = self.count.saturating_add(other.count);
        if other.first.at.frame < self.first.at.frame {
            self.first = other.first;
        }
        if Rank::of(self.concept, &other.worst) > Rank::of(self.concept, &self.worst) {
            (self.about, self.severity, self.worst) = (other.about, other.severity, other.worst);
        }
    }

    fn into_folded(self, subjects: u64) -> Finding {
        Finding { subject: Subject::Capture, folded_subjects: subjects, ..self }
    }
}
