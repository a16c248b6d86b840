//! `tls.handshake`: TLS handshake.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::tls::TlsPhase;
use crate::track::{At, Conversation, Event, Timestamp, ms};

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
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let hello = tls.phase("client_hello")?;
    let server = tls.phase("server_hello")?;
    tls.version.as_ref()?;
    Some(Evidence::at(At { frame: hello.frame, ts: Timestamp(hello.at_ns) }).frame(server.frame))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let name = |phase: &TlsPhase| format!("{}{}", phase.phase, if phase.encrypted { " (encrypted)" } else { "" });
    let names: Vec<String> = tls.phases.iter().take(14).map(name).collect();
    let (began, answered) = (evidence.at.ts, tls.phase("server_hello").map(|phase| phase.at_ns));
    let done = tls.application_data.iter().flatten().map(|at| at.ts).min();
    evidence
        .maybe("version", tls.version.as_ref().map(ToString::to_string))
        .with("resumed", tls.resumed.unwrap_or(false))
        .with("again", ["hello_retry_request", "hello_verify_request"].iter().any(|name| tls.phase(name).is_some()))
        .with("phases", names)
        .maybe("until_data_ms", done.map(|ts| ts.ms_since(began)))
        .maybe("server_ms", answered.map(|ns| ms(ns.saturating_sub(began.0))))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let resumed = match e.text("version").ends_with("1.3") {
        _ if !e.is("resumed") => "",
        // RFC 8446 §2.2: an earlier session's key and one agreed beforehand look the same.
        true => ", with a pre-shared key",
        false => ", resumed",
    };
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
    let version = f.first.text("version");
    // RFC 8446 §2.1 and RFC 6347 §4.2.1: a second ClientHello costs a round trip more.
    let trips = match (version.ends_with("1.3"), f.first.is("resumed"), f.first.is("again")) {
        (true, _, false) => "one round trip, everything after the ServerHello encrypted",
        (true, _, true) => "two round trips, as the server asked for a second ClientHello",
        (false, true, false) => "one round trip, resumed",
        (false, true, true) => "two round trips, resumed, one for a second ClientHello",
        (false, false, false) => "two round trips, what the server shows of itself in clear",
        (false, false, true) => "three round trips, one for a second ClientHello",
    };
    format!("{version} here: {trips}.")
}
