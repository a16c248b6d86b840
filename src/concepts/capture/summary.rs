//! `capture.summary`: What was captured.

use crate::concepts::text::{bytes, duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Overview;

concept! {
/// Where it was taken, how long it lasted, how much of each packet was kept and on which link type. Every later
/// statement stands on these.
    SUMMARY {
        id: "capture.summary",
        title: "What was captured",
        section: 0,
        severity: Info,
        rfcs: [],
        filter: "frame",
        question: "Before you read a trace: what do you ask about it first?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let census = o.census;
    if census.total.packets == 0 {
        return Vec::new();
    }
    let interfaces: Vec<String> = o.info.interfaces.iter().filter_map(|i| i.name.clone()).take(8).collect();
    let comments: Vec<String> = o.info.comments.iter().map(|c| c.text.clone()).take(4).collect();
    vec![
        Evidence::at(census.first)
            .frame(census.last.frame)
            .with("packets", census.total.packets)
            .with("bytes", census.total.bytes)
            .with("duration_ms", census.last.ts.ms_since(census.first.ts))
            .with("links", o.info.link_types().into_iter().map(|l| l.name()).collect::<Vec<_>>())
            .maybe("snaplen", o.info.snaplen())
            .with("interfaces", interfaces)
            .with("comments", comments),
    ]
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let interfaces =
        if e.list("interfaces").is_empty() { String::new() } else { format!(" on {}", e.list("interfaces")) };
    let comments =
        if e.list("comments").is_empty() { String::new() } else { format!(" Comment: {}.", e.list("comments")) };
    let over = match e.num("duration_ms") {
        ms if ms > 0.0 => format!(", over {}", duration(ms)),
        _ => String::new(),
    };
    format!(
        "{}, {}{over}; {}{interfaces}.{comments}",
        plural(e.int("packets") as u64, "packet"),
        bytes(e.int("bytes") as u64),
        e.list("links")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Link type, snapshot length, duration, vantage point: here {} over {}.",
        f.first.list("links"),
        duration(f.first.num("duration_ms"))
    )
}
