//! `tls.fingerprint`: TLS fingerprints.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event};

concept! {
/// The order of suites and extensions in a hello is typical of the software. JA3 and JA4 hash it for the client,
/// JA3S for the server.
    FINGERPRINT {
        id: "tls.fingerprint",
        title: "TLS fingerprints",
        section: 5,
        severity: Info,
        rfcs: [],
        filter: "tls.handshake.ja3",
        question: "How can a server tell a browser from a script inside TLS?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    Some(Evidence::at(tls.offer.as_deref()?.at))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let (ja3, ja4) = tls.fingerprints();
    evidence.maybe("ja3", ja3).maybe("ja3s", tls.ja3s.clone()).maybe("ja4", ja4)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let known = [("JA4", e.text("ja4")), ("JA3", e.text("ja3")), ("JA3S", e.text("ja3s"))];
    let named: Vec<String> =
        known.iter().filter(|k| !k.1.is_empty()).map(|(name, is)| format!("{name} {is}")).collect();
    format!("{}.", named.join(", "))
}

fn answer(f: &Finding) -> String {
    format!("By the shape of the hello: JA4 {} here.", f.first.text("ja4"))
}
