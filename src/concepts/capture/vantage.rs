//! `capture.vantage`: Where the capture was taken.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::TcpFacts;
use crate::track::{Conversation, Dir, Event, ms};

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
    if !holds(tcp, client, server) {
        return None;
    }
    let evidence = Evidence::at(shake.syn_ack?).frame(shake.syn?.frame);
    Some(evidence.inferred(0.85, "the split of the handshake's round trip"))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((client, server)) = sides(c) else { return evidence };
    evidence.with("place", place(client, server)).with("client_side_ms", client).with("server_side_ms", server)
}

const CLIENT: &str = "at or near the client";
const SERVER: &str = "at or near the server";

/// Where a capture was taken that split a round trip so.
fn place(client: f64, server: f64) -> &'static str {
    match client / (client + server) {
        share if share < 0.1 => CLIENT,
        share if share > 0.9 => SERVER,
        _ => "between the two",
    }
}

/// An end that answers within this is on the same machine or the same switch, wherever the other one is: where
/// connections end in a proxy or in a virtual machine's host, both may be near.
const NEAR_MS: f64 = 0.5;

/// An end that acknowledges data sooner than the handshake let wait in the handshake: it was not as far away. What is
/// said to be near must still be the nearer one then, and what is said to be between the two must still be so.
fn holds(tcp: &TcpFacts, client: f64, server: f64) -> bool {
    let least = |shake: f64, of: Dir| least_ms(tcp, of).map_or(shake, |ms| ms.min(shake));
    let (quick_client, quick_server) = (least(client, Dir::Server), least(server, Dir::Client));
    match place(client, server) {
        CLIENT => client < NEAR_MS || quick_client <= quick_server,
        SERVER => server < NEAR_MS || quick_server <= quick_client,
        between => place(quick_client, quick_server) == between,
    }
}

/// From the capture point to the peer of `of` and back, at the quickest.
fn least_ms(tcp: &TcpFacts, of: Dir) -> Option<f64> {
    let rtt = &tcp.end(of).rtt;
    rtt.min().filter(|_| rtt.by_acks()).map(ms)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::testing::connection;
    use crate::track::{At, NS_PER_MS, Timestamp};

    /// A handshake whose SYN-ACK waited a second for the ACK, and how soon the client acknowledged data later on.
    fn told(client_ms: i64) -> bool {
        let at = |frame, ms: i64| At { frame, ts: Timestamp(ms * NS_PER_MS) };
        let waited = connection(0, |tcp| {
            let shake = &mut tcp.handshake;
            (shake.syn, shake.syn_answered) = (Some(at(1, 0)), Some(at(1, 0)));
            (shake.syn_ack, shake.ack) = (Some(at(2, 9)), Some(at(3, 1_000)));
            tcp.ends[Dir::Client.index()].rtt.sample(9 * NS_PER_MS, at(5, 1_020));
            tcp.ends[Dir::Server.index()].rtt.sample(client_ms * NS_PER_MS, at(6, 1_030));
        });
        rule(&waited).is_some()
    }

    #[test]
    fn a_client_that_acknowledges_sooner_later_on_is_not_as_far_away_as_the_handshake_says() {
        assert!(told(990));
        assert!(!told(1));
    }
}
