//! `cc.duplicate`: Packets duplicated on the way.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::TcpFacts;
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
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let seen = |d: &Dir| tcp.end(*d).duplicates.count > 0;
    let Some(dir) = [Dir::Client, Dir::Server].into_iter().find(seen) else { return told_by_dsack(tcp) };
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

/// The copies were made beyond the capture point: only the receiver's duplicate SACKs tell.
fn told_by_dsack(tcp: &TcpFacts) -> Option<Evidence> {
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).copied.count > 0)?;
    let copied = tcp.end(dir).copied;
    Some(
        Evidence::at(copied.first)
            .frame(copied.last.frame)
            .with("sender", dir.name())
            .with("packets", copied.count)
            .with("beyond", true)
            .times(copied.count)
            .inferred(0.85, "duplicate SACKs for what was sent only once")
            .weight(f64::from(copied.count)),
    )
}

fn explain(f: &Finding) -> String {
    if f.first.is("beyond") {
        return format!(
            "The receiver reports {} of the {} as received twice (DSACK) that left this side once: the network copied them \
             beyond the capture point.",
            plural(f.first.int("packets") as u64, "segment"),
            f.first.text("sender")
        );
    }
    format!(
        "{} of the {} appear twice unchanged (the same IP identification, or the same numbers in another VLAN): copied on the way or by the capture, not retransmitted.",
        plural(f.first.int("packets") as u64, "packet"),
        f.first.text("sender")
    )
}

fn answer(f: &Finding) -> String {
    if f.first.is("beyond") {
        return format!(
            "Where the capture shows it sent once and the receiver got it twice, the network made the copy: {} here.",
            plural(f.first.int("packets") as u64, "segment")
        );
    }
    format!(
        "Not where nothing about it has changed, the IP identification included: {} here are copies.",
        f.first.int("packets")
    )
}
