//! Which rule looks when: event rules by kind, connection rules at the end of a conversation, capture rules at the end.

use crate::concepts::{self, Concept, Evidence, Rule};
use crate::track::{Conversation, Event, KINDS, Kind, Overview, Proto};

type Of<F> = Vec<(&'static Concept, F)>;
type EventRule = fn(&Event<'_>, &Conversation) -> Option<Evidence>;
type ConnectionRule = fn(&Conversation) -> Option<Evidence>;
type CaptureRule = fn(&Overview<'_>) -> Vec<Evidence>;

/// The catalogue's rules by the moment at which they look, so that an event costs only the rules that want it.
#[derive(Debug, Clone)]
pub struct Rules {
    by_kind: [Of<EventRule>; KINDS.len()],
    connection: Of<ConnectionRule>,
    attempt: Of<ConnectionRule>,
    capture: Of<CaptureRule>,
}

impl Rules {
    /// Those of the whole catalogue.
    #[must_use]
    pub fn all() -> Rules {
        Rules::of(concepts::all())
    }

    /// Those of some concepts.
    pub fn of(concepts: impl IntoIterator<Item = &'static Concept>) -> Rules {
        let by_kind = std::array::from_fn(|_| Vec::new());
        let mut rules = Rules { by_kind, connection: Vec::new(), attempt: Vec::new(), capture: Vec::new() };
        for concept in concepts {
            rules.add(concept);
        }
        rules
    }

    fn add(&mut self, concept: &'static Concept) {
        match concept.rule {
            Rule::Event(kinds, rule) => {
                for kind in kinds {
                    self.by_kind[*kind as usize].push((concept, rule));
                }
            }
            Rule::Connection(rule) => self.connection.push((concept, rule)),
            Rule::Attempt(rule) => self.attempt.push((concept, rule)),
            Rule::Any(rule) => {
                self.connection.push((concept, rule));
                self.attempt.push((concept, rule));
            }
            Rule::Capture(rule) => self.capture.push((concept, rule)),
            Rule::Both(one, all) => {
                self.connection.push((concept, one));
                self.capture.push((concept, all));
            }
        }
    }

    /// Runs the rules that an event concerns; each that fires is told to `found`.
    pub fn event(
        &self,
        event: &Event<'_>,
        conversation: &Conversation,
        mut found: impl FnMut(&'static Concept, Evidence),
    ) {
        let kind = event.what.kind();
        for (concept, rule) in &self.by_kind[kind as usize] {
            if let Some(evidence) = rule(event, conversation) {
                found(concept, evidence);
            }
        }
        if kind == Kind::Closed {
            let attempt = conversation.proto() == Proto::Tcp && conversation.is_attempt();
            for (concept, rule) in if attempt { &self.attempt } else { &self.connection } {
                if let Some(evidence) = rule(conversation) {
                    found(concept, evidence);
                }
            }
        }
    }

    /// Runs the rules that look at the capture as a whole.
    pub fn capture(&self, overview: &Overview<'_>, mut found: impl FnMut(&'static Concept, Evidence)) {
        for (concept, rule) in &self.capture {
            for evidence in rule(overview) {
                found(concept, evidence);
            }
        }
    }
}
