//! Folding: one finding per concept and subject, with exact counts and bounded examples.

use rustc_hash::FxHashMap;

use crate::concepts::{Concept, Evidence, Finding, Subject};
use crate::track::Conversation;

/// All findings so far.
#[derive(Debug)]
pub struct Findings {
    per_concept: usize,
    by_concept: FxHashMap<&'static str, OfConcept>,
}

#[derive(Debug, Default)]
struct OfConcept {
    kept: FxHashMap<Subject, Finding>,
    /// Those for whom there was no room, as one.
    folded: Option<Box<Finding>>,
}

impl Findings {
    /// At most `per_concept` subjects are kept for each concept.
    #[must_use]
    pub fn new(per_concept: usize) -> Findings {
        Findings { per_concept: per_concept.max(1), by_concept: FxHashMap::default() }
    }

    /// Adds evidence, about `default` unless it says otherwise.
    pub fn add(&mut self, concept: &'static Concept, evidence: Evidence, default: Subject, who: Option<&Conversation>) {
        let subject = evidence.subject.unwrap_or(default);
        let of = self.by_concept.entry(concept.id).or_default();
        if let Some(finding) = of.kept.get_mut(&subject) {
            finding.fold(evidence);
        } else if of.kept.len() < self.per_concept
            || matters(concept, &evidence) && of.kept.len() < 2 * self.per_concept
        {
            of.kept.insert(subject, Finding::new(concept, subject, evidence, who));
        } else if let Some(folded) = &mut of.folded {
            folded.folded_subjects += 1;
            folded.fold(evidence);
        } else {
            let mut finding = Finding::new(concept, Subject::Capture, evidence, None);
            finding.folded_subjects = 1;
            of.folded = Some(Box::new(finding));
        }
    }

    /// All, by section of the guide, then the worst first, then in order of appearance.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Finding> {
        let each = self.by_concept.into_values();
        let mut all: Vec<Finding> = each.flat_map(|of| of.kept.into_values().chain(of.folded.map(|f| *f))).collect();
        all.sort_by(|a, b| {
            let key = |f: &Finding| (f.concept.section, std::cmp::Reverse(f.severity), f.concept.id);
            key(a).cmp(&key(b)).then(a.first.at.frame.cmp(&b.first.at.frame)).then(a.subject.cmp(&b.subject))
        });
        all
    }
}

/// Something bad is kept even where the room for ordinary findings is used up (up to twice the room).
fn matters(concept: &Concept, evidence: &Evidence) -> bool {
    evidence.severity.unwrap_or(concept.severity) >= crate::concepts::Severity::Bad
}

impl Finding {
    fn new(concept: &'static Concept, subject: Subject, evidence: Evidence, who: Option<&Conversation>) -> Finding {
        let (client, server) = match (subject, who) {
            (Subject::Conversation(_), Some(c)) => (c.client().to_string(), c.server().to_string()),
            (Subject::Host(host), _) => (host.to_string(), String::new()),
            _ => Default::default(),
        };
        Finding {
            concept,
            subject,
            client,
            server,
            count: evidence.count,
            severity: evidence.severity.unwrap_or(concept.severity),
            worst: evidence.clone(),
            first: evidence,
            folded_subjects: 0,
        }
    }

    fn fold(&mut self, evidence: Evidence) {
        self.count = self.count.saturating_add(evidence.count);
        self.severity = self.severity.max(evidence.severity.unwrap_or(self.concept.severity));
        if evidence.weight > self.worst.weight {
            self.worst = evidence;
        }
    }
}
