//! `tls.handshake`: TLS handshake.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{At, Conversation, ms};

concept! {
/// TLS 1.3 needs one round trip before the client may send data and encrypts everything after the ServerHello; TLS
/// 1.2 needs two (one when it resumes) and shows its certificates.
    HANDSHAKE {
        id: "tls.handshake",
        title: "TLS handshake",
        section: 5,
        severity: Info,
        rfcs: ["RFC 8446 §2", "RFC 5246 §7.3"],
        filter: "tls.handshake",
        question: "Walk through the handshake: what is encrypted from where on, and how many round trips does it cost?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let hello = tls.phase("client_hello")?;
    let server = tls.phase("server_hello")?;
    let names: Vec<String> = tls
        .phases
        .iter()
        .take(14)
        .map(|p| format!("{}{}", p.phase, if p.encrypted { " (encrypted)" } else { "" }))
        .collect();
    let done = tls.application_data.iter().flatten().map(|at| at.ts).min();
    Some(
        Evidence::at(At { frame: hello.frame, ts: crate::track::Timestamp(hello.at_ns) })
            .frame(server.frame)
            .with("version", tls.version.as_ref()?.to_string())
            .with("resumed", tls.resumed.unwrap_or(false))
            .with("phases", names)
            .maybe("until_data_ms", done.map(|ts| ts.ms_since(crate::track::Timestamp(hello.at_ns))))
            .with("server_ms", ms(server.at_ns.saturating_sub(hello.at_ns))),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let resumed = if e.is("resumed") { ", resumed" } else { "" };
    let data = if e.has("until_data_ms") {
        format!("; application data after {}", duration(e.num("until_data_ms")))
    } else {
        String::new()
    };
    format!(
        "{}{resumed}: the ServerHello came {} after the ClientHello{data}. Seen: {}.",
        e.text("version"),
        duration(e.num("server_ms")),
        e.list("phases")
    )
}

fn answer(f: &Finding) -> String {
    let trips = match (f.first.text("version"), f.first.is("resumed")) {
        ("TLS 1.3", _) => "one round trip, everything after the ServerHello encrypted",
        (_, true) => "one round trip, resumed",
        _ => "two round trips, certificates in clear",
    };
    format!("{} here: {trips}.", f.first.text("version"))
}
