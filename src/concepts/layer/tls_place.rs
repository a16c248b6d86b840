//! `layer.tls-place`: Where TLS sits.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::App;
use crate::track::{At, ConvId, Endpoint, Overview, Proto};

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
    let mut seen: [(u64, Option<First>); PLACES.len()] = [(0, None); PLACES.len()];
    for ((proto, app), ended) in o.census.apps.iter() {
        if let Some((n, first)) = place_of(*proto, *app).and_then(|place| seen.get_mut(place)) {
            *n += ended.conversations;
            *first = [*first, ended.first].into_iter().flatten().min_by_key(|(id, ..)| *id);
        }
    }
    let place = |(place, (n, first))| Some((place, n, first?));
    let seen: Vec<_> = PLACES.iter().zip(seen).filter_map(place).collect();
    let Some(at) = seen.iter().map(|(.., (_, at, _))| *at).min_by_key(|at| at.frame) else { return Vec::new() };
    let text = |(place, n, (_, _, [client, server])): &(&&str, u64, First)| {
        format!("{place} in {} (first {client} to port {})", plural(*n, "conversation"), server.port)
    };
    let mut evidence = Evidence::at(at).with("places", seen.iter().map(text).collect::<Vec<_>>());
    for (.., (_, at, _)) in &seen {
        evidence = evidence.frame(at.frame);
    }
    vec![evidence]
}

/// The first conversation of a kind: its number, its first packet, its ends.
type First = (ConvId, At, [Endpoint; 2]);

const PLACES: [&str; 3] = ["TLS over TCP", "DTLS over UDP", "TLS inside QUIC"];

/// Which of [`PLACES`] TLS has in a conversation.
fn place_of(proto: Proto, app: App) -> Option<usize> {
    match (proto, app) {
        (Proto::Tcp, App::Tls | App::Dot) => Some(0),
        (_, App::Dtls) => Some(1),
        (Proto::Udp, App::Quic | App::Http3) => Some(2),
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
