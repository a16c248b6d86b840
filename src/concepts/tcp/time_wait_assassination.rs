//! `tcp.time-wait-assassination`: TIME_WAIT ended by a reset.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A stray old segment makes the end in TIME-WAIT answer with an ACK; the other end, which no longer knows the
/// connection, resets it, and TIME-WAIT is over early. A late segment of the old connection may then meet a new
/// one.
    TIME_WAIT_ASSASSINATION {
        id: "tcp.time-wait-assassination",
        title: "TIME_WAIT ended by a reset",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 1337"],
        filter: "tcp.flags.reset==1",
        question: "What is TIME-WAIT assassination?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let at = tcp.assassinated?;
    let wait = tcp.ends.iter().filter_map(|e| e.time_wait).find(|w| w.killed.is_some())?;
    Some(
        Evidence::at(at)
            .frame(wait.from.frame)
            .with("early_ms", wait.until.ms_since(at.ts))
            .with("held_ms", at.ts.ms_since(wait.from.ts)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "A RST ended TIME_WAIT after {}, {} too early.",
        duration(f.first.num("held_ms")),
        duration(f.first.num("early_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "A RST that meets TIME_WAIT: here after {} of its time (Linux ignores such resets with tcp_rfc1337=1).",
        duration(f.first.num("held_ms"))
    )
}
