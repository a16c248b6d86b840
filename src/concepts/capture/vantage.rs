//! `capture.vantage`: Where the capture was taken.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, Event};

concept! {
/// The handshake splits the round trip at the capture point: a SYN-ACK answered within microseconds was captured at
/// the client, a SYN answered at once at the server, and anything else in between.
    VANTAGE {
        id: "capture.vantage",
        title: "Where the capture was taken",
        section: 0,
        severity: Note,
        rfcs: [],
        filter: "tcp.analysis.initial_rtt",
        question: "How can a trace tell at which end it was taken?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
        detail: detail,
    }
}

/// The handshake's time on the client's and on the server's side of the capture point.
fn sides(c: &Conversation) -> Option<(f64, f64)> {
    let shake = &c.tcp()?.handshake;
    shake.client_side_ms().zip(shake.server_side_ms())
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let shake = &tcp.handshake;
    let (client, server) = sides(c)?;
    let total = client + server;
    if total < 0.5 || tcp.end(Dir::Client).syns.count > 1 || tcp.end(Dir::Server).syns.count > 1 {
        return None;
    }
    let evidence = Evidence::at(shake.syn_ack?).frame(shake.syn?.frame);
    Some(evidence.inferred(0.85, "the split of the handshake's round trip"))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((client, server)) = sides(c) else { return evidence };
    let place = match client / (client + server) {
        share if share < 0.1 => "at or near the client",
        share if share > 0.9 => "at or near the server",
        _ => "between the two",
    };
    evidence.with("place", place).with("client_side_ms", client).with("server_side_ms", server)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "Taken {}: {} to the client and back, {} to the server and back.",
        e.text("place"),
        duration(e.num("client_side_ms")),
        duration(e.num("server_side_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!("By the split of the handshake: this one was taken {}.", f.first.text("place"))
}
