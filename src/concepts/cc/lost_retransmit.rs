//! `cc.lost-retransmit`: The retransmission was lost too.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, ms};

concept! {
/// Classic recovery cannot see that and must wait for the timer. RACK can: when something sent after the repeated
/// segment is acknowledged, the repeat is lost too.
    LOST_RETRANSMIT {
        id: "cc.lost-retransmit",
        title: "The retransmission was lost too",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 8985 §3.1"],
        filter: "tcp.analysis.retransmission",
        question: "What if the retransmission is lost as well?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).retransmits.lost_again.count > 0)?;
    let r = &tcp.end(dir).retransmits;
    let count = r.lost_again.count;
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
        "{} of the {} had been sent more than once before.",
        plural(f.first.int("segments") as u64, "retransmission"),
        f.first.text("sender")
    )
}

fn answer(f: &Finding) -> String {
    format!("RACK notices by time, else the timer: {} here.", plural(f.first.int("segments") as u64, "segment"))
}
