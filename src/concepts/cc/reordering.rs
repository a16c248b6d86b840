//! `cc.reordering`: Reordering without loss.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, ms};

concept! {
/// A late original was sent before those that overtook it: its IP identification and timestamp are lower. A
/// retransmission was sent after. Confusing the two makes a healthy path look lossy.
    REORDERING {
        id: "cc.reordering",
        title: "Reordering without loss",
        section: 4,
        severity: Note,
        rfcs: ["RFC 4737", "RFC 8985 §6"],
        filter: "tcp.analysis.out_of_order",
        question: "How is an overtaken segment different from a lost one?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).out_of_order.count > 0)?;
    let end = tcp.end(dir);
    Some(
        Evidence::at(end.out_of_order.first)
            .frame(end.reorder_delay.max_at.frame)
            .with("sender", dir.name())
            .with("segments", end.out_of_order.count)
            .with("extent", end.reorder_extent)
            .with("max_ms", ms(end.reorder_delay.max_ns))
            .times(end.out_of_order.count)
            .weight(f64::from(end.out_of_order.count)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} of the {} came late, overtaken by up to {}, by up to {}.",
        plural(e.int("segments") as u64, "segment"),
        e.text("sender"),
        plural(e.int("extent") as u64, "segment"),
        duration(e.num("max_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "By when it was sent: {} here were sent once and arrived late.",
        plural(f.first.int("segments") as u64, "segment")
    )
}
