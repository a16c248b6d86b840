//! `cc.slow-start`: Slow start, and where it ended.

use super::bulk::{segments, sender};
use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::tcp::SlowStartExit;

concept! {
/// A sender begins with an initial window (ten segments since 2013) and adds a segment for each one acknowledged, so the
/// window doubles every round trip: slow only against sending everything at once. It ends at a loss, at a threshold
/// remembered from before, or, with CUBIC's HyStart, when the round-trip time begins to rise.
    SLOW_START {
        id: "cc.slow-start",
        title: "Slow start",
        section: 4,
        severity: Info,
        rfcs: ["RFC 5681 §3.1", "RFC 6928", "RFC 9406"],
        filter: "tcp.analysis.bytes_in_flight",
        question: "How does a sender find out how fast it may send, and when does it stop doubling?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

/// A doubling that is not seen is none: the window must have grown to this many times the initial one, in tenths.
const GROWN_TENTHS: u32 = 15;

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, end, cc) = sender(c)?;
    let s = cc.slow_start?;
    if s.initial_bytes < 2 * cc.mss || s.reached < s.initial_bytes / 10 * GROWN_TENTHS {
        return None;
    }
    let ended = match s.exit {
        Some((_, SlowStartExit::Loss, _)) => "loss",
        Some((_, SlowStartExit::DelayRise, _)) => "delay",
        Some((_, SlowStartExit::NoLoss, _)) => "other",
        None => "data",
    };
    let evidence = Evidence::at(end.data.first)
        .with("sender", dir.name())
        .with("initial_segments", segments(s.initial_bytes, cc))
        .with("reached_segments", segments(s.reached, cc))
        .with("reached_bytes", s.reached)
        .with("rounds", s.rounds)
        .with("ended", ended)
        .weight(f64::from(s.reached))
        .inferred(0.9, "the flight grew as fast as data were acknowledged");
    Some(match s.exit {
        Some((at, _, _)) => evidence.frame(at.frame),
        None => evidence,
    })
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let ended = match e.text("ended") {
        "loss" => "until a loss ended it",
        "delay" => "until the round-trip time rose, which ends it without a loss (HyStart)",
        "other" => "until growth stopped without a loss",
        _ => "and lasted as long as there were data",
    };
    format!(
        "The {} began with {} and came to {} in {}, {ended}.",
        e.text("sender"),
        plural(e.int("initial_segments") as u64, "segment"),
        e.int("reached_segments"),
        plural(e.int("rounds") as u64, "round trip")
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "By doubling every round trip from {} segments: {} here, in {}.",
        e.int("initial_segments"),
        e.int("reached_segments"),
        plural(e.int("rounds") as u64, "round trip")
    )
}
