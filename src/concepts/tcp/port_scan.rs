//! `tcp.port-scan`: Port scan.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::track::Overview;
use crate::track::census::{self, Attempts};

concept! {
/// One source that tries many ports of a host, or one port of many hosts, is mapping: SYN-ACK means open, RST
/// closed, silence filtered.
    PORT_SCAN {
        id: "tcp.port-scan",
        title: "Port scan",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.10.7"],
        filter: "tcp.flags.syn==1 && tcp.window_size<=1024",
        question: "What does a scanner learn from SYN-ACK, RST and silence?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for (source, attempts) in census::in_order(&o.census.by_source, is_scan) {
        let mut evidence = Evidence::at(attempts.begun.first)
            .about(Subject::Host(*source))
            .with("attempts", attempts.begun.count)
            .with("hosts", attempts.peers.len())
            .with("ports", attempts.ports.len())
            .with("open", attempts.answered)
            .with("closed", attempts.refused)
            .with("filtered", attempts.silent)
            .with("span_ms", attempts.begun.last.ts.ms_since(attempts.begun.first.ts))
            .inferred(0.85, "one source, many targets, most of them refused or silent")
            .weight(f64::from(attempts.begun.count));
        for frame in &attempts.frames {
            evidence = evidence.frame(*frame);
        }
        out.push(evidence);
    }
    out
}

fn is_scan(attempts: &Attempts) -> bool {
    let failed = attempts.refused + attempts.silent;
    let wide = attempts.ports.len() >= MIN_TARGETS || attempts.peers.len() >= MIN_TARGETS;
    wide && u64::from(failed) * 2 >= u64::from(attempts.begun.count)
}

/// Fewer distinct ports or hosts are ordinary trouble.
const MIN_TARGETS: u32 = 15;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} tried {} on {} in {}, {} in all: {} answered (open), {} refused (closed), {} without an answer (filtered).",
        f.client,
        distinct(e.int("ports") as u64, "port"),
        distinct(e.int("hosts") as u64, "host"),
        duration(e.num("span_ms")),
        plural(e.int("attempts") as u64, "attempt"),
        e.int("open"),
        e.int("closed"),
        e.int("filtered"),
    )
}

/// A count that stops at its bound.
fn distinct(n: u64, what: &str) -> String {
    if n < census::MAX_DISTINCT as u64 { plural(n, what) } else { format!("{n} or more {what}s") }
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "SYN-ACK open, RST closed, silence filtered: here {} open, {} closed, {} filtered.",
        e.int("open"),
        e.int("closed"),
        e.int("filtered")
    )
}
