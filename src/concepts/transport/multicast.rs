//! `udp.multicast`: Multicast and broadcast.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Overview;

concept! {
/// One datagram can reach many hosts. TCP is a conversation of two; multicast and broadcast need datagrams, as
/// mDNS, SSDP and DHCP show on any local network.
    MULTICAST {
        id: "udp.multicast",
        title: "Multicast and broadcast",
        section: 2,
        severity: Info,
        rfcs: ["RFC 5771", "RFC 4291 §2.7"],
        filter: "ip.dst==224.0.0.0/4 || eth.dst==ff:ff:ff:ff:ff:ff",
        question: "Name something that TCP cannot do and UDP can.",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let groups: Vec<String> = o
        .census
        .multicast
        .iter()
        .map(|((addr, port), v)| format!("{addr} port {port} ({})", plural(v.packets, "packet")))
        .take(8)
        .collect();
    if groups.is_empty() {
        return Vec::new();
    }
    let packets: u64 = o.census.multicast.values().map(|v| v.packets).sum();
    vec![Evidence::at(o.census.first).with("groups", groups).with("packets", packets).times(packets)]
}

fn explain(f: &Finding) -> String {
    format!("{}: {}.", plural(f.first.int("packets") as u64, "datagram"), f.first.list("groups"))
}

fn answer(f: &Finding) -> String {
    format!("One to many: here {}.", f.first.list("groups"))
}
