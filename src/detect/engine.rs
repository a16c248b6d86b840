//! The engine runs the rules and folds what they find.

use super::fold::{Findings, Words};
use super::rules::Rules;
use super::told::{Told, ToldBefore};
use crate::concepts::{Finding, Severity};
use crate::track::{Conversation, Event, Kind, Overview, What};

/// Runs the catalogue over a capture.
#[derive(Debug, Clone)]
pub struct Engine {
    rules: Rules,
    findings: Findings,
    /// What rules have said of conversations that are not over yet.
    told: ToldBefore,
}

impl Engine {
    /// An engine for these rules; at most `per_concept` subjects are kept for each concept.
    #[must_use]
    pub fn new(rules: Rules, per_concept: usize) -> Engine {
        Engine { rules, findings: Findings::new(per_concept), told: ToldBefore::default() }
    }

    /// The same; what is kept has the values for words of these.
    #[must_use]
    pub fn with(self, words: Words) -> Engine {
        Engine { findings: self.findings.with(words), ..self }
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
        let (mut fired, mut worst, mut times) = (false, Severity::Info, 0);
        rules.event(event, conversation, |entry, evidence| {
            let severity = findings.add(entry, evidence, Some(conversation), |concept, evidence, in_words| {
                if in_words { concept.complete(event, conversation, evidence) } else { evidence }
            });
            (fired, worst) = (true, worst.max(severity));
            times += u32::from(severity >= Severity::Warn);
        });
        let now = fired.then_some(Told { worst, times });
        if matches!(event.what, What::Closed) {
            return told.take(id).map(|before| before.and(now)).or(now);
        }
        if let Some(now) = now {
            told.add(id, now);
        }
        None
    }

    /// Runs the capture-wide rules and gives all findings, without names, by section, then worst first.
    #[must_use]
    pub fn finish(mut self, overview: &Overview<'_>) -> Vec<Finding> {
        let Engine { rules, findings, .. } = &mut self;
        rules.capture(overview, |entry, evidence| {
            // Which hosts are wanted is not known yet, so any of those that are kept may be told in words.
            findings.add(entry, evidence, None, |concept, evidence, _| concept.complete_overall(overview, evidence));
        });
        self.findings.into_sorted()
    }
}
