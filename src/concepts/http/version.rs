//! `http.version`: Which HTTP, and how it was agreed.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::{App, TlsFacts};
use crate::track::{Conversation, Dir, Event};

concept! {
/// The version is agreed before the first request: by the ALPN extension inside the TLS handshake, by the client simply
/// beginning with HTTP/2 when it knows, or by an upgrade. Over QUIC it is HTTP/3. Without any of these it is HTTP/1.1.
    VERSION {
        id: "http.version",
        title: "HTTP version and how it was agreed",
        section: 6,
        severity: Info,
        rfcs: ["RFC 9110 §2.5", "RFC 9113 §3", "RFC 7301", "RFC 9114 §3"],
        filter: "http || http2 || http3",
        question: "How do a browser and a server agree on HTTP/2?",
        rule: Rule::Connection(rule),
        needs: [Application],
        detail: detail,
    }
}

/// The version, and how it was settled.
fn version(c: &Conversation) -> Option<(&'static str, &'static str)> {
    let facts = c.facts()?;
    let tls = facts.tls.as_deref();
    if tls.is_some_and(TlsFacts::has_failed) {
        return None;
    }
    Some(match (c.app(), tls.and_then(|tls| tls.alpn.as_deref())) {
        (App::Http1, _) => (facts.http_version.unwrap_or("HTTP/1"), "in clear, without negotiation"),
        (App::Http2, _) => ("HTTP/2", "in clear, by prior knowledge: the client began with the preface"),
        (App::Http3, _) => ("HTTP/3", "over QUIC, the only protocol that the client offered"),
        (App::Tls, Some("h2")) => ("HTTP/2", "by ALPN"),
        (App::Tls, Some("http/1.1")) => ("HTTP/1.1", "by ALPN"),
        (App::Tls, Some("http/1.0")) => ("HTTP/1.0", "by ALPN"),
        (App::Quic, Some("h3")) => ("HTTP/3", "by ALPN"),
        _ => return None,
    })
}

fn rule(c: &Conversation) -> Option<Evidence> {
    version(c)?;
    let tls = c.facts()?.tls.as_deref();
    let at = match (tls.and_then(|tls| tls.choice.as_ref()), c.tcp()) {
        (Some(choice), _) => choice.at,
        (None, Some(tcp)) if tcp.end(Dir::Client).data.count > 0 => tcp.end(Dir::Client).data.first,
        _ => c.first(),
    };
    let evidence = Evidence::at(at);
    Some(match c.app() {
        App::Http3 => evidence.inferred(0.95, "the server went on with a client that offered nothing but HTTP/3"),
        _ => evidence,
    })
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((version, how)) = version(c) else { return evidence };
    let tls = c.facts().and_then(|facts| facts.tls.as_deref());
    let offered = tls.map(|tls| tls.alpn_offered.clone()).filter(|list| !list.is_empty());
    evidence.with("version", version).with("how", how).maybe("offered", offered)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let offered = if e.has("offered") { format!("; offered: {}", e.list("offered")) } else { String::new() };
    format!("{} {}{offered}.", e.text("version"), e.text("how"))
}

fn answer(f: &Finding) -> String {
    format!("In the TLS handshake, by ALPN. This conversation: {}, {}.", f.first.text("version"), f.first.text("how"))
}
