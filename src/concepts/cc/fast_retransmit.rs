//! `cc.fast-retransmit`: Fast retransmit.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::Cause;
use crate::track::{Conversation, Dir, ms};

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
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).retransmits.of(Cause::Fast) > 0)?;
    let r = &tcp.end(dir).retransmits;
    let count = r.of(Cause::Fast);
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
        "The {} began {} recovery by ACKs ({} duplicate, {} with SACK from the peer).",
        f.first.text("sender"),
        f.first.int("segments"),
        f.first.int("peer_dup_acks"),
        f.first.int("peer_sacks")
    )
}

fn answer(f: &Finding) -> String {
    format!("News of data beyond a hole: {} duplicate ACKs came back here.", f.first.int("peer_dup_acks"))
}
