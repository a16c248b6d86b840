//! `cc.lost-retransmit`: The retransmission was lost too.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// The first repeat brought no acknowledgment either: it was lost too, or its answer was, or nobody answers any more.
/// Classic recovery cannot see that and must wait for the timer. RACK can: when something sent after the repeated
/// segment is acknowledged, the repeat is lost too.
    LOST_RETRANSMIT {
        id: "cc.lost-retransmit",
        title: "Sent more than twice",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 8985 §3.1"],
        filter: "tcp.analysis.retransmission",
        question: "What if the retransmission is lost as well?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    super::resent::evidence(c, |r| r.lost_again.count)
}

fn explain(f: &Finding) -> String {
    let n = f.first.int("segments") as u64;
    let were = if n == 1 { "was" } else { "were" };
    format!(
        "{} of the {} {were} not the first: what had been sent again before was not acknowledged either.",
        plural(n, "retransmission"),
        f.first.text("sender")
    )
}

fn answer(f: &Finding) -> String {
    format!("RACK notices by time, else the timer: {} here.", plural(f.first.int("segments") as u64, "segment"))
}
