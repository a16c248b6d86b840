//! `tcp.close-wait`: Long in CLOSE_WAIT.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, ms};

concept! {
/// CLOSE-WAIT ends only when the application calls close(). A socket that stays there for long belongs to a program
/// that does not notice the end of the stream: no kernel setting helps.
    CLOSE_WAIT {
        id: "tcp.close-wait",
        title: "Long in CLOSE_WAIT",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.3.2"],
        filter: "tcp.flags.fin==1",
        question: "Thousands of sockets in CLOSE_WAIT: whose bug is that?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let end = [Dir::Client, Dir::Server]
        .into_iter()
        .find(|d| tcp.end(*d).close_wait.is_some_and(|w| lasted(&w, c) >= LONG_NS))?;
    let wait = tcp.end(end).close_wait?;
    let ns = lasted(&wait, c);
    let busy = tcp.end(end).after_peer_fin > 0;
    if busy {
        return None;
    }
    Some(
        Evidence::at(wait.from)
            .frame(wait.until.map_or(0, |at| at.frame))
            .with("end", end.name())
            .with("ms", ms(ns))
            .with("closed_in_the_end", wait.until.is_some())
            .weight(ms(ns)),
    )
}

/// An application that notices the end of the stream closes sooner than this: 1 s.
const LONG_NS: i64 = 1_000_000_000;

fn lasted(wait: &crate::track::Period, c: &Conversation) -> i64 {
    wait.ns(c.last().ts)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let end =
        if e.is("closed_in_the_end") { "before it closed" } else { "and had not closed when the conversation ended" };
    format!(
        "The {} sat in CLOSE_WAIT for {} {end}: its application did not close the socket.",
        e.text("end"),
        duration(e.num("ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "The application's: here the {} got the FIN and did not close for {}.",
        f.first.text("end"),
        duration(f.first.num("ms"))
    )
}
