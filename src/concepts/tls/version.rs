//! `tls.version`: TLS version.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event};

concept! {
/// Old middleboxes dropped hellos with an unknown version, so TLS 1.3 hides in an extension (supported_versions)
/// and leaves the old field at 1.2.
    VERSION {
        id: "tls.version",
        title: "TLS version",
        section: 5,
        severity: Info,
        rfcs: ["RFC 8446 §4.2.1"],
        filter: "tls.handshake.version",
        question: "Why does a TLS 1.3 ClientHello say 1.2 in its version field?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    tls.version.as_ref()?;
    Some(Evidence::at(tls.offer.as_deref()?.at))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let (Some(version), Some(offer)) = (&tls.version, &tls.offer) else { return evidence };
    let offered: Vec<String> = tls.offered_versions.iter().map(ToString::to_string).collect();
    evidence
        .with("chosen", version.to_string())
        .with("offered", offered)
        .with("legacy", offer.legacy_version.name().to_string())
}

fn explain(f: &Finding) -> String {
    format!(
        "Offered {}; chosen {}; the old version field says {}.",
        f.first.list("offered"),
        f.first.text("chosen"),
        f.first.text("legacy")
    )
}

fn answer(f: &Finding) -> String {
    format!("For old middleboxes: the field says {}, the choice is {}.", f.first.text("legacy"), f.first.text("chosen"))
}
