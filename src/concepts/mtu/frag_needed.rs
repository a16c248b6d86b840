//! `mtu.frag-needed`: Packet too big.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::tcp::Cause;

concept! {
/// A router that cannot forward a packet with DF set says so and names the MTU of the next hop. The sender must
/// lower its segment size for that destination and send again.
    FRAG_NEEDED {
        id: "mtu.frag-needed",
        title: "Packet too big",
        section: 13,
        severity: Warn,
        rfcs: ["RFC 1191", "RFC 8201"],
        filter: "icmp.type==3 && icmp.code==4 || icmpv6.type==2",
        question: "Who sends \"fragmentation needed\", and what must the sender do?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let error = tcp.icmp.iter().find(|e| e.is_too_big())?;
    let resent = tcp.end(error.quotes).retransmits.of(Cause::Mtu);
    Some(
        Evidence::at(error.at)
            .with("by", error.from.to_string())
            .with("sender", error.quotes.name())
            .with("mtu", error.mtu)
            .with("packet_bytes", error.quoted_len)
            .with("obeyed", resent > 0),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let obeyed =
        if e.is("obeyed") { "the sender went on in smaller pieces" } else { "no smaller copy is in the capture" };
    format!(
        "{} refused a packet of {} bytes: its next hop takes {}; {obeyed}.",
        e.text("by"),
        e.int("packet_bytes"),
        e.int("mtu")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "The router before the narrow link, here {} (MTU {}); the sender must shrink its segments.",
        f.first.text("by"),
        f.first.int("mtu")
    )
}
