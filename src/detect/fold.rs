//! Folding: one finding per concept and subject, with exact counts and bounded examples.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

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

    /// Adds evidence, about `default` unless it says otherwise, and gives its severity. What of it is kept, `complete`
    /// completes.
    pub fn add(
        &mut self,
        entry: Entry,
        evidence: &mut Evidence,
        default: Subject,
        complete: impl Fn(Evidence) -> Evidence,
    ) -> Severity {
        let rank = Rank::of(entry.concept, evidence);
        if entry.place >= self.by_concept.len() {
            self.by_concept.resize_with(entry.place + 1, OfConcept::default);
        }
        let Some(of) = self.by_concept.get_mut(entry.place) else { return rank.0 };
        let subject = evidence.subject.unwrap_or(default);
        let new = (entry.once && evidence.subject.is_none()) || of.seen.insert(subject);
        if !(new && of.leaves_out(rank, evidence)) {
            of.add(&mut One { concept: entry.concept, subject, evidence, rank }, new, self.per_concept, complete);
        }
        rank.0
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
        // Room for all at once: they are large, and moved each time that there is no more.
        let mut all = Vec::with_capacity(concepts.iter().map(Vec::len).sum());
        concepts.into_iter().for_each(|of| all.extend(of));
        all
    }
}

/// What is known of a concept. Of most subjects there is nothing to say but that there is one more: what decides that
/// comes first.
#[derive(Debug, Clone, Default)]
struct OfConcept {
    /// The rank that a new subject has to exceed to be kept, once there is no more room; the least of those kept is no
    /// lower.
    bar: Option<Rank>,
    /// Those for whom there was no room.
    left_out: Option<LeftOut>,
    /// As many as there is room for, so that nobody who chooses addresses can make looking them up slow.
    kept: FxHashMap<Subject, Kept>,
    /// The kept ones' ranks, the least on top; one that has grown since is found out when it comes up.
    ranks: BinaryHeap<Reverse<(Rank, Subject)>>,
    /// All of them.
    seen: Seen,
}

/// What is kept of a subject; what else a [`Finding`] has follows from it.
#[derive(Debug, Clone)]
struct Kept {
    concept: &'static Concept,
    count: u64,
    first: Rc<Evidence>,
    worst: Rc<Evidence>,
    /// That of the worst.
    rank: Rank,
}

/// Subjects counted together.
#[derive(Debug, Clone)]
struct LeftOut {
    /// That of the worst evidence.
    rank: Rank,
    subjects: u64,
    count: u64,
    /// With the first evidence and the worst.
    finding: Box<Finding>,
}

impl OfConcept {
    /// Counts evidence about a new subject with that of others, where there is no more to do for it.
    fn leaves_out(&mut self, rank: Rank, evidence: &Evidence) -> bool {
        let Some(left_out) = self.left_out.as_mut().filter(|left_out| rank <= left_out.rank) else { return false };
        let below = self.bar.is_some_and(|bar| rank <= bar);
        if below {
            left_out.subjects += 1;
            left_out.count = left_out.count.saturating_add(evidence.count);
        }
        below
    }

    fn add(&mut self, one: &mut One<'_>, new: bool, room: usize, complete: impl Fn(Evidence) -> Evidence) {
        if new {
            return self.add_new(one, room, complete);
        }
        match self.kept.get_mut(&one.subject) {
            Some(kept) => kept.fold(one, complete),
            None => self.leave_out(one, 0, complete),
        }
    }

    fn add_new(&mut self, one: &mut One<'_>, room: usize, complete: impl Fn(Evidence) -> Evidence) {
        if self.kept.len() >= room {
            if self.least() >= Some(one.rank) {
                return self.leave_out(one, 1, complete);
            }
            self.evict();
        }
        self.ranks.push(Reverse((one.rank, one.subject)));
        self.kept.insert(one.subject, one.kept(complete));
        if self.kept.len() >= room {
            self.bar = self.ranks.peek().map(|Reverse((rank, _))| *rank);
        }
    }

    /// The least rank of those kept, brought to the top.
    fn least(&mut self) -> Option<Rank> {
        while let Some(Reverse((rank, subject))) = self.ranks.peek().copied() {
            let now = self.kept.get(&subject)?.rank;
            if now == rank {
                self.bar = Some(rank);
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
        let Some(kept) = self.kept.remove(&subject) else { return };
        match &mut self.left_out {
            Some(left_out) => left_out.join(subject, kept),
            None => self.left_out = Some(LeftOut::begin(subject, kept)),
        }
    }

    /// Counts evidence with that of others; `subjects` is 1 unless its subject is among them.
    fn leave_out(&mut self, one: &mut One<'_>, subjects: u64, complete: impl Fn(Evidence) -> Evidence) {
        match &mut self.left_out {
            Some(left_out) => left_out.add(one, subjects, complete),
            None => self.left_out = Some(LeftOut { subjects, ..LeftOut::begin(one.subject, one.kept(complete)) }),
        }
    }

    fn into_sorted(self) -> Vec<Finding> {
        let mut kept: Vec<(Subject, Kept)> = self.kept.into_iter().collect();
        kept.sort_by_cached_key(|(subject, kept)| (Reverse(kept.rank), kept.first.at.frame, *subject));
        let mut all = Vec::with_capacity(kept.len() + 1);
        all.extend(kept.into_iter().map(|(subject, kept)| kept.into_finding(subject)));
        all.extend(self.left_out.map(LeftOut::into_finding));
        all
    }
}

impl LeftOut {
    fn begin(subject: Subject, kept: Kept) -> LeftOut {
        LeftOut { rank: kept.rank, subjects: 1, count: kept.count, finding: Box::new(kept.into_finding(subject)) }
    }

    fn add(&mut self, one: &mut One<'_>, subjects: u64, complete: impl Fn(Evidence) -> Evidence) {
        self.subjects += subjects;
        self.count = self.count.saturating_add(one.evidence.count);
        if one.rank > self.rank {
            (self.rank, self.finding.about) = (one.rank, one.subject);
            self.finding.worst = Rc::new(complete(one.evidence.take()));
            self.finding.severity = one.rank.0;
        }
    }

    /// Takes in what was kept of another subject.
    fn join(&mut self, subject: Subject, other: Kept) {
        self.subjects += 1;
        self.count = self.count.saturating_add(other.count);
        let finding = &mut self.finding;
        if other.first.at.frame < finding.first.at.frame {
            finding.first = other.first;
        }
        if other.rank > self.rank {
            self.rank = other.rank;
            (finding.about, finding.severity, finding.worst) = (subject, other.rank.0, other.worst);
        }
    }

    fn into_finding(self) -> Finding {
        let LeftOut { subjects, count, finding, .. } = self;
        Finding { subject: Subject::Capture, folded_subjects: subjects, count, ..*finding }
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
    evidence: &'a mut Evidence,
    rank: Rank,
}

impl One<'_> {
    fn kept(&mut self, complete: impl Fn(Evidence) -> Evidence) -> Kept {
        let first = Rc::new(complete(self.evidence.take()));
        Kept { concept: self.concept, count: first.count, worst: Rc::clone(&first), first, rank: self.rank }
    }
}

impl Kept {
    /// Takes in more evidence about the same subject.
    fn fold(&mut self, one: &mut One<'_>, complete: impl Fn(Evidence) -> Evidence) {
        self.count = self.count.saturating_add(one.evidence.count);
        if one.rank > self.rank {
            self.worst = Rc::new(complete(one.evidence.take()));
            self.rank = one.rank;
        }
    }

    fn into_finding(self, subject: Subject) -> Finding {
        let Kept { concept, count, first, worst, rank } = self;
        let (client, server, severity) = (String::new(), String::new(), rank.0);
        Finding { concept, subject, about: subject, client, server, count, severity, first, worst, folded_subjects: 0 }
    }
}
