//! `tcp.teardown`: Orderly close.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{At, Conversation, Dir, Event};

concept! {
/// Each direction is closed by its own FIN, and each FIN is acknowledged: four packets. When the second side has
/// nothing left to send, its ACK and its FIN travel in one packet. Who sends the first FIN ends in TIME-WAIT.
    TEARDOWN {
        id: "tcp.teardown",
        title: "Orderly close",
        section: 3,
        severity: Info,
        rfcs: ["RFC 9293 §3.6"],
        filter: "tcp.flags.fin==1",
        question: "Why is the close called four-way when a trace often shows three packets?",
        rule: Rule::Connection(rule),
        needs: [Fin],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let close = Close::of(c)?;
    Some(Evidence::at(close.at).frame(close.acked.frame).frame(close.second.frame).frame(close.done.frame))
}

/// A FIN from each side, and an acknowledgment of each.
struct Close {
    first: Dir,
    at: At,
    acked: At,
    second: At,
    done: At,
}

impl Close {
    fn of(c: &Conversation) -> Option<Close> {
        let tcp = c.tcp()?;
        let (first, at) = tcp.first_fin.filter(|_| tcp.reset.is_none())?;
        let (own, other) = (&tcp.end(first).fins, &tcp.end(first.flip()).fins);
        Some(Close { first, at, acked: own.acked?, second: other.first?, done: other.acked? })
    }
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(close) = Close::of(c) else { return evidence };
    let packets = if close.acked.frame == close.second.frame { 3 } else { 4 };
    evidence
        .with("first", close.first.name())
        .with("packets", packets)
        .with("took_ms", close.done.ts.ms_since(close.at.ts))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!("The {} closed first; {} packets over {}.", e.text("first"), e.int("packets"), duration(e.num("took_ms")))
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    let how = if e.int("packets") == 3 {
        "the ACK and the second FIN shared a packet"
    } else {
        "each FIN got an ACK of its own"
    };
    format!("Here the {} sent the first FIN and {how}.", e.text("first"))
}
