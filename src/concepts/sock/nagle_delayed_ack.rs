//! `sock.nagle-delayed-ack`: Nagle met a delayed ACK.

use super::{share_of_time, worse};
use crate::concepts::text::{duration, percent, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, ms};

concept! {
/// Nagle holds a small segment while another is unacknowledged; the receiver delays that very acknowledgment in the
/// hope of sending data with it. Both wait for about 40 ms on Linux. TCP_NODELAY, or one write instead of two, ends
/// it.
    NAGLE_DELAYED_ACK {
        id: "sock.nagle-delayed-ack",
        title: "Nagle met a delayed ACK",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 896", "RFC 1122 §4.2.3.2"],
        filter: "tcp.analysis.ack_rtt > 0.03",
        question: "Two small writes, and the second arrives 40 ms late. Why?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = worse(tcp, |e| i64::from(e.nagle_stalls.count).saturating_add(e.nagle_stalls.total_ns))?;
    let stalls = tcp.end(dir).nagle_stalls;
    let share = share_of_time(c, stalls.total_ns);
    Some(
        Evidence::at(stalls.max_at)
            .frame(stalls.max_from.frame)
            .with("writer", dir.name())
            .with("times", stalls.count)
            .with("lost_ms", ms(stalls.total_ns))
            .with("mean_ms", stalls.mean_ms())
            .with("longest_ms", ms(stalls.max_ns))
            .with("share", share)
            .times(stalls.count)
            .severity(if stalls.count < REPEATED || (stalls.count < FEW && share < SMALL) {
                Severity::Note
            } else {
                Severity::Warn
            })
            .inferred(if stalls.count < FEW { 0.6 } else { 0.85 }, "a small write left the moment a delayed ACK came")
            .weight(ms(stalls.total_ns)),
    )
}

/// A single stall cannot be told from a writer that paused for about as long as an ACK is delayed (RFC 1122 §4.2.3.2).
const REPEATED: u32 = 2;
/// Fewer stalls may be chance: a write that happened to come just after a late ACK.
const FEW: u32 = 3;
/// A smaller share of the time is not worth a warning.
const SMALL: f64 = 0.05;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    if e.int("times") < i64::from(REPEATED) {
        return format!(
            "A small write of the {} left right after the delayed ACK for the one before, {} late: Nagle's algorithm held \
             it back, or the {0} paused for about as long. It happened once.",
            e.text("writer"),
            duration(e.num("longest_ms"))
        );
    }
    format!(
        "The {} held a small write back {} until the delayed ACK for the one before came: {} in all, {} of the conversation \
         ({} on average, {} at most). Write the message at once (writev, MSG_MORE, a buffer), or set TCP_NODELAY.",
        e.text("writer"),
        plural(e.int("times") as u64, "time"),
        duration(e.num("lost_ms")),
        percent(e.num("share")),
        duration(e.num("mean_ms")),
        duration(e.num("longest_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Nagle's algorithm holds the second until the first is acknowledged, and the receiver delays that ACK waiting for data \
         to carry it: {} lost here over {}.",
        duration(f.first.num("lost_ms")),
        plural(f.first.int("times") as u64, "write")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::testing::connection;

    #[test]
    fn a_single_late_acknowledgment_before_a_small_write_may_be_chance() {
        let found = |count| {
            let c = connection(0, |tcp| {
                let stalls = &mut tcp.ends[0].nagle_stalls;
                (stalls.count, stalls.total_ns) = (count, 1_000_000_000);
            });
            finding(&NAGLE_DELAYED_ACK, rule(&c).expect("a stall"))
        };
        assert_eq!(found(1).severity, Severity::Note);
        assert!(explain(&found(1)).contains("or the client paused"));
        assert_eq!(found(2).severity, Severity::Warn);
    }
}
