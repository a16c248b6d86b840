//! `layer.tls-place`: Where TLS sits.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::App;
use crate::track::{Conversation, Overview, Proto};

concept! {
/// TLS has no layer of its own in the OSI model. On TCP it is a layer between the byte stream and the application,
/// DTLS is the same over datagrams, and QUIC takes only the handshake and encrypts its own packets with the keys.
    TLS_PLACE {
        id: "layer.tls-place",
        title: "Where TLS sits",
        section: 1,
        severity: Info,
        rfcs: ["RFC 8446 §1", "RFC 9147", "RFC 9001 §3"],
        filter: "tls || dtls || quic",
        question: "Which layer is TLS?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let first = |place| o.conversations.iter().find(|c| place_of(c) == Some(place));
    let seen: Vec<_> = PLACES.iter().filter_map(|place| Some((*place, first(*place)?))).collect();
    let Some(at) = seen.iter().map(|(_, c)| c.first()).min_by_key(|at| at.frame) else { return Vec::new() };
    let text = |(place, c): &(&str, &Conversation)| {
        let n = o.conversations.iter().filter(|c| place_of(c) == Some(place)).count();
        format!("{place} in {} (first {} to port {})", plural(n as u64, "conversation"), c.client(), c.server().port)
    };
    let mut evidence = Evidence::at(at).with("places", seen.iter().map(text).collect::<Vec<_>>());
    for (_, conversation) in &seen {
        evidence = evidence.frame(conversation.first().frame);
    }
    vec![evidence]
}

const PLACES: [&str; 3] = ["TLS over TCP", "DTLS over UDP", "TLS inside QUIC"];

fn place_of(c: &Conversation) -> Option<&'static str> {
    let [tls, dtls, quic] = PLACES;
    match (c.proto(), c.app()) {
        (Proto::Tcp, App::Tls | App::Dot) => Some(tls),
        (_, App::Dtls) => Some(dtls),
        (Proto::Udp, App::Quic | App::Http3) => Some(quic),
        _ => None,
    }
}

fn explain(f: &Finding) -> String {
    format!("{}.", f.first.list("places"))
}

fn answer(f: &Finding) -> String {
    format!(
        "None of its own: between transport and application, or inside the transport. Here: {}.",
        f.first.list("places")
    )
}
