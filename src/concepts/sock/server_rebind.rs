//! `sock.server-rebind`: Listener back within TIME_WAIT.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::track::Overview;

concept! {
/// A server that closes first leaves TIME-WAIT on its own port. Without SO_REUSEADDR a restarted server cannot bind
/// that port for a minute.
    SERVER_REBIND {
        id: "sock.server-rebind",
        title: "Listener back within TIME_WAIT",
        section: 12,
        severity: Note,
        rfcs: ["RFC 9293 §3.6.1"],
        filter: "tcp.flags.syn==1",
        question: "Why do servers set SO_REUSEADDR?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let evidence = |r: &crate::track::census::Rebind| {
        Evidence::at(r.back)
            .frame(r.away.frame)
            .frame(r.time_wait_from.frame)
            .about(Subject::Host(r.server.0))
            .with("port", r.server.1)
            .with("away_ms", r.back.ts.ms_since(r.away.ts))
            .with("after_ms", r.back.ts.ms_since(r.time_wait_from.ts))
            .inferred(0.8, "refused, then accepting again while TIME_WAIT runs on its side")
    };
    o.census.rebinds.iter().map(evidence).collect()
}

fn explain(f: &Finding) -> String {
    format!(
        "Port {} refused a SYN and accepted again {} later, {} after a connection there entered TIME_WAIT: it was rebound with SO_REUSEADDR.",
        f.first.int("port"),
        duration(f.first.num("away_ms")),
        duration(f.first.num("after_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "To bind while TIME_WAIT runs: here port {} was back after {}.",
        f.first.int("port"),
        duration(f.first.num("after_ms"))
    )
}
