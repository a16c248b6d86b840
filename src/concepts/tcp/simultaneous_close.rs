//! `tcp.simultaneous-close`: Simultaneous close.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::State;
use crate::track::{Conversation, Dir};

concept! {
/// When both ends send a FIN before they see the other's, both go from FIN-WAIT-1 to CLOSING and both end in TIME-
/// WAIT.
    SIMULTANEOUS_CLOSE {
        id: "tcp.simultaneous-close",
        title: "Simultaneous close",
        section: 3,
        severity: Note,
        rfcs: ["RFC 9293 §3.6"],
        filter: "tcp.flags.fin==1",
        question: "When do both ends pass through CLOSING?",
        rule: Rule::Connection(rule),
        needs: [Fin],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let closing = |dir: Dir| tcp.end(dir).states.iter().find(|s| s.state == State::Closing);
    let at = closing(Dir::Client).or(closing(Dir::Server))?.at;
    let fins = [tcp.end(Dir::Client).fins.first?, tcp.end(Dir::Server).fins.first?];
    Some(Evidence::at(at).frame(fins[0].frame).frame(fins[1].frame))
}

fn explain(_: &Finding) -> String {
    "The FINs crossed: an end acknowledged the peer's FIN before its own was acknowledged (CLOSING).".to_owned()
}

fn answer(_: &Finding) -> String {
    "When the FINs cross, as they did here; then both sides hold TIME_WAIT.".to_owned()
}
