//! `cc.rto`: Retransmission timeout.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::tcp::Cause;

concept! {
/// When nothing comes back the sender waits for its timer: at least 200 ms on Linux, doubled each time. Then it
/// starts again with a window of one segment.
    RTO {
        id: "cc.rto",
        title: "Retransmission timeout",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 6298 §5"],
        filter: "tcp.analysis.rto",
        question: "Why is a timeout so much worse than a fast retransmit?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    super::resent::evidence(c, |r| r.of(Cause::Rto))
}

fn explain(f: &Finding) -> String {
    let waits = plural(f.first.int("segments") as u64, "time");
    let silence = match f.first.num("longest_silence_ms") {
        // What was sent again is not in the capture.
        0.0 => "for how long, the capture does not show".to_owned(),
        longest => format!("the longest silence was {}", duration(longest)),
    };
    format!("The {} waited for its timer {waits}; {silence}.", f.first.text("sender"))
}

fn answer(f: &Finding) -> String {
    match f.first.num("longest_silence_ms") {
        0.0 => "Silence, and then a window of one segment.".to_owned(),
        longest => format!("Silence and a window of one segment: {} lost here.", duration(longest)),
    }
}
