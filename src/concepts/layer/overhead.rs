//! `layer.overhead`: Header bytes against payload.

use crate::concepts::text::{bytes, percent};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Overview;

concept! {
/// Each layer adds its header. Large segments hide the cost, small writes do not: a one-byte write costs 66 bytes
/// and more on Ethernet with IPv4, TCP and timestamps.
    OVERHEAD {
        id: "layer.overhead",
        title: "Header bytes against payload",
        section: 1,
        severity: Info,
        rfcs: [],
        filter: "frame.len",
        question: "How many of the bytes on the wire are what the application sent?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let v = &o.census.overhead;
    let total = v.link + v.ip + v.transport + v.payload;
    if total == 0 {
        return Vec::new();
    }
    vec![
        Evidence::at(o.census.first)
            .with("link_bytes", v.link)
            .with("ip_bytes", v.ip)
            .with("transport_bytes", v.transport)
            .with("payload_bytes", v.payload)
            .with("payload_share", v.payload as f64 / total as f64),
    ]
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} of the bytes are payload; link {}, IP {}, transport {}.",
        percent(e.num("payload_share")),
        bytes(e.int("link_bytes") as u64),
        bytes(e.int("ip_bytes") as u64),
        bytes(e.int("transport_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!("{} here; the rest is headers.", percent(f.first.num("payload_share")))
}
