//! `capture.truncated`: Packets cut short.

use crate::concepts::text::{bytes, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Overview;

concept! {
/// With a snapshot length the headers are there and the payload is not. Sequence numbers, times and windows stay
/// exact; what was inside is gone.
    TRUNCATED {
        id: "capture.truncated",
        title: "Packets cut short",
        section: 0,
        severity: Note,
        rfcs: [],
        filter: "frame.cap_len < frame.len",
        question: "What can a capture taken with a small snapshot length still tell you?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let cut = o.census.cut;
    if cut.count == 0 {
        return Vec::new();
    }
    vec![
        Evidence::at(cut.first)
            .frame(cut.last.frame)
            .with("packets", cut.count)
            .with("missing_bytes", o.census.cut_bytes)
            .times(cut.count),
    ]
}

fn explain(f: &Finding) -> String {
    let missing = bytes(f.first.int("missing_bytes") as u64);
    match f.first.int("packets") as u64 {
        1 if f.first.int("missing_bytes") == 1 => "1 packet was cut, 1 byte of it is not in the file.".to_owned(),
        1 => format!("1 packet was cut, {missing} of it are not in the file."),
        n => format!("{} were cut, {missing} of them are not in the file.", plural(n, "packet")),
    }
}

fn answer(f: &Finding) -> String {
    format!(
        "Headers, timing and loss; not the content: {} are missing here.",
        bytes(f.first.int("missing_bytes") as u64)
    )
}
