//! `cc.tlp`: Tail loss probe.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::Cause;
use crate::track::{Conversation, Dir, ms};

concept! {
/// After the last segment there is nothing that could trigger duplicate ACKs. About two round trips later the
/// sender repeats it as a probe, and the answer tells what is missing, long before the timer.
    TLP {
        id: "cc.tlp",
        title: "Tail loss probe",
        section: 4,
        severity: Note,
        rfcs: ["RFC 8985 §7"],
        filter: "tcp.analysis.retransmission",
        question: "The last segment of a response is lost. Who notices?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).retransmits.of(Cause::Tlp) > 0)?;
    let r = &tcp.end(dir).retransmits;
    let count = r.of(Cause::Tlp);
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
        "The {} probed the tail of its data {}.",
        f.first.text("sender"),
        plural(f.first.int("segments") as u64, "time")
    )
}

fn answer(f: &Finding) -> String {
    format!("The sender itself, by a probe: {} here.", f.first.int("segments"))
}
