//! `tcp.states`: States of both ends.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// Each end is a state machine of its own. A passive observer sees transitions when packets pass: a SYN puts its
/// sender into SYN-SENT, a FIN into FIN-WAIT-1, and the acknowledgment of the second FIN leaves one side in TIME-
/// WAIT and the other in CLOSED.
    STATES {
        id: "tcp.states",
        title: "States of both ends",
        section: 3,
        severity: Info,
        rfcs: ["RFC 9293 §3.3.2"],
        filter: "tcp.stream",
        question: "Name the states each end goes through from SYN to the last ACK.",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let path = |dir: Dir| tcp.end(dir).states.iter().map(|s| s.state.name().to_owned()).collect::<Vec<_>>();
    let (client, server) = (path(Dir::Client), path(Dir::Server));
    if client.len() + server.len() < 4 {
        return None;
    }
    Some(Evidence::at(c.first()).frame(c.last().frame).with("client", client).with("server", server))
}

fn explain(f: &Finding) -> String {
    format!(
        "Client: {}. Server: {}.",
        f.first.list("client").replace(", ", " → "),
        f.first.list("server").replace(", ", " → ")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Here the client went {} and the server {}.",
        f.first.list("client").replace(", ", " → "),
        f.first.list("server").replace(", ", " → ")
    )
}
