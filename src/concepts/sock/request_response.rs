//! `sock.request-response`: Think times.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, ms};

concept! {
/// Between the last byte of a request and the first byte of the response lies one round trip (from this capture
/// point) and the server's thinking. Compare it with the handshake's round trip: what exceeds it is the
/// application.
    REQUEST_RESPONSE {
        id: "sock.request-response",
        title: "Think times",
        section: 12,
        severity: Info,
        rfcs: [],
        filter: "tcp.time_delta",
        question: "The user waits a second. Is it the network or the server?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let x = &tcp.exchanges;
    if x.count == 0 {
        return None;
    }
    Some(
        Evidence::at(x.server_think.max_at)
            .frame(x.server_think.max_from.frame)
            .with("exchanges", x.count)
            .with("server_mean_ms", x.server_think.mean_ms())
            .with("server_max_ms", ms(x.server_think.max_ns))
            .with("client_mean_ms", x.client_think.mean_ms())
            .maybe("rtt_ms", tcp.handshake.rtt_ms())
            .weight(ms(x.server_think.max_ns)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{}: from request to response {} on average, {} at most (round trip included); the client took {} between.",
        plural(e.int("exchanges") as u64, "exchange"),
        duration(e.num("server_mean_ms")),
        duration(e.num("server_max_ms")),
        duration(e.num("client_mean_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Compare {} from request to response with the round trip of {}.",
        duration(f.first.num("server_mean_ms")),
        duration(f.first.num("rtt_ms"))
    )
}
