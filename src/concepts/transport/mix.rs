//! `transport.mix`: Transports in use.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Overview, Proto};

concept! {
/// The mix of transports tells what kind of network this is: mostly TCP for bulk and transactions, UDP for DNS,
/// media and QUIC.
    MIX {
        id: "transport.mix",
        title: "Transports in use",
        section: 2,
        severity: Info,
        rfcs: [],
        filter: "tcp || udp",
        question: "What share of this traffic is UDP, and what for?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let total: u64 = o.census.transports.iter().map(|(_, v)| v.bytes).sum();
    if total == 0 {
        return Vec::new();
    }
    let mut mix: Vec<_> = o.census.transports.iter().collect();
    mix.sort_by_key(|(proto, v)| (std::cmp::Reverse(v.bytes), *proto));
    let text = |(proto, v): &&(Proto, crate::track::census::Volume)| {
        let share = v.bytes as f64 * 100.0 / total as f64;
        format!("{} {share:.1} % ({})", proto.name(), plural(v.packets, "packet"))
    };
    vec![Evidence::at(o.census.first).with("mix", mix.iter().take(8).map(text).collect::<Vec<_>>())]
}

fn explain(f: &Finding) -> String {
    format!("By bytes: {}.", f.first.list("mix"))
}

fn answer(f: &Finding) -> String {
    format!("{}.", f.first.list("mix"))
}
