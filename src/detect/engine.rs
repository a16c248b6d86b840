//! Which rule runs when: event rules by kind, connection rules at the end of a conversation, capture rules at the end.

use super::fold::Findings;
use crate::concepts::{self, Concept, Evidence, Finding, Rule, Subject};
use crate::track::{ConvId, Conversation, Event, KINDS, Kind, Overview, Proto, Sink};

type EventRule = (&'static Concept, fn(&Event<'_>, &Conversation) -> Option<Evidence>);
type ConnectionRule = (&'static Concept, fn(&Conversation) -> Option<Evidence>);

/// Runs the catalogue over a capture.
#[derive(Debug)]
pub struct Engine {
    by_kind: Vec<Vec<EventRule>>,
    connection: Vec<ConnectionRule>,
    attempt: Vec<ConnectionRule>,
    findings: Findings,
    /// Concepts that fired in the latest event, for the event stream.
    fired: Vec<(&'static Concept, ConvId, u32)>,
}

impl Engine {
    /// An engine for the whole catalogue; at most `per_concept` subjects are kept for each concept.
    #[must_use]
    pub fn new(per_concept: usize) -> Engine {
        let mut by_kind: Vec<Vec<EventRule>> = KINDS.iter().map(|_| Vec::new()).collect();
        let (mut connection, mut attempt) = (Vec::new(), Vec::new());
        for concept in concepts::all() {
            match concept.rule {
                Rule::Event(kinds, rule) => {
                    for kind in kinds {
                        if let Some(rules) = by_kind.get_mut(*kind as usize) {
                            rules.push((concept, rule));
                        }
                    }
                }
                Rule::Connection(rule) => connection.push((concept, rule)),
                Rule::Attempt(rule) => attempt.push((concept, rule)),
                Rule::Any(rule) => {
                    connection.push((concept, rule));
                    attempt.push((concept, rule));
                }
                Rule::Capture(_) => {}
            }
        }
        Engine { by_kind, connection, attempt, findings: Findings::new(per_concept), fired: Vec::new() }
    }

    /// Runs the capture-wide rules and gives all findings, by section, then worst first.
    #[must_use]
    pub fn finish(mut self, overview: &Overview<'_>) -> Vec<Finding> {
        for concept in concepts::all() {
            if let Rule::Capture(rule) = concept.rule {
                for evidence in rule(overview) {
                    self.findings.add(concept, evidence, Subject::Capture, None);
                }
            }
        }
        self.findings.into_sorted()
    }

    /// What fired since the last call: concept, conversation and the evidence's first frame.
    pub fn take_fired(&mut self) -> std::vec::Drain<'_, (&'static Concept, ConvId, u32)> {
        self.fired.drain(..)
    }

    fn add(&mut self, concept: &'static Concept, evidence: Evidence, conversation: &Conversation) {
        if self.fired.len() < MAX_FIRED {
            self.fired.push((concept, conversation.id(), evidence.at.frame));
        }
        self.findings.add(concept, evidence, Subject::Conversation(conversation.id()), Some(conversation));
    }
}

/// Concepts remembered between two calls of [`Engine::take_fired`]; nobody may be asking.
const MAX_FIRED: usize = 256;

impl Sink for Engine {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        let kind = event.what.kind();
        for i in 0..self.by_kind.get(kind as usize).map_or(0, Vec::len) {
            let (concept, rule) = self.by_kind[kind as usize][i];
            if let Some(evidence) = rule(event, conversation) {
                self.add(concept, evidence, conversation);
            }
        }
        if kind != Kind::Closed {
            return;
        }
        let attempt = conversation.proto() == Proto::Tcp && conversation.is_attempt();
        for i in 0..if attempt { self.attempt.len() } else { self.connection.len() } {
            let (concept, rule) = if attempt { self.attempt[i] } else { self.connection[i] };
            if let Some(evidence) = rule(conversation) {
                self.add(concept, evidence, conversation);
            }
        }
    }
}
