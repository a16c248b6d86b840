//! `mtu.fragments`: IP fragments.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::Overview;

concept! {
/// A packet larger than a link's MTU goes on in pieces: in IPv4 any router may cut it, in IPv6 only the sender. One
/// lost piece costs the whole packet. Pieces that split the transport header or overlap get past filters.
    FRAGMENTS {
        id: "mtu.fragments",
        title: "IP fragments",
        section: 13,
        severity: Warn,
        rfcs: ["RFC 791 §3.2", "RFC 8200 §4.5", "RFC 8900", "RFC 1858", "RFC 5722"],
        filter: "ip.flags.mf == 1 || ip.frag_offset > 0 || ipv6.fraghdr",
        question: "What does it cost when a datagram is fragmented, and why do firewalls distrust fragments?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let seen = &o.census.fragments;
    if seen.fragments.count == 0 {
        return Vec::new();
    }
    let odd = [seen.incomplete, seen.tiny, seen.overlapping];
    let mut evidence = Evidence::at(seen.fragments.first)
        .with("fragments", seen.fragments.count)
        .with("reassembled", seen.reassembled)
        .with("incomplete", seen.incomplete.count)
        .with("tiny", seen.tiny.count)
        .with("overlapping", seen.overlapping.count)
        .times(seen.fragments.count);
    for tally in odd {
        evidence = evidence.frame(tally.first.frame);
    }
    if odd.iter().all(|tally| tally.count == 0) {
        evidence = evidence.frame(seen.fragments.last.frame).severity(Severity::Note);
    }
    vec![evidence]
}

fn explain(f: &Finding) -> String {
    let count = |name| f.first.int(name) as u64;
    let mut text = format!(
        "{}, from which {} put together",
        plural(count("fragments"), "fragment"),
        plural(count("reassembled"), "packet")
    );
    for (name, what) in [
        ("incomplete", ["packet", " with a piece missing from the capture"]),
        ("tiny", ["fragment", " with a part of the transport header"]),
        ("overlapping", ["overlapping fragment", ""]),
    ] {
        if count(name) > 0 {
            text += &format!("; {}{}", plural(count(name), what[0]), what[1]);
        }
    }
    text + "."
}

fn answer(f: &Finding) -> String {
    format!(
        "One lost piece loses the whole packet ({} incomplete here), and only the first piece has ports for a filter to see.",
        f.first.int("incomplete")
    )
}
