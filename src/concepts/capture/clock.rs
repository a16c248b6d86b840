//! `capture.clock`: Clock stepped back.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Overview, ms};

concept! {
/// Timestamps that go backwards mean a stepped clock, several capture threads or interfaces, or a merged file in
/// the wrong order. Durations across the step are wrong.
    CLOCK {
        id: "capture.clock",
        title: "Clock stepped back",
        section: 0,
        severity: Warn,
        rfcs: [],
        filter: "frame.time_delta < 0",
        question: "Two packets are out of order by time. What happened?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let back = o.census.clock_back;
    if back.count == 0 {
        return Vec::new();
    }
    let evidence =
        Evidence::at(back.max_at).with("times", back.count).with("largest_ms", ms(back.max_ns)).times(back.count);
    vec![if back.max_ns < SLIGHT_NS { evidence.severity(Severity::Note) } else { evidence }]
}

/// Packets this little out of order come from the queues of one interface, or from merged files: 1 ms. What is measured
/// in milliseconds stands.
const SLIGHT_NS: i64 = crate::track::NS_PER_MS;

fn explain(f: &Finding) -> String {
    format!(
        "Time goes backwards {}, by up to {}.",
        plural(f.first.int("times") as u64, "time"),
        duration(f.first.num("largest_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "The clock stepped, or the file is out of order: up to {} here; do not trust shorter durations across it.",
        duration(f.first.num("largest_ms"))
    )
}
