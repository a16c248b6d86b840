//! `tcp.refused`: Connection refused.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event};

concept! {
/// A RST to a SYN says that a host (or a firewall that rejects politely) is there and nobody listens on that port.
/// The client gets ECONNREFUSED after one round trip. It says nothing about the network being slow: the answer came
/// at once.
    REFUSED {
        id: "tcp.refused",
        title: "Connection refused",
        section: 3,
        severity: Bad,
        rfcs: ["RFC 9293 §3.10.7.1"],
        filter: "tcp.flags.reset==1 && tcp.seq==1 && tcp.ack==1",
        question: "What does a RST in answer to a SYN tell you, and what not?",
        rule: Rule::Attempt(rule),
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let (syn, refused) = c.attempt()?.refused?;
    Some(Evidence::at(refused).frame(syn.frame))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((syn, _)) = c.attempt().and_then(|attempt| attempt.refused) else { return evidence };
    let after_ms = evidence.at.ts.ms_since(syn.ts);
    evidence.with("after_ms", after_ms).with("port", c.server().port)
}

fn explain(f: &Finding) -> String {
    format!(
        "Port {} answered the SYN with RST after {}: nobody listens there.",
        f.first.int("port"),
        duration(f.first.num("after_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "The host is up and reachable, {} away, and port {} is closed (ECONNREFUSED).",
        duration(f.first.num("after_ms")),
        f.first.int("port")
    )
}
