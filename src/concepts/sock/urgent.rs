//! `sock.urgent`: Urgent data.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// The urgent pointer was meant to hurry the reader. Stacks disagree about where it points and middleboxes clear
/// it, so RFC 6093 tells new applications to leave it alone.
    URGENT {
        id: "sock.urgent",
        title: "Urgent data",
        section: 12,
        severity: Note,
        rfcs: ["RFC 9293 §3.8.5", "RFC 6093"],
        filter: "tcp.flags.urg==1",
        question: "What is MSG_OOB, and why should you not use it?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).urgent.count > 0)?;
    let urgent = tcp.end(dir).urgent;
    Some(Evidence::at(urgent.first).with("sender", dir.name()).with("segments", urgent.count).times(urgent.count))
}

fn explain(f: &Finding) -> String {
    format!(
        "The {} sent {} with URG: whether a byte of it is delivered out of band or stays in the stream differs between stacks, \
         and middleboxes that clear the flag change what the reader gets.",
        f.first.text("sender"),
        plural(f.first.int("segments") as u64, "segment")
    )
}

fn answer(_: &Finding) -> String {
    "TCP's urgent pointer; its meaning differs between stacks and middleboxes strip it.".to_owned()
}
