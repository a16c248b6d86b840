//! `mtu.mss`: MSS of both sides.

use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir, Event};

concept! {
/// The MSS tells how large a segment the host can receive: 1460 with an MTU of 1500 and IPv4, 1440 with IPv6. A
/// lower value on one side means a tunnel, a different link, or a router on the path that clamps it.
    MSS {
        id: "mtu.mss",
        title: "MSS of both sides",
        section: 13,
        severity: Note,
        rfcs: ["RFC 9293 §3.7.1", "RFC 6691"],
        filter: "tcp.options.mss_val",
        question: "Why would two hosts on Ethernet offer an MSS below 1460?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
        detail: detail,
    }
}

/// What both ends offered.
fn offers(c: &Conversation) -> Option<(u16, u16)> {
    let offer = |dir| c.tcp()?.end(dir).syn?.mss;
    offer(Dir::Client).zip(offer(Dir::Server))
}

/// What an Ethernet of 1500 bytes leaves after the headers, and those.
fn usual(c: &Conversation) -> (u16, u32) {
    if c.client().addr.is_v4() { (1460, 40) } else { (1440, 60) }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let ((a, b), (usual, _)) = (offers(c)?, usual(c));
    let (low, high) = (a.min(b), a.max(b));
    let severity = if low == usual && high == usual { Severity::Info } else { Severity::Note };
    Some(
        Evidence::at(tcp.handshake.syn?)
            .frame(tcp.handshake.syn_ack?.frame)
            .severity(severity)
            .weight(f64::from(usual.saturating_sub(low))),
    )
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let (Some((a, b)), (usual, headers)) = (offers(c), usual(c)) else { return evidence };
    let mtu = u32::from(a.min(b)) + headers;
    evidence.with("client", a).with("server", b).with("usual", usual).with("mtu", mtu)
}

/// What usually has this MTU.
fn link_of(mtu: i64) -> &'static str {
    match mtu {
        1492 => "as PPPoE has (RFC 2516)",
        1476 => "as a GRE tunnel on Ethernet has",
        1480 => "as an IP-in-IP or 6in4 tunnel on Ethernet has",
        1420 | 1440 => "as WireGuard uses",
        1450 => "as VXLAN or Geneve on Ethernet has",
        1280 => "the least that IPv6 allows (RFC 8200 §5)",
        9000 => "that of jumbo frames",
        65535 | 65536 => "that of a loopback interface",
        _ => "",
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let (client, server, usual) = (e.int("client"), e.int("server"), e.int("usual"));
    let link = match link_of(e.int("mtu")) {
        "" => String::new(),
        link => format!(", {link}"),
    };
    let why = match (client.min(server), client.max(server)) {
        (low, high) if low == usual && high == usual => "what Ethernet gives".to_owned(),
        (low, high) if low < usual && low == high => format!(
            "below what Ethernet gives, so packets of at most {} bytes{link}: a link or tunnel of that size at both ends, or a \
             router that clamps the MSS of both SYNs",
            e.int("mtu")
        ),
        (low, _) if low < usual => {
            let side = if client < server { "client" } else { "server" };
            format!(
                "the {side}'s is below what Ethernet gives, and lets packets of at most {} bytes come{link}: its own link is \
                 smaller, or a router on the path clamps the MSS of what passes",
                e.int("mtu")
            )
        }
        _ => format!("above what Ethernet gives; packets of up to {} bytes{link}", e.int("mtu")),
    };
    format!("MSS {client} from the client and {server} from the server: {why}.")
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "Their link is smaller, or a router writes a smaller MSS into the SYNs that pass it, so that no packet is too big for a \
         tunnel behind it. Here {} and {}: each side sends no more than the other's.",
        e.int("client"),
        e.int("server")
    )
}
