//! `sock.push`: PSH boundaries.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// The stack sets PSH when it has sent all that the application wrote. TCP has no messages: the receiver may read
/// any piece; but the flags show an observer where writes ended.
    PUSH {
        id: "sock.push",
        title: "PSH boundaries",
        section: 12,
        severity: Info,
        rfcs: ["RFC 9293 §3.9.1"],
        filter: "tcp.flags.push==1",
        question: "Does PSH mark message boundaries?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).pushes.count > 0)?;
    let _ = dir;
    let (a, b) = (tcp.end(Dir::Client), tcp.end(Dir::Server));
    let first = if a.pushes.count > 0 { a.pushes.first } else { b.pushes.first };
    Some(
        Evidence::at(first)
            .with("client", a.pushes.count)
            .with("server", b.pushes.count)
            .with("client_segments", a.data_segments)
            .with("server_segments", b.data_segments),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "PSH on {} of {} data segments of the client and {} of {} of the server.",
        e.int("client"),
        e.int("client_segments"),
        e.int("server"),
        e.int("server_segments")
    )
}

fn answer(_: &Finding) -> String {
    "No: it shows where the sender had nothing more to send at that moment, nothing that the receiver must keep."
        .to_owned()
}
