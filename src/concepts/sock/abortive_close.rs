//! `sock.abortive-close`: Abortive close.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::tcp::State;

concept! {
/// SO_LINGER with a time of 0, or closing a socket whose receive buffer still holds unread data, aborts the
/// connection: the peer may lose what it had not read yet.
    ABORTIVE_CLOSE {
        id: "sock.abortive-close",
        title: "Abortive close",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 9293 §3.10.5", "RFC 2525 §2.17"],
        filter: "tcp.flags.reset==1",
        question: "What makes close() send a RST instead of a FIN?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let reset = tcp.reset?;
    let open = matches!(reset.state, State::Established | State::CloseWait);
    if !open || tcp.half_open.is_some() || tcp.idle_then_reset.is_some() || tcp.end(reset.from).fins.count > 0 {
        return None;
    }
    Some(
        Evidence::at(reset.at)
            .with("by", reset.from.name())
            .with("unread_bytes", reset.unacked_bytes)
            .inferred(0.8, "a RST from an open state without a FIN before it")
            .weight(f64::from(reset.unacked_bytes)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "The {} ended an open connection by RST without a FIN: SO_LINGER 0, unread data, or a crash.",
        f.first.text("by")
    )
}

fn answer(f: &Finding) -> String {
    format!("A linger time of 0 or unread data; here the {} did.", f.first.text("by"))
}
