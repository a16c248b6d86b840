//! `sock.request-response`: Think times.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::TcpFacts;
use crate::track::{Conversation, Dir, Event, ms};

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
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let x = &tcp.exchanges;
    if x.count == 0 {
        return None;
    }
    let think = &x.server_think;
    Some(Evidence::at(think.max_at).frame(think.max_from.frame).weight(ms(think.max_ns)))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tcp) = c.tcp() else { return evidence };
    let x = &tcp.exchanges;
    evidence
        .with("exchanges", x.count)
        .with("server_mean_ms", x.server_think.mean_ms())
        .with("server_max_ms", ms(x.server_think.max_ns))
        .with("client_mean_ms", x.client_think.mean_ms())
        .maybe("rtt_ms", tcp.handshake.rtt_ms())
        .maybe("network_ms", network_ms(tcp))
}

/// From the capture point to the server and back, in milliseconds: the handshake's time, or less where the client's data
/// were acknowledged sooner or answered sooner on average, as a SYN may wait for a route, a radio or a listener.
fn network_ms(tcp: &TcpFacts) -> Option<f64> {
    let data = tcp.end(Dir::Client).rtt.min().map_or(f64::INFINITY, ms);
    Some(tcp.handshake.server_side_ms()?.min(data).min(tcp.exchanges.server_think.mean_ms()))
}

/// Of the mean time to a response, what the network between capture point and server does not explain, in milliseconds.
fn server_share_ms(f: &Finding) -> Option<f64> {
    f.first.has("network_ms").then(|| (f.first.num("server_mean_ms") - f.first.num("network_ms")).max(0.0))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let split = server_share_ms(f).map_or_else(String::new, |server| {
        let network = duration(e.num("network_ms"));
        format!(": {network} for the way from here to the server and back, {} in the server", duration(server))
    });
    format!(
        "{}: from request to response {} on average{split}; {} at most. The client took {} before it went on.",
        plural(e.int("exchanges") as u64, "exchange"),
        duration(e.num("server_mean_ms")),
        duration(e.num("server_max_ms")),
        duration(e.num("client_mean_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let mean = duration(f.first.num("server_mean_ms"));
    match server_share_ms(f) {
        Some(server) => {
            let network = f.first.num("network_ms");
            let who = if server > network { "mostly the server" } else { "mostly the network" };
            format!(
                "Of {mean} from request to response {} are the round trip, as the handshake shows, and {} the server: {who}.",
                duration(network),
                duration(server)
            )
        }
        None => {
            format!("Compare {mean} from request to response with the round trip, which this capture does not show.")
        }
    }
}
