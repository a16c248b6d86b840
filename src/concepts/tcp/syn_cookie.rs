//! `tcp.syn-cookie`: SYN cookie suspected.

use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::track::{Overview, census};

concept! {
/// Under a SYN flood a server can put what it must remember into the sequence number of the SYN-ACK and forget the
/// rest. The price is the options: without timestamps it can only keep a coarse MSS, so window scaling and SACK
/// vanish from the SYN-ACK.
    SYN_COOKIE {
        id: "tcp.syn-cookie",
        title: "SYN cookie suspected",
        section: 3,
        severity: Note,
        rfcs: ["RFC 4987 §3.6"],
        filter: "tcp.flags.syn==1 && tcp.flags.ack==1",
        question: "How can a server answer SYNs without remembering them, and what does it lose?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for (service, attempts) in census::in_order(&o.census.by_service) {
        if attempts.bare_answers < 3 || attempts.unfinished() < 8 {
            continue;
        }
        out.push(
            Evidence::at(attempts.bare_first)
                .about(Subject::Host(service.0))
                .with("port", service.1)
                .with("bare_answers", attempts.bare_answers)
                .with("pending", attempts.unfinished())
                .times(attempts.bare_answers)
                .inferred(
                    0.7,
                    "SYN-ACKs without options that the clients offered, while many handshakes are unfinished",
                ),
        );
    }
    out
}

fn explain(f: &Finding) -> String {
    format!(
        "Port {}: {} SYN-ACKs left out options that the client had offered, while {} handshakes were unfinished.",
        f.first.int("port"),
        f.first.int("bare_answers"),
        f.first.int("pending")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "It encodes the state in its sequence number. Here {} SYN-ACKs came back without the options offered: no SACK, no scaling on those connections.",
        f.first.int("bare_answers")
    )
}
