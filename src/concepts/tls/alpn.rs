//! `tls.alpn`: Application protocol (ALPN).

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event};

concept! {
/// The client lists what it speaks in its hello, the server picks one: no extra round trip. In TLS 1.3 the choice
/// is encrypted.
    ALPN {
        id: "tls.alpn",
        title: "Application protocol (ALPN)",
        section: 5,
        severity: Info,
        rfcs: ["RFC 7301"],
        filter: "tls.handshake.extensions_alpn_str",
        question: "How do client and server agree on HTTP/2?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let offer = tls.offer.as_deref().filter(|_| !tls.alpn_offered.is_empty())?;
    Some(Evidence::at(offer.at))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    // RFC 7301 §3.1: the choice is in the ServerHello, in TLS 1.3 (RFC 8446 §4.3.1) in an encrypted message after it.
    let answered = tls.choice.as_ref().filter(|choice| !choice.retry);
    let without = match answered.map(|choice| choice.version) {
        None => "no ServerHello is in this capture",
        Some(version) if version.is_13() => "the choice is encrypted",
        Some(_) => "the server chose none",
    };
    evidence.with("offered", tls.alpn_offered.clone()).maybe("chosen", tls.alpn.clone()).with("without", without)
}

fn explain(f: &Finding) -> String {
    let chosen = if f.first.has("chosen") {
        format!("chosen {}", f.first.text("chosen"))
    } else {
        f.first.text("without").to_owned()
    };
    format!("Offered {}; {chosen}.", f.first.list("offered"))
}

fn answer(f: &Finding) -> String {
    format!("By ALPN in the hellos: {} offered here.", f.first.list("offered"))
}
