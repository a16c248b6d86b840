//! The engine runs the rules and folds what they find.

use rustc_hash::FxHashMap;

use super::fold::Findings;
use super::rules::Rules;
use crate::concepts::{Concept, Evidence, Finding, Severity, Subject};
use crate::track::{ConvId, Conversation, Event, Kind, Overview, What};

/// Runs the catalogue over a capture.
#[derive(Debug, Clone)]
pub struct Engine {
    rules: Rules,
    findings: Findings,
    /// What rules have said of conversations that are not over yet.
    told: FxHashMap<ConvId, Told>,
}

/// How much was found in one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The worst.
    pub worst: Severity,
    /// How often a rule fired that warns or worse.
    pub times: u32,
}

impl Engine {
    /// An engine for these rules; at most `per_concept` subjects are kept for each concept.
    #[must_use]
    pub fn new(rules: Rules, per_concept: usize) -> Engine {
        Engine { rules, findings: Findings::new(per_concept), told: FxHashMap::default() }
    }

    /// Whether any rule looks at events of this kind.
    #[must_use]
    pub fn wants(&self, kind: Kind) -> bool {
        self.rules.want(kind)
    }

    /// Runs the rules that an event concerns; of a conversation that it ends, all that was found in it.
    pub fn event(&mut self, event: &Event<'_>, conversation: &Conversation) -> Option<Told> {
        let Engine { rules, findings, told } = self;
        let id = conversation.id();
        let mut now = None;
        rules.event(event, conversation, |entry, evidence| {
            note(&mut now, entry.concept, evidence);
            findings.add(entry, evidence, Subject::Conversation(id), |evidence| {
                entry.concept.complete(event, conversation, evidence)
            });
        });
        if matches!(event.what, What::Closed) {
            let before = if told.is_empty() { None } else { told.remove(&id) };
            return Told::joined(before, now);
        }
        if let Some(now) = now {
            told.entry(id).and_modify(|told| told.join(now)).or_insert(now);
        }
        None
    }

    /// Runs the capture-wide rules and gives all findings, without names, by section, then worst first.
    #[must_use]
    pub fn finish(mut self, overview: &Overview<'_>) -> Vec<Finding> {
        let Engine { rules, findings, .. } = &mut self;
        rules.capture(overview, |entry, evidence| {
            findings.add(entry, evidence, Subject::Capture, |complete| complete);
        });
        self.findings.into_sorted()
    }
}

impl Told {
    fn join(&mut self, more: Told) {
        self.worst = self.worst.max(more.worst);
        self.times = self.times.saturating_add(more.times);
    }

    fn joined(before: Option<Told>, now: Option<Told>) -> Option<Told> {
        let (Some(mut told), Some(now)) = (before, now) else { return before.or(now) };
        told.join(now);
        Some(told)
    }
}

fn note(told: &mut Option<Told>, concept: &Concept, evidence: &Evidence) {
    let worst = concept.severity_of(evidence);
    let one = Told { worst, times: u32::from(worst >= Severity::Warn) };
    match told {
        Some(told) => told.join(one),
        None => *told = Some(one),
    }
}
