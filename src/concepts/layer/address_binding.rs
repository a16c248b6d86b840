//! `layer.address-binding`: Which MAC has which address.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Severity, Subject, concept};
use crate::track::Overview;

concept! {
/// ARP (and neighbour discovery in IPv6) ties an address to a MAC. Two MACs that claim one address are a conflict,
/// a takeover by a standby, or an attack.
    ADDRESS_BINDING {
        id: "layer.address-binding",
        title: "Which MAC has which address",
        section: 1,
        severity: Info,
        rfcs: ["RFC 826", "RFC 5227", "RFC 4861"],
        filter: "arp",
        question: "Two hosts claim one IP address. How does it look?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for (ip, binding) in &o.census.bindings {
        let Some((_, first)) = binding.macs.first() else { continue };
        let macs: Vec<String> = binding.macs.iter().map(|(mac, _)| mac_text(mac)).collect();
        let conflict = macs.len() > 1;
        let mut evidence = Evidence::at(*first).about(Subject::Host(*ip));
        for (_, at) in &binding.macs {
            evidence = evidence.frame(at.frame);
        }
        out.push(
            evidence
                .with("macs", macs)
                .with("gratuitous", binding.gratuitous.count)
                .with("conflict", conflict)
                .severity(if conflict { Severity::Warn } else { Severity::Info }),
        );
    }
    out
}

fn mac_text(mac: &[u8; 6]) -> String {
    mac.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":")
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let what = if e.is("conflict") { "is claimed by several MACs" } else { "is at" };
    let unasked = match e.int("gratuitous") {
        0 => String::new(),
        n => format!("; announced unasked {}", plural(n as u64, "time")),
    };
    format!("{} {what} {}{unasked}.", f.client, e.list("macs"))
}

fn answer(f: &Finding) -> String {
    format!("Two ARP claims with different MACs. Here {}: {}.", f.client, f.first.list("macs"))
}
