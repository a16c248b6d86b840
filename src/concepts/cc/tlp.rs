//! `cc.tlp`: Tail loss probe.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::tcp::Cause;

concept! {
/// After the last segment there is nothing that could trigger duplicate ACKs. About two round trips later the
/// sender repeats it as a probe, and the answer tells what is missing, long before the timer.
    TLP {
        id: "cc.tlp",
        title: "Tail loss probe",
        section: 4,
        severity: Note,
        rfcs: ["RFC 8985 §7"],
        filter: "tcp.analysis.retransmission",
        question: "The last segment of a response is lost. Who notices?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    super::resent::evidence(c, |r| r.of(Cause::Tlp))
}

fn explain(f: &Finding) -> String {
    format!(
        "The {} probed the tail of its data {}.",
        f.first.text("sender"),
        plural(f.first.int("segments") as u64, "time")
    )
}

fn answer(f: &Finding) -> String {
    format!("The sender itself, by a probe: {} here.", f.first.int("segments"))
}
