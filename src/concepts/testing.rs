//! Hand-made findings for tests of what is said of them.

use super::{Concept, Evidence, Finding, Subject};

/// What `evidence` alone makes of `concept`.
pub fn finding(concept: &'static Concept, evidence: Evidence) -> Finding {
    Finding {
        concept,
        subject: evidence.subject.unwrap_or(Subject::Capture),
        about: Subject::Capture,
        ends: None,
        client: String::new(),
        server: String::new(),
        count: evidence.count,
        severity: concept.severity_of(&evidence),
        first: evidence.clone().into(),
        worst: evidence.into(),
        folded_subjects: 0,
    }
}
