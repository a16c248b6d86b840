//! Findings as the report shows them.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::concepts::{Evidence, Finding, Severity, Subject, Value};
use crate::track::{Addr, Basis, Records};

/// A concept that the capture shows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingReport {
    /// Its id.
    pub concept: &'static str,
    /// The guide's section; 0 is the capture itself.
    pub section: u8,
    /// `info`, `note`, `warn` or `bad`.
    pub severity: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is about: `{"conversation": N}`, `{"host": "…"}` or `{"capture": true}`.
    #[schemars(with = "Json")]
    pub subject: SubjectReport,
    /// The subject in words: "client → server", a host, or "the capture".
    pub who: String,
    /// How often, exactly.
    pub count: u64,
    /// Subjects that are counted in here for want of room.
    #[serde(skip_serializing_if = "is_zero")]
    pub folded_subjects: u64,
    /// `observed` or `inferred`.
    pub basis: &'static str,
    /// From 0 to 1 where inferred.
    pub confidence: Option<f32>,
    /// Why, where inferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
    /// One or two sentences with this capture's own numbers.
    pub summary: String,
    /// The section's anchor in the guide.
    pub guide: &'static str,
    /// The first evidence.
    pub first: EvidenceReport,
    /// The worst evidence.
    pub worst: EvidenceReport,
    /// The severity, to compare.
    #[serde(skip)]
    pub level: Severity,
    /// The interviewer's question.
    #[serde(skip)]
    pub question: &'static str,
    /// The answer that this capture gives.
    #[serde(skip)]
    pub answer: String,
    /// The addresses of its subject.
    #[serde(skip)]
    pub hosts: [Option<Addr>; 2],
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectReport {
    /// The conversation of this number.
    Conversation(u32),
    /// The host with this address.
    Host(#[serde(serialize_with = "text")] Addr),
    /// The capture as a whole; always true.
    Capture(bool),
}

impl From<Subject> for SubjectReport {
    fn from(subject: Subject) -> SubjectReport {
        match subject {
            Subject::Conversation(id) => SubjectReport::Conversation(id.0),
            Subject::Host(host) => SubjectReport::Host(host),
            Subject::Capture => SubjectReport::Capture(true),
        }
    }
}

fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// One piece of evidence.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct EvidenceReport {
    /// Frames that show it.
    pub frames: Vec<u32>,
    /// When.
    pub at_ns: i64,
    /// The values it was derived from.
    pub values: Map<String, Json>,
}

impl FindingReport {
    /// The number of the conversation that it is about.
    #[must_use]
    pub fn conversation(&self) -> Option<u32> {
        if let SubjectReport::Conversation(id) = self.subject { Some(id) } else { None }
    }

    /// How many subjects it is about.
    #[must_use]
    pub fn subjects(&self) -> u64 {
        self.folded_subjects.max(1)
    }
}

impl FindingReport {
    /// A finding of one of these conversations.
    #[must_use]
    pub fn of(mut f: Finding, conversations: &Records) -> FindingReport {
        f.name(conversations);
        FindingReport {
            who: f.who(),
            summary: f.summary(),
            first: (&*f.first).into(),
            worst: (&*f.worst).into(),
            answer: f.answer(),
            ..FindingReport::counted(&f, conversations)
        }
    }

    /// One that is not told, only counted: without words and values.
    #[must_use]
    pub fn counted(f: &Finding, conversations: &Records) -> FindingReport {
        let (confidence, because) = match f.basis() {
            Basis::Observed => (None, None),
            Basis::Inferred { confidence, because } => (Some(confidence), Some(because)),
        };
        FindingReport {
            concept: f.concept.id,
            section: f.concept.section.0,
            severity: f.severity.name(),
            level: f.severity,
            title: f.concept.title,
            subject: f.subject.into(),
            who: String::new(),
            count: f.count,
            folded_subjects: f.folded_subjects,
            basis: f.basis().name(),
            confidence,
            because,
            summary: String::new(),
            guide: f.concept.section.anchor(),
            first: EvidenceReport::default(),
            worst: EvidenceReport::default(),
            question: f.concept.question,
            answer: String::new(),
            hosts: f.hosts(conversations),
        }
    }
}

impl From<&Evidence> for EvidenceReport {
    fn from(e: &Evidence) -> EvidenceReport {
        EvidenceReport {
            frames: e.frames.to_vec(),
            at_ns: e.at.ts.0,
            values: e.values().map(|(name, value)| ((*name).to_owned(), json(value))).collect(),
        }
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Int(n) => (*n).into(),
        Value::Num(n) => (*n).into(),
        Value::Text(t) => t.as_str().into(),
        Value::Bool(b) => (*b).into(),
        Value::List(l) => l.clone().into(),
    }
}
