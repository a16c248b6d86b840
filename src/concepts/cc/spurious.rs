//! `cc.spurious`: Needless retransmission.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::Conversation;
use crate::track::tcp::{Cause, End};

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
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let evidence = super::resent::evidence(c, |r| r.spurious.count)?;
    // A FIN that an end repeats with its acknowledgment of the peer's costs nothing.
    let of = |end: &End| end.retransmits.spurious.count.saturating_sub(end.fins.count.saturating_sub(1));
    let untimed = |end: &End| end.retransmits.total() == end.retransmits.of(Cause::Unknown);
    let slight = c.tcp()?.ends.iter().all(|end| of(end) == 0 && untimed(end));
    Some(if slight { evidence.severity(Severity::Note) } else { evidence })
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
