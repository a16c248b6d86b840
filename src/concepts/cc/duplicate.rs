//! `cc.duplicate`: Packets duplicated on the way.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// A retransmission is a new IP packet. Two packets with the same IP identification, timestamp and content are one
/// packet that the network, or the capture, copied.
    DUPLICATE {
        id: "cc.duplicate",
        title: "Packets duplicated on the way",
        section: 4,
        severity: Note,
        rfcs: ["RFC 4737"],
        filter: "ip.id",
        question: "The same packet appears twice. Is it a retransmission?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).duplicates.count > 0)?;
    let copies = tcp.end(dir).duplicates;
    Some(
        Evidence::at(copies.first)
            .frame(copies.last.frame)
            .with("sender", dir.name())
            .with("packets", copies.count)
            .times(copies.count)
            .weight(f64::from(copies.count)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "{} of the {} appear twice unchanged (the same IP identification, or the same numbers in another VLAN): copied on the way or by the capture, not retransmitted.",
        plural(f.first.int("packets") as u64, "packet"),
        f.first.text("sender")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Not where nothing about it has changed, the IP identification included: {} here are copies.",
        f.first.int("packets")
    )
}
