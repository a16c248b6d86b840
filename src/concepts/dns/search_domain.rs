//! `dns.search-domain`: Search list walked in vain.

use super::{evidence, exchange};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Event, Kind, NS_PER_MS, ms};

concept! {
/// A name with fewer dots than `ndots` is tried with each suffix of the search list before it is tried as it is. In
/// Kubernetes `ndots` is 5, so that one lookup of an outside name becomes eight queries.
    SEARCH_DOMAIN {
        id: "dns.search-domain",
        title: "Search list walked in vain",
        section: 7,
        severity: Warn,
        rfcs: ["RFC 1123 §6.1.4.3", "RFC 1535"],
        filter: "dns.flags.rcode==3",
        question: "Why does one lookup make eight queries, and how do you stop it?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    let first = x.suffixes.first()?.asked;
    let lost = x.first().ts.since(first.ts);
    let evidence = x.suffixes.iter().fold(evidence(x), |evidence, tried| evidence.frame(tried.asked.frame));
    let suffixes: Vec<String> = x.suffixes.iter().map(|tried| tried.suffix.to_string()).collect();
    Some(
        evidence
            .with("suffixes", suffixes)
            .with("wasted_queries", x.suffixes.len())
            .with("lost_ms", ms(lost))
            .severity(if lost < SLIGHT_NS { Severity::Note } else { Severity::Warn })
            .weight(ms(lost)),
    )
}

/// Nobody waits for so little: 5 ms, from a resolver near by.
const SLIGHT_NS: i64 = 5 * NS_PER_MS;

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let names = match e.int("wasted_queries") {
        1 => "the suffix",
        _ => "each of the suffixes",
    };
    format!(
        "Before {} {} the client tried it with {names} {}; no such name exists, {} lost.",
        e.text("type"),
        e.text("name"),
        e.list("suffixes"),
        duration(e.num("lost_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "The search list ({}). A dot at the end, \"{}.\", or a lower ndots stops it; here it cost {}.",
        e.list("suffixes"),
        e.text("name"),
        duration(e.num("lost_ms"))
    )
}
