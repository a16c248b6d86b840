//! `sock.silly-window`: Silly window.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// A receiver that opens its window by a few bytes at a time makes the sender send tiny segments. Receivers should
/// wait until a full segment or half the buffer is free.
    SILLY_WINDOW {
        id: "sock.silly-window",
        title: "Silly window",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 9293 §3.8.6.2", "RFC 813"],
        filter: "tcp.window_size < 1000",
        question: "What is the silly window syndrome?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).silly_windows.count >= 3)?;
    let silly = tcp.end(dir).silly_windows;
    Some(
        Evidence::at(silly.first)
            .frame(silly.last.frame)
            .with("receiver", dir.name())
            .with("times", silly.count)
            .times(silly.count)
            .weight(f64::from(silly.count)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "The {} opened its window by less than a segment {}.",
        f.first.text("receiver"),
        plural(f.first.int("times") as u64, "time")
    )
}

fn answer(f: &Finding) -> String {
    format!("Tiny windows beget tiny segments: {} here.", plural(f.first.int("times") as u64, "time"))
}
