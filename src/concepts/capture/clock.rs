//! `capture.clock`: Clock stepped back.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
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
    vec![Evidence::at(back.max_at).with("times", back.count).with("largest_ms", ms(back.max_ns)).times(back.count)]
}

fn explain(f: &Finding) -> String {
    format!(
        "Time goes backwards {}, by up to {}.",
        plural(f.first.int("times") as u64, "time"),
        duration(f.first.num("largest_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "The clock or the file is out of order: up to {} here; do not trust durations across it.",
        duration(f.first.num("largest_ms"))
    )
}
