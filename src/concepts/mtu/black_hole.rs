//! `mtu.black-hole`: Path MTU black hole.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A link with a smaller MTU drops large packets, and the ICMP message that should say so is filtered. Everything
/// small passes, everything large vanishes, retransmissions included.
    BLACK_HOLE {
        id: "mtu.black-hole",
        title: "Path MTU black hole",
        section: 13,
        severity: Bad,
        rfcs: ["RFC 2923 §2.1", "RFC 4821"],
        filter: "tcp.analysis.retransmission && tcp.len > 1200",
        question: "The handshake works, small requests work, and the transfer hangs. What is it?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let hole = c.tcp()?.black_hole?;
    Some(
        Evidence::at(hole.first)
            .frame(hole.last.frame)
            .with("sender", hole.from.name())
            .with("lost_bytes", hole.lost)
            .with("passed_bytes", hole.passed)
            .with("sends", hole.sends)
            .inferred(0.85, "large segments are never acknowledged, smaller packets pass, and no ICMP says why")
            .weight(f64::from(hole.sends)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {}'s packets of about {} bytes vanish ({} copies), those of up to {} pass, and no ICMP is in sight.",
        e.text("sender"),
        e.int("lost_bytes"),
        e.int("sends"),
        e.int("passed_bytes")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "A path MTU black hole: {} bytes do not pass, {} do.",
        f.first.int("lost_bytes"),
        f.first.int("passed_bytes")
    )
}
