//! `tls.certificate-visible`: Certificates in clear.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{At, Conversation, Event};

concept! {
/// Up to TLS 1.2 the server's chain travels in clear: the site, its owner, its issuer, its dates and its key.
    CERTIFICATE_VISIBLE {
        id: "tls.certificate-visible",
        title: "Certificates in clear",
        section: 5,
        severity: Note,
        rfcs: ["RFC 5246 §7.4.2"],
        filter: "tls.handshake.certificate",
        question: "What does an observer learn from a TLS 1.2 handshake that TLS 1.3 hides?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    tls.certificates.first().filter(|_| !tls.is_13())?;
    let phase = tls.phase("certificate")?;
    Some(Evidence::at(At { frame: phase.frame, ts: crate::track::Timestamp(phase.at_ns) }))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let Some(leaf) = tls.certificates.first() else { return evidence };
    evidence
        .with("subject", leaf.subject.clone())
        .with("issuer", leaf.issuer.clone())
        .with("names", leaf.names.iter().take(MAX_NAMES).cloned().collect::<Vec<_>>())
        .with("more_names", leaf.names.len().saturating_sub(MAX_NAMES))
        .with("key", leaf.key.to_string())
        .with("signature", leaf.signature.to_string())
        .with("certificates", tls.certificates.len())
}

/// Names that a sentence lists; the others are counted, and are in the report of the conversation.
const MAX_NAMES: usize = 8;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let subject = if e.text("subject").is_empty() { "one without a subject" } else { e.text("subject") };
    let names = match (e.list("names"), e.int("more_names")) {
        (names, _) if names.is_empty() => "no alternative names".to_owned(),
        (names, 0) => format!("names {names}"),
        (names, more) => format!("names {names} and {more} more"),
    };
    format!(
        "{} in clear: {subject} by {}, key {}, {names}.",
        plural(e.int("certificates") as u64, "certificate"),
        e.text("issuer"),
        e.text("key"),
    )
}

fn answer(f: &Finding) -> String {
    format!("The certificates: here {}.", f.first.text("subject"))
}
