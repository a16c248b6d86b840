//! `cc.bottleneck`: The bottleneck's rate.

use super::bulk::{rate, sender};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, ms};

concept! {
/// As long as a queue stands at the bottleneck, data arrive exactly as fast as it passes them: what is acknowledged per
/// round trip is its rate, whatever the sender does. Multiplied by the round trip without a queue that is the
/// bandwidth-delay product: what must be in flight, and no more.
    BOTTLENECK {
        id: "cc.bottleneck",
        title: "The bottleneck's rate",
        section: 4,
        severity: Info,
        rfcs: ["RFC 8337 §3"],
        filter: "tcp.analysis.ack_rtt",
        question: "How do you read the rate of the slowest link out of a trace?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

/// A queue must have stood for so many round trips.
const MIN_ROUNDS: u32 = 3;

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, end, cc) = sender(c)?;
    let q = &cc.queue;
    if q.rounds < MIN_ROUNDS || q.rate == 0 {
        return None;
    }
    Some(
        Evidence::at(q.worst_at)
            .frame(end.rtt.min_at.frame)
            .with("sender", dir.name())
            .with("rate_bytes_s", q.rate)
            .with("rounds", q.rounds)
            .with("base_ms", ms(q.base_ns))
            .with("bdp_segments", (q.rate as f64 * q.base_ns as f64 / 1e9 / f64::from(cc.mss.max(1))).round())
            .inferred(0.8, "the delivery rate while a queue stood; a share of it where other flows compete")
            .weight(q.rate as f64),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "While a queue stood ({} round trips), {} of payload passed. With {} of round trip that takes {:.0} segments in \
         flight.",
        e.int("rounds"),
        rate(e.num("rate_bytes_s")),
        duration(e.num("base_ms")),
        e.num("bdp_segments")
    )
}

fn answer(f: &Finding) -> String {
    format!("By what is acknowledged per second while a queue stands: {} here.", rate(f.first.num("rate_bytes_s")))
}
