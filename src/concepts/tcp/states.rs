//! `tcp.states`: States of both ends.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, Event};

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
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let entered = tcp.ends.iter().map(|end| end.states.len()).sum::<usize>();
    (entered >= 4).then(|| Evidence::at(c.first()).frame(c.last().frame))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tcp) = c.tcp() else { return evidence };
    let path = |dir: Dir| tcp.end(dir).states.iter().map(|s| s.state.name().to_owned()).collect::<Vec<_>>();
    evidence.with("client", path(Dir::Client)).with("server", path(Dir::Server))
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
