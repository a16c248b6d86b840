//! `capture.one-way`: One direction only.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// Asymmetric routing or a filter can leave one direction out. What one side sent is there, including its
/// acknowledgments; round-trip times and the answers are not.
    ONE_WAY {
        id: "capture.one-way",
        title: "One direction only",
        section: 0,
        severity: Note,
        rfcs: [],
        filter: "tcp",
        question: "You see only one direction. Which questions can you still answer?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|t| t.one_way)?;
    let seen = if tcp.end(Dir::Client).segments > 0 { Dir::Client } else { Dir::Server };
    let segments = tcp.end(seen).segments;
    if segments < 3 {
        return None;
    }
    Some(Evidence::at(c.first()).with("seen", seen.name()).with("segments", segments))
}

fn explain(f: &Finding) -> String {
    format!("Only the {}'s side is here ({}).", f.first.text("seen"), plural(f.first.int("segments") as u64, "segment"))
}

fn answer(f: &Finding) -> String {
    format!("What the {} sent and acknowledged; not how long answers took.", f.first.text("seen"))
}
