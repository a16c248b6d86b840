//! `tcp.mptcp`: Multipath TCP.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// MPTCP adds subflows to one connection: MP_CAPABLE opens the first, MP_JOIN adds others over other addresses.
/// Each subflow is a TCP connection of its own on the wire.
    MPTCP {
        id: "tcp.mptcp",
        title: "Multipath TCP",
        section: 3,
        severity: Info,
        rfcs: ["RFC 8684"],
        filter: "tcp.options.mptcp",
        question: "How does a connection survive a change from Wi-Fi to mobile without QUIC?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let subtype = tcp.end(Dir::Client).syn?.mptcp?;
    let answered = tcp.end(Dir::Server).syn.and_then(|s| s.mptcp).is_some();
    let what = if subtype == 1 { "MP_JOIN" } else { "MP_CAPABLE" };
    Some(Evidence::at(tcp.handshake.syn?).with("what", what).with("answered", answered))
}

fn explain(f: &Finding) -> String {
    let answered =
        if f.first.is("answered") { "the server takes part" } else { "the server does not answer it: plain TCP" };
    format!("The SYN carries {}; {answered}.", f.first.text("what"))
}

fn answer(f: &Finding) -> String {
    format!("By subflows: this connection carries {}.", f.first.text("what"))
}
