//! `layer.encapsulation`: Packets inside packets.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Overview;

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
    let mut out = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for layers in o.census.stacks.keys() {
        for (i, layer) in layers.iter().enumerate() {
            if let Some(name) = outer_name(layers, i) {
                seen.insert((name, *layer));
            }
        }
    }
    if seen.is_empty() {
        return out;
    }
    let names: Vec<String> = seen.into_iter().map(|(name, _)| name.to_owned()).collect();
    let ids: Vec<String> = o.census.tunnels.iter().take(8).map(describe).collect();
    let first = o.census.tunnels.first().map_or(o.census.first, |t| t.first);
    let packets: u64 = o.census.tunnels.iter().map(|t| t.volume.packets).sum();
    out.push(
        Evidence::at(first).with("kinds", names).with("tunnels", ids).with("packets", packets).times(packets.max(1)),
    );
    out
}

use crate::decode::Layer;
use crate::track::census::TunnelUse;

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
        Layer::Ipv4 | Layer::Ipv6 if inner_ip => Some("IP in IP"),
        _ => None,
    }
}

fn describe(tunnel: &TunnelUse) -> String {
    match (tunnel.vlan, tunnel.tunnel) {
        (0, Some(t)) => format!("{} {} between {} and {}", t.kind.name(), t.id, t.ends[0], t.ends[1]),
        (vlan, None) if vlan > 0xfff => format!("VLAN {} in {}", vlan & 0xfff, vlan >> 12),
        (vlan, None) => format!("VLAN {vlan}"),
        (vlan, Some(t)) => format!("{} {} in VLAN {}", t.kind.name(), t.id, vlan & 0xfff),
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let tunnels = if e.list("tunnels").is_empty() { String::new() } else { format!(": {}", e.list("tunnels")) };
    format!("{}{tunnels}.", e.list("kinds"))
}

fn answer(f: &Finding) -> String {
    format!("Header bytes in every packet, and so a smaller MTU inside: here {}.", f.first.list("kinds"))
}
