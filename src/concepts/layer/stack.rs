//! `layer.stack`: Protocol stacks.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Overview;

concept! {
/// Every packet is a stack: link, internet, transport, application. The tree of stacks in a capture is the OSI
/// model as it is really used, with layers 5 and 6 missing.
    STACK {
        id: "layer.stack",
        title: "Protocol stacks",
        section: 1,
        severity: Info,
        rfcs: ["RFC 1122 §1.1.3"],
        filter: "frame.protocols",
        question: "How does the OSI model map to what is on this wire?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let mut stacks: Vec<_> = o.census.stacks.iter().collect();
    stacks.sort_by_key(|(layers, v)| (std::cmp::Reverse(v.packets), &layers[..]));
    if stacks.is_empty() {
        return Vec::new();
    }
    let text = |(layers, v): &(&crate::decode::Layers, &crate::track::census::Volume)| {
        let names: Vec<&str> = layers.iter().map(|l: &crate::decode::Layer| l.name()).collect();
        format!("{} {}×", names.join(":"), v.packets)
    };
    vec![
        Evidence::at(o.census.first)
            .with("stacks", stacks.iter().take(8).map(text).collect::<Vec<_>>())
            .with("kinds", stacks.len()),
    ]
}

fn explain(f: &Finding) -> String {
    format!("{} in all: {}.", plural(f.first.int("kinds") as u64, "stack"), f.first.list("stacks"))
}

fn answer(f: &Finding) -> String {
    format!("Link, internet, transport, application: {}.", f.first.list("stacks"))
}
