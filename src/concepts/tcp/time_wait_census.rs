//! `tcp.time-wait-census`: TIME_WAIT at once.

use crate::concepts::{Evidence, Finding, Rule, Severity, Subject, concept};
use crate::track::census::TimeWaits;
use crate::track::{Addr, Overview, census};

concept! {
/// Each TIME-WAIT pins one local port towards one destination. With some 28,000 ephemeral ports on Linux and 60 s
/// each, a client that opens more than about 470 connections a second to one destination runs out.
    TIME_WAIT_CENSUS {
        id: "tcp.time-wait-census",
        title: "TIME_WAIT at once",
        section: 3,
        severity: Note,
        rfcs: ["RFC 9293 §3.6.1"],
        filter: "tcp.flags.fin==1",
        question: "When does TIME_WAIT become a problem?",
        rule: Rule::Capture(rule),
        overall: overall,
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let of = |(host, waits): (&Addr, &TimeWaits)| {
        let severity = if waits.peak >= MANY { Severity::Warn } else { Severity::Note };
        let evidence = Evidence::at(waits.peak_at).about(Subject::Host(*host));
        evidence.severity(severity).weight(f64::from(waits.peak))
    };
    let hosts = census::in_order(&o.census.time_waits, |waits| waits.peak >= 2 && waits.top_peer.is_some());
    hosts.into_iter().map(of).collect()
}

fn overall(o: &Overview<'_>, evidence: Evidence) -> Evidence {
    let Some(Subject::Host(host)) = evidence.subject else { return evidence };
    let Some(waits) = o.census.time_waits.get(&host) else { return evidence };
    evidence
        .with("peak", waits.peak)
        .with("entered", waits.entered.count)
        .maybe("peer", waits.top_peer.map(|(peer, port, _)| format!("{peer}:{port}")))
        .maybe("to_peer", waits.top_peer.map(|(_, _, to_peer)| to_peer))
}

/// A quarter of Linux's default ephemeral range (32768 to 60999).
const MANY: u32 = 7_000;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} held up to {} connections in TIME_WAIT at once, {} of them for {}.",
        f.client,
        e.int("peak"),
        e.int("to_peer"),
        e.text("peer")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "When they near the ephemeral range towards one destination: here {} at once of about 28,000.",
        f.first.int("peak")
    )
}
