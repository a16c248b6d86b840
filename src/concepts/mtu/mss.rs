//! `mtu.mss`: MSS of both sides.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

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
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let (a, b) = (tcp.end(Dir::Client).syn?.mss?, tcp.end(Dir::Server).syn?.mss?);
    let usual = if c.client().addr.is_v4() { 1460 } else { 1440 };
    Some(
        Evidence::at(tcp.handshake.syn?)
            .frame(tcp.handshake.syn_ack?.frame)
            .with("client", a)
            .with("server", b)
            .with("usual", usual),
    )
}

fn explain(f: &Finding) -> String {
    let (client, server, usual) = (f.first.int("client"), f.first.int("server"), f.first.int("usual"));
    let why = match (client.min(server), client.max(server)) {
        (low, high) if low == usual && high == usual => "what Ethernet gives",
        (low, _) if low < usual => "below what Ethernet gives: another link, a tunnel, or clamping on the path",
        _ => "above what Ethernet gives: a larger MTU",
    };
    format!("MSS {client} from the client and {server} from the server: {why}.")
}

fn answer(f: &Finding) -> String {
    format!("A tunnel or clamping: here {} and {}.", f.first.int("client"), f.first.int("server"))
}
