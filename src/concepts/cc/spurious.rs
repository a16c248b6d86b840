//! `cc.spurious`: Needless retransmission.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, ms};

concept! {
/// A duplicate SACK, an echoed timestamp of the first copy, or an ACK that came sooner than any answer to the
/// second copy could: each proves that the first had arrived.
    SPURIOUS {
        id: "cc.spurious",
        title: "Needless retransmission",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 2883", "RFC 3522", "RFC 5682"],
        filter: "tcp.analysis.spurious_retransmission",
        question: "How can you prove that a retransmission was not needed?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).retransmits.spurious.count > 0)?;
    let r = &tcp.end(dir).retransmits;
    let count = r.spurious.count;
    Some(
        Evidence::at(r.all.first)
            .frame(r.all.last.frame)
            .with("sender", dir.name())
            .with("segments", count)
            .with("longest_silence_ms", ms(r.longest_rto.max_ns))
            .with("peer_dup_acks", tcp.end(dir.flip()).duplicate_acks.count)
            .with("peer_sacks", tcp.end(dir.flip()).sack_segments.count)
            .times(count)
            .weight(f64::from(count)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "{} of the {} proven needless.",
        plural(f.first.int("segments") as u64, "retransmission"),
        f.first.text("sender")
    )
}

fn answer(f: &Finding) -> String {
    format!("By DSACK, timestamps or an early ACK: {} here.", f.first.int("segments"))
}
