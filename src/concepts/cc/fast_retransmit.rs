//! `cc.fast-retransmit`: Fast retransmit.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::tcp::Cause;

concept! {
/// Acknowledgments that repeat a number, or name data beyond a hole, tell the sender within one round trip that
/// something is missing. It sends that again at once and reduces its window.
    FAST_RETRANSMIT {
        id: "cc.fast-retransmit",
        title: "Fast retransmit",
        section: 4,
        severity: Note,
        rfcs: ["RFC 5681 §3.2", "RFC 6675", "RFC 8985"],
        filter: "tcp.analysis.fast_retransmission",
        question: "What makes a sender retransmit before its timer runs out?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let evidence = super::resent::evidence(c, |r| r.of(Cause::Fast))?;
    let one_way = c.tcp().is_some_and(|tcp| tcp.one_way);
    let evidence = evidence.with("one_way", one_way);
    Some(match one_way {
        true => evidence.inferred(0.6, "it sent something again without the pause that a timer takes"),
        false => evidence,
    })
}

fn explain(f: &Finding) -> String {
    let n = f.first.int("segments");
    if f.first.is("one_way") {
        return format!(
            "The {} began {n} {} without waiting for its timer; the ACKs that told it are not in this capture.",
            f.first.text("sender"),
            if n == 1 { "recovery" } else { "recoveries" }
        );
    }
    format!(
        "The {} began {n} {} by ACKs ({} duplicate, {} with SACK from the peer).",
        f.first.text("sender"),
        if n == 1 { "recovery" } else { "recoveries" },
        f.first.int("peer_dup_acks"),
        f.first.int("peer_sacks")
    )
}

fn answer(f: &Finding) -> String {
    format!("News of data beyond a hole: {} duplicate ACKs came back here.", f.first.int("peer_dup_acks"))
}
