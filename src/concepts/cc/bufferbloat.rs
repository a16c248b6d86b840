//! `cc.bufferbloat`: Bufferbloat.

use super::bulk::sender;
use crate::concepts::text::{bytes, duration};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, NS_PER_MS, ms};

concept! {
/// A buffer at the bottleneck that is much larger than a round trip's worth of data fills as long as the sender gets no
/// loss. Throughput is no better for it, but every packet of every flow that shares the queue waits through it: calls,
/// games and DNS suffer while a download runs.
    BUFFERBLOAT {
        id: "cc.bufferbloat",
        title: "Bufferbloat",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 7567", "RFC 8289", "RFC 8033"],
        filter: "tcp.analysis.ack_rtt",
        question: "A call stutters as soon as somebody uploads a file, though nothing is lost: why?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

/// The queue must add so much even to the fastest sample of a round trip, and double the round trip.
const MIN_QUEUE_NS: i64 = 30 * NS_PER_MS;
/// A queue that stood for fewer round trips was a burst.
const MIN_ROUNDS: u32 = 3;

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, _, cc) = sender(c)?;
    let q = &cc.queue;
    if q.rounds < MIN_ROUNDS || q.base_ns <= 0 || q.worst_ns < MIN_QUEUE_NS.max(q.base_ns) {
        return None;
    }
    Some(
        Evidence::at(q.worst_at)
            .with("sender", dir.name())
            .with("base_ms", ms(q.base_ns))
            .with("loaded_ms", ms(q.base_ns.saturating_add(q.worst_ns)))
            .with("queue_ms", ms(q.worst_ns))
            .with("queue_bytes", q.worst_bytes())
            .with("stood_ms", ms(q.stood_ns))
            .weight(ms(q.worst_ns)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "While the {} sent, the round trip rose from {} to {}: a queue of {} (about {}), standing for {} in all.",
        e.text("sender"),
        duration(e.num("base_ms")),
        duration(e.num("loaded_ms")),
        duration(e.num("queue_ms")),
        bytes(e.int("queue_bytes") as u64),
        duration(e.num("stood_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "It waits in the upload's queue: {} on top of {} here. A shorter queue, or one managed by delay, cures it.",
        duration(e.num("queue_ms")),
        duration(e.num("base_ms"))
    )
}
