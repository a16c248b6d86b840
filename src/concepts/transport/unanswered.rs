//! `udp.unanswered`: Datagrams without an answer.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::decode::Layer;
use crate::track::{Overview, Proto};

concept! {
/// You do not, unless the application answers. A datagram without a reply may be one-way traffic by design, may be
/// lost, or may meet a dead or filtered port.
    UNANSWERED {
        id: "udp.unanswered",
        title: "Datagrams without an answer",
        section: 2,
        severity: Note,
        rfcs: ["RFC 768"],
        filter: "udp",
        question: "How do you know whether a UDP datagram arrived?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    // An answer in fragments, of which one may be missing, cannot be told from silence.
    if o.census.unanswered.is_empty() || o.census.stacks.keys().any(|s| s.contains(&Layer::Fragment)) {
        return out;
    }
    // An answer from another port is an answer too.
    let asked = o.census.unanswered.iter().filter_map(|((host, _), u)| Some((*host, u.client?)));
    let asked: foldhash::HashSet<_> = asked.collect();
    let udp = o.conversations.iter().filter(|c| c.proto() == Proto::Udp);
    let talks = udp.map(|c| (c.client().addr, c.server().addr));
    let talked: foldhash::HashSet<_> = talks.filter(|pair| asked.contains(pair)).collect();
    for ((host, port), u) in &o.census.unanswered {
        if u.talked || u.client.is_some_and(|client| talked.contains(&(*host, client))) {
            continue;
        }
        out.push(
            Evidence::at(u.first)
                .about(Subject::Host(*host))
                .with("port", *port)
                .with("datagrams", u.datagrams)
                .with("conversations", u.conversations)
                .times(u.datagrams)
                .weight(u.datagrams as f64),
        );
    }
    out
}

fn explain(f: &Finding) -> String {
    format!(
        "{} to port {} got no datagram in reply in this capture.",
        plural(f.worst.int("datagrams") as u64, "datagram"),
        f.worst.int("port")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Only by a reply of the application: here {} to {} port {} show none.",
        f.worst.int("datagrams"),
        f.client,
        f.worst.int("port")
    )
}
