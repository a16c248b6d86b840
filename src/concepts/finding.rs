//! A concept found in a capture: evidence folded, with the exact count and the telling examples.

use std::rc::Rc;

use super::{Concept, Evidence, Subject};
use crate::track::{Addr, Basis, Endpoint, Records};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The protocol working as designed.
    Info,
    /// A fact that changes how you reason about this trace.
    Note,
    /// It costs time, privacy or capacity.
    Warn,
    /// Something failed.
    Bad,
}

impl Severity {
    /// The name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Note => "note",
            Severity::Warn => "warn",
            Severity::Bad => "bad",
        }
    }
}

/// One concept shown by one subject.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The concept.
    pub concept: &'static Concept,
    /// Whom it is about.
    pub subject: Subject,
    /// Whom the labels name: the subject, or where subjects were folded in the worst of them.
    pub about: Subject,
    /// The initiator and the other side of the conversation that it names, which may be forgotten by the time it is told.
    pub ends: Option<[Endpoint; 2]>,
    /// The initiator, as `address:port`; the host's address; empty for the capture, and until it is [named](Finding::name).
    pub client: String,
    /// The other side; empty where there is none.
    pub server: String,
    /// How often, exactly.
    pub count: u64,
    /// How much it matters: the highest of its evidence.
    pub severity: Severity,
    /// The first evidence.
    pub first: Rc<Evidence>,
    /// The worst evidence, by severity and weight; the first where they are equal.
    pub worst: Rc<Evidence>,
    /// Further subjects folded in here since the table of findings was full.
    pub folded_subjects: u64,
}

impl Finding {
    /// Fills in the labels: of few findings, as making them takes longer than finding most of them did.
    pub fn name(&mut self, conversations: &Records) {
        (self.client, self.server) = match self.about {
            Subject::Host(host) => (host.to_string(), String::new()),
            Subject::Capture => (String::new(), String::new()),
            about => match self.ends.or_else(|| about.ends(conversations)) {
                Some([client, server]) => (client.to_string(), server.to_string()),
                None => (String::new(), String::new()),
            },
        };
    }

    /// The ends of the conversation that it is about; `None` where it is about something else.
    #[must_use]
    pub fn ends(&self, conversations: &Records) -> Option<[Endpoint; 2]> {
        let Subject::Conversation(_) = self.subject else { return None };
        self.ends.or_else(|| self.subject.ends(conversations))
    }

    /// The addresses that it is about.
    #[must_use]
    pub fn hosts(&self, conversations: &Records) -> [Option<Addr>; 2] {
        match (self.subject, self.ends(conversations)) {
            (Subject::Host(host), _) => [Some(host), None],
            (_, ends) => ends.map_or([None; 2], |ends| ends.map(|end| Some(end.addr))),
        }
    }

    /// What this capture shows, in one or two sentences with its own numbers.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.folded_subjects == 0 {
            return (self.concept.explain)(self);
        }
        let worst = self.worst_folded();
        let who = if worst.client.is_empty() { String::new() } else { format!(", {}", worst.who()) };
        format!("{} more, counted together. The worst of them{who}: {}", self.folded_subjects, worst.summary())
    }

    /// The reply that an interviewer wants.
    #[must_use]
    pub fn answer(&self) -> String {
        if self.folded_subjects == 0 { (self.concept.answer)(self) } else { self.worst_folded().answer() }
    }

    /// The worst of those counted together, by itself.
    fn worst_folded(&self) -> Finding {
        let worst = &self.worst;
        Finding { count: worst.count, first: Rc::clone(worst), folded_subjects: 0, ..self.clone() }
    }

    /// Seen or derived.
    #[must_use]
    pub fn basis(&self) -> Basis {
        self.first.basis
    }

    /// "client → server", the host, or "the capture".
    #[must_use]
    pub fn who(&self) -> String {
        match (self.client.is_empty() || self.folded_subjects > 0, self.server.is_empty()) {
            (true, _) => "the capture".to_owned(),
            (false, true) => self.client.clone(),
            (false, false) => format!("{} → {}", self.client, self.server),
        }
    }
}
