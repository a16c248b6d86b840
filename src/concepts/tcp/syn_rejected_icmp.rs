//! `tcp.syn-rejected-icmp`: SYN rejected by ICMP.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A router or firewall can answer a SYN with ICMP unreachable. Linux then fails the connect() at once for the hard
/// codes (EHOSTUNREACH, ECONNREFUSED) instead of retrying for two minutes.
    SYN_REJECTED_ICMP {
        id: "tcp.syn-rejected-icmp",
        title: "SYN rejected by ICMP",
        section: 3,
        severity: Bad,
        rfcs: ["RFC 792", "RFC 1122 §4.2.3.9"],
        filter: "icmp.type==3 && tcp.flags.syn==1",
        question: "Who sends \"administratively prohibited\", and what does the client see?",
        rule: Rule::Attempt(rule),
        needs: [Icmp],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let error = tcp.icmp.iter().find(|e| e.is_unreachable())?;
    Some(
        Evidence::at(error.at)
            .frame(tcp.handshake.syn?.frame)
            .with("by", error.from.to_string())
            .with("type", error.kind)
            .with("code", error.code)
            .with("meaning", meaning(error.v6, error.code)),
    )
}

fn meaning(v6: bool, code: u8) -> &'static str {
    match (v6, code) {
        (false, 0) | (true, 0) => "no route to the network",
        (false, 1) | (true, 3) => "host unreachable",
        (false, 2) => "protocol unreachable",
        (false, 3) | (true, 4) => "port unreachable",
        (false, 9 | 10 | 13) | (true, 1) => "administratively prohibited",
        _ => "unreachable",
    }
}

fn explain(f: &Finding) -> String {
    format!(
        "{} answered the SYN with ICMP type {} code {} ({}).",
        f.first.text("by"),
        f.first.int("type"),
        f.first.int("code"),
        f.first.text("meaning")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "A device on the path: here {} says \"{}\". The SYN never reached a listener.",
        f.first.text("by"),
        f.first.text("meaning")
    )
}
