//! `cc.rto`: Retransmission timeout.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::Cause;
use crate::track::{Conversation, Dir, ms};

concept! {
/// When nothing comes back the sender waits for its timer: at least 200 ms on Linux, doubled each time. Then it
/// starts again with a window of one segment.
    RTO {
        id: "cc.rto",
        title: "Retransmission timeout",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 6298 §5"],
        filter: "tcp.analysis.rto",
        question: "Why is a timeout so much worse than a fast retransmit?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).retransmits.of(Cause::Rto) > 0)?;
    let r = &tcp.end(dir).retransmits;
    let count = r.of(Cause::Rto);
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
        "The {} waited for its timer {}; the longest silence was {}.",
        f.first.text("sender"),
        plural(f.first.int("segments") as u64, "time"),
        duration(f.first.num("longest_silence_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!("Silence and a window of one segment: {} lost here.", duration(f.first.num("longest_silence_ms")))
}
