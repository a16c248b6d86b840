//! Folding: one finding per concept and subject, with exact counts and bounded examples.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::outside::Outside;
use super::rules::Entry;
use crate::concepts::{Concept, Evidence, Finding, Severity, Subject};
use crate::track::Conversation;

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

    /// Adds evidence, about `default` unless it says otherwise; `conversation` is the one it may be about. What of it is
    /// kept, `complete` completes.
    pub fn add(
        &mut self,
        entry: Entry,
        evidence: &Evidence,
        default: Subject,
        conversation: Option<&Conversation>,
        complete: impl Fn(Evidence) -> Evidence,
    ) {
        if entry.place >= self.by_concept.len() {
            self.by_concept.resize_with(entry.place + 1, OfConcept::default);
        }
        let Some(of) = self.by_concept.get_mut(entry.place) else { return };
        let subject = evidence.subject.unwrap_or(default);
        if let Some(finding) = of.kept.get_mut(&subject) {
            finding.fold(evidence, complete);
        } else {
            let who = conversation.filter(|c| subject == Subject::Conversation(c.id()));
            of.add_new(&New { concept: entry.concept, subject, evidence, who }, self.per_concept, complete);
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
    outside: Outside,
}

impl OfConcept {
    fn add_new(&mut self, new: &New<'_>, room: usize, complete: impl Fn(Evidence) -> Evidence) {
        let (rank, subject) = (Rank::of(new.concept, new.evidence), new.subject);
        let full = self.kept.len() >= room;
        if full && (!self.outranks_least(rank) || self.outside.contains(subject)) {
            self.leave_out(new, complete);
            return;
        }
        if full {
            self.evict();
        }
        self.ranks.push(Reverse((rank, subject)));
        self.kept.insert(subject, new.finding(complete));
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
        let new = u64::from(self.outside.insert(subject));
        match &mut self.folded {
            Some(folded) => {
                folded.folded_subjects += new;
                folded.join(finding);
            }
            None => self.folded = Some(Box::new(finding.into_folded(new))),
        }
    }

    fn leave_out(&mut self, new: &New<'_>, complete: impl Fn(Evidence) -> Evidence) {
        let subjects = u64::from(self.outside.insert(new.subject));
        match &mut self.folded {
            Some(folded) => {
                folded.folded_subjects += subjects;
                if folded.fold(new.evidence, complete) {
                    (folded.client, folded.server) = labels(new.subject, new.who);
                }
            }
            None => self.folded = Some(Box::new(new.finding(complete).into_folded(subjects))),
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
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rank(Severity, f64);

impl Rank {
    fn of(concept: &Concept, evidence: &Evidence) -> Rank {
        Rank(concept.severity_of(evidence), evidence.weight)
    }
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Rank) -> Ordering {
        self.0.cmp(&other.0).then(self.1.total_cmp(&other.1))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Rank) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The first evidence about a subject.
struct New<'a> {
    concept: &'static Concept,
    subject: Subject,
    evidence: &'a Evidence,
    who: Option<&'a Conversation>,
}

impl New<'_> {
    fn finding(&self, complete: impl Fn(Evidence) -> Evidence) -> Finding {
        let New { concept, subject, who, .. } = *self;
        let (client, server) = labels(subject, who);
        let evidence = complete(self.evidence.clone());
        Finding {
            concept,
            subject,
            client,
            server,
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
    fn fold(&mut self, evidence: &Evidence, complete: impl Fn(Evidence) -> Evidence) -> bool {
        self.count = self.count.saturating_add(evidence.count);
        let worse = self.is_worsened_by(evidence);
        if worse {
            self.severity = self.concept.severity_of(evidence);
            self.worst = complete(evidence.clone());
        }
        worse
    }

    fn is_worsened_by(&self, evidence: &Evidence) -> bool {
        Rank::of(self.concept, evidence) > Rank::of(self.concept, &self.worst)
    }

    /// Takes in another subject's finding; the labels become those of the worst.
    fn join(&mut self, other: Finding) {
        self.count = self.count.saturating_add(other.count);
        if other.first.at.frame < self.first.at.frame {
            self.first = other.first;
        }
        if self.is_worsened_by(&other.worst) {
            (self.client, self.server, self.severity, self.worst) =
                (other.client, other.server, other.severity, other.worst);
        }
    }

    fn into_folded(self, subjects: u64) -> Finding {
        Finding { subject: Subject::Capture, folded_subjects: subjects, ..self }
    }
}

/// Whom a finding is about, in words; made only for findings that are shown.
fn labels(subject: Subject, who: Option<&Conversation>) -> (String, String) {
    match (subject, who) {
        (Subject::Conversation(_), Some(c)) => (c.client().to_string(), c.server().to_string()),
        (Subject::Host(host), _) => (host.to_string(), String::new()),
        _ => (String::new(), String::new()),
    }
}
