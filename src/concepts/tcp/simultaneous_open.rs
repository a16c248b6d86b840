//! `tcp.simultaneous-open`: Simultaneous open.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// When two SYNs cross, both ends go from SYN-SENT to SYN-RECEIVED and there is one connection, with no server. NAT
/// hole punching uses it. The SYN-ACKs that follow are no retransmissions.
    SIMULTANEOUS_OPEN {
        id: "tcp.simultaneous-open",
        title: "Simultaneous open",
        section: 3,
        severity: Note,
        rfcs: ["RFC 9293 §3.5"],
        filter: "tcp.flags.syn==1",
        question: "Can both sides be the client?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let shake = &tcp.handshake;
    let syn = shake.syn.filter(|_| shake.simultaneous)?;
    Some(Evidence::at(syn).frame(tcp.end(Dir::Server).syns.first?.frame))
}

fn explain(_: &Finding) -> String {
    "Both sides sent a SYN before they saw the other's: one connection without a listener.".to_owned()
}

fn answer(_: &Finding) -> String {
    "Yes: the SYNs crossed here, both ends passed through SYN_RECEIVED, and one connection came of it.".to_owned()
}
