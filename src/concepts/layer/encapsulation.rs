//! `layer.encapsulation`: Packets inside packets.

use std::collections::{BTreeMap, BTreeSet};

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::{Layer, Tunnel};
use crate::track::Overview;
use crate::track::census::TunnelUse;

concept! {
/// A VLAN tag costs 4 bytes, MPLS 4 a label, PPPoE 8, GRE 24 and more with IPv4, VXLAN and Geneve 50 and more. If
/// the MTU of the path is not raised by that much, large inner packets are fragmented or lost.
    ENCAPSULATION {
        id: "layer.encapsulation",
        title: "Packets inside packets",
        section: 1,
        severity: Note,
        rfcs: ["RFC 2784", "RFC 7348", "RFC 8926", "RFC 3032"],
        filter: "vlan || gre || vxlan || geneve || gtp || mpls",
        question: "What does a tunnel cost, and where does it show?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let (mut names, mut costs) = (BTreeSet::new(), BTreeMap::new());
    for (layers, depth) in o.census.stacks.depths() {
        let kinds: Vec<&str> = (0..layers.len()).filter_map(|i| outer_name(layers, i)).collect();
        names.extend(kinds.iter().copied());
        if let Some(cost) = cost(layers, depth).filter(|_| !kinds.is_empty()) {
            let most = costs.entry(kinds.join(" + ")).or_insert(cost);
            *most = cost.max(*most);
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let ids: Vec<String> = o.census.tunnels.iter().take(8).map(describe).collect();
    let first = o.census.tunnels.first().map_or(o.census.first, |t| t.first);
    let inside = |layers: &[Layer]| (0..layers.len()).any(|i| outer_name(layers, i).is_some());
    let packets: u64 =
        o.census.stacks.iter().filter(|(stack, _)| inside(stack)).map(|(_, volume)| volume.packets).sum();
    let costs: Vec<String> = costs.into_iter().map(|(kinds, bytes)| format!("{kinds} {bytes} bytes")).collect();
    vec![
        Evidence::at(first)
            .with("kinds", names)
            .with("tunnels", ids)
            .with("costs", costs)
            .with("packets", packets)
            .times(packets.max(1)),
    ]
}

/// Bytes between the link's own header and the innermost IP header; `None` where the link's length is not fixed.
fn cost(layers: &[Layer], depth: u32) -> Option<u32> {
    let link = match layers.first()? {
        Layer::Ethernet => 14,
        Layer::LinuxSll => 16,
        Layer::LinuxSll2 => 20,
        Layer::Null => 4,
        Layer::RawIp => 0,
        _ => return None,
    };
    depth.checked_sub(link).filter(|cost| *cost > 0)
}

/// The name of an encapsulation at place `i` of a stack; IP counts when another IP header follows.
fn outer_name(layers: &[Layer], i: usize) -> Option<&'static str> {
    let inner_ip =
        layers.get(i + 1..).is_some_and(|rest| rest.first().is_some_and(|l| matches!(l, Layer::Ipv4 | Layer::Ipv6)));
    match layers.get(i)? {
        Layer::Vlan => Some("VLAN"),
        Layer::QinQ => Some("QinQ"),
        Layer::Mpls => Some("MPLS"),
        Layer::Pppoe => Some("PPPoE"),
        Layer::Gre => Some("GRE"),
        Layer::Erspan => Some("ERSPAN"),
        Layer::Vxlan => Some("VXLAN"),
        Layer::Geneve => Some("Geneve"),
        Layer::Gtp => Some("GTP-U"),
        Layer::Teredo => Some("Teredo"),
        Layer::L2tp => Some("L2TP"),
        Layer::EtherIp => Some("Ethernet in IP"),
        Layer::Ipv4 | Layer::Ipv6 if inner_ip => Some("IP in IP"),
        _ => None,
    }
}

fn describe(tunnel: &TunnelUse) -> String {
    match (tunnel.vlan, tunnel.tunnel) {
        (0, Some(t)) => format!("{} between {} and {}", tunnel_name(t), t.ends[0], t.ends[1]),
        (vlan, None) if vlan > 0xfff => format!("VLAN {} in {}", vlan & 0xfff, vlan >> 12),
        (vlan, None) => format!("VLAN {vlan}"),
        (vlan, Some(t)) => format!("{} in VLAN {}", tunnel_name(t), vlan & 0xfff),
    }
}

/// Kind and number; some kinds have none, or a different one in each direction.
fn tunnel_name(tunnel: Tunnel) -> String {
    match tunnel.id {
        0 => tunnel.kind.name().to_owned(),
        id => format!("{} {id}", tunnel.kind.name()),
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let tunnels = if e.list("tunnels").is_empty() { String::new() } else { format!(": {}", e.list("tunnels")) };
    let costs = if e.list("costs").is_empty() { String::new() } else { format!("; it costs: {}", e.list("costs")) };
    format!("{}{tunnels}{costs}.", e.list("kinds"))
}

fn answer(f: &Finding) -> String {
    let costs = f.first.list("costs");
    let costs = if costs.is_empty() { f.first.list("kinds") } else { costs };
    format!("Header bytes in every packet, and so a smaller MTU inside: here {costs}.")
}
