//! `cc.dsack`: Duplicate SACK.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// A duplicate SACK reports bytes that arrived twice. It proves that both copies got through: the retransmission
/// was needless, or the network duplicated the packet.
    DSACK {
        id: "cc.dsack",
        title: "Duplicate SACK",
        section: 4,
        severity: Note,
        rfcs: ["RFC 2883"],
        filter: "tcp.analysis.duplicate_ack && tcp.options.sack.dsack",
        question: "How can a sender learn that its retransmission was not needed?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).dsacks.count > 0)?;
    let dsacks = tcp.end(dir).dsacks;
    let peer = tcp.end(dir.flip());
    let captured = peer.data_segments > 0;
    Some(
        Evidence::at(dsacks.first)
            .frame(dsacks.last.frame)
            .with("by", dir.name())
            .with("count", dsacks.count)
            .maybe("spurious", captured.then_some(peer.retransmits.spurious.count))
            .times(dsacks.count)
            .weight(f64::from(dsacks.count)),
    )
}

fn explain(f: &Finding) -> String {
    let proven = match f.first.has("spurious") {
        true => format!("{} of the peer's retransmissions are proven needless", f.first.int("spurious")),
        false => "which retransmissions were needless is not seen, as the peer's data was not captured".to_owned(),
    };
    format!(
        "The {} reported bytes that arrived twice {}; {proven}.",
        f.first.text("by"),
        plural(f.first.int("count") as u64, "time")
    )
}

fn answer(f: &Finding) -> String {
    format!("By DSACK: {} here.", plural(f.first.int("count") as u64, "report"))
}
