//! `tcp.syn-flood`: SYN flood.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::track::Overview;
use crate::track::census::{self, Arrivals};

concept! {
/// In a flood, SYNs come from many sources (often forged), the server answers, and the handshakes are never
/// finished. In a crowd they are. The backlog of half-open connections fills; SYN cookies are the defence.
    SYN_FLOOD {
        id: "tcp.syn-flood",
        title: "SYN flood",
        section: 3,
        severity: Bad,
        rfcs: ["RFC 4987"],
        filter: "tcp.flags.syn==1 && tcp.flags.ack==0",
        question: "How do you tell a SYN flood from a popular service?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for (service, attempts) in census::in_order(&o.census.by_service, is_flood) {
        let unfinished = attempts.unfinished();
        let span_ms = attempts.begun.last.ts.ms_since(attempts.begun.first.ts);
        let mut evidence = Evidence::at(attempts.begun.first)
            .about(Subject::Host(service.0))
            .with("port", service.1)
            .with("syns", attempts.begun.count)
            .with("unfinished", unfinished)
            .with("sources", attempts.peers.len())
            .with("span_ms", span_ms)
            .inferred(0.85, "many sources, one target, nearly no handshake completed")
            .weight(f64::from(unfinished));
        for frame in &attempts.frames {
            evidence = evidence.frame(*frame);
        }
        out.push(evidence);
    }
    out
}

fn is_flood(attempts: &Arrivals) -> bool {
    let unfinished = attempts.unfinished();
    unfinished >= MIN_UNFINISHED
        && u64::from(unfinished) * 10 >= u64::from(attempts.begun.count) * 9
        && attempts.peers.len() >= 20
}

/// Fewer unfinished handshakes are no flood.
const MIN_UNFINISHED: u32 = 100;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} connection attempts to port {} from {} sources or more in {}; {} were never completed.",
        e.int("syns"),
        e.int("port"),
        e.int("sources"),
        duration(e.num("span_ms")),
        e.int("unfinished")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "By the handshakes: {} of {} were never completed here, from {} sources.",
        f.first.int("unfinished"),
        f.first.int("syns"),
        f.first.int("sources")
    )
}
