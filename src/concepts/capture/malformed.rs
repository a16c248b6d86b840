//! `capture.malformed`: Packets that do not decode.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Overview;

concept! {
/// Count them and name them: a decoder that drops what it does not understand hides exactly what a broken or
/// hostile host sends.
    MALFORMED {
        id: "capture.malformed",
        title: "Packets that do not decode",
        section: 0,
        severity: Warn,
        rfcs: [],
        filter: "_ws.malformed",
        question: "What do you do with packets that your tool cannot decode?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let faults = &o.census.faults;
    let total: u64 = faults.values().map(|t| u64::from(t.count)).sum();
    let Some((_, first)) = faults.iter().min_by_key(|(_, t)| t.first.frame) else { return Vec::new() };
    let mut reasons: Vec<_> = faults.iter().collect();
    reasons.sort_by_key(|(_, t)| std::cmp::Reverse(t.count));
    let text =
        reasons.iter().take(5).map(|(f, t)| format!("{} ({}) {}×", f.layer, f.reason, t.count)).collect::<Vec<_>>();
    vec![Evidence::at(first.first).with("packets", total).with("reasons", text).times(total)]
}

fn explain(f: &Finding) -> String {
    format!(
        "{} could not be decoded to the end: {}.",
        plural(f.first.int("packets") as u64, "packet"),
        f.first.list("reasons")
    )
}

fn answer(f: &Finding) -> String {
    format!("Count and name them: {}.", f.first.list("reasons"))
}
