//! `dns.mismatch`: Answers that nobody asked for.

use super::{data, evidence, exchange, told};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::Header;
use crate::track::app::dns::{Answer, DnsExchange, Matching, Response};
use crate::track::{Conversation, Event, Kind, ms};

concept! {
/// An answer over UDP is believed if port, id and question fit. Whoever sees the question, or guesses well, can answer
/// before the server does; then the server's answer comes second, and too late.
    MISMATCH {
        id: "dns.mismatch",
        title: "Two answers, or one that nobody asked for",
        section: 7,
        severity: Bad,
        rfcs: ["RFC 5452"],
        filter: "dns.retransmit_response || dns.flags.response==1 && !dns.response_to",
        question: "How is a DNS answer forged, and what makes it hard?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    // A question to a group may have as many answers as the group has members (RFC 6762 §6).
    let x = exchange(e).filter(|x| !x.protocol.is_multicast())?;
    let response = x.response.as_ref()?;
    match &x.matching {
        Matching::Rival { first } => Some(rival(x, response, first)),
        Matching::Stray { asked, id } => Some(
            evidence(x)
                .frame(asked.frame)
                .with("id", x.id)
                .with("asked_id", *id)
                .with("asked_frame", asked.frame)
                .with("answers", said(&response.message))
                .inferred(0.8, "the capture may lack the query"),
        ),
        Matching::Other { asked, wanted } => Some(
            evidence(x)
                .frame(asked.frame)
                .with("id", x.id)
                .with("asked_frame", asked.frame)
                .with("asked_name", format!("{} {}", wanted.rtype, wanted.name))
                .with("answers", said(&response.message))
                .inferred(0.8, "the capture may lack the query"),
        ),
        Matching::Elsewhere { asked, server } => Some(
            evidence(x)
                .frame(asked.frame)
                .with("id", x.id)
                .with("asked_frame", asked.frame)
                .with("asked_server", server.to_string())
                .with("answers", said(&response.message))
                .inferred(0.8, "the capture may lack the query to who answered"),
        ),
        Matching::Asked | Matching::Unasked | Matching::Repeated { .. } => None,
    }
}

fn rival(x: &DnsExchange, response: &Response, first: &Answer) -> Evidence {
    evidence(x)
        .frame(first.answered.frame)
        .with("id", x.id)
        .with("first_frame", first.answered.frame)
        .with("second_frame", response.at.frame)
        .with("first_answers", said(first.message()))
        .with("second_answers", said(&response.message))
        .with("apart_ms", ms(response.at.ts.since(first.answered.ts)))
        .weight(1.0)
}

/// The data, or the response code where there are none.
fn said(message: &[u8]) -> Vec<String> {
    let data = told(message, |r| data(&r));
    match Header::read(message).filter(|_| data.is_empty()) {
        Some(header) => vec![header.rcode().to_string()],
        None if data.is_empty() => vec!["something else".to_owned()],
        None => data,
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let what = format!("{} {}", e.text("type"), e.text("name"));
    if e.has("asked_server") {
        return format!(
            "The query in frame {} for {what}, id {}, went to {}, but {} answered: {}.",
            e.int("asked_frame"),
            e.int("id"),
            e.text("asked_server"),
            e.text("server"),
            e.list("answers")
        );
    }
    if e.has("asked_name") {
        return format!(
            "An answer to {what} came under id {}, on the ports of the query in frame {}, which asks for {}: {}.",
            e.int("id"),
            e.int("asked_frame"),
            e.text("asked_name"),
            e.list("answers")
        );
    }
    if e.has("asked_id") {
        return format!(
            "An answer to {what} came under id {}, while the query in frame {} has {}: {}.",
            e.int("id"),
            e.int("asked_frame"),
            e.int("asked_id"),
            e.list("answers")
        );
    }
    format!(
        "One question ({what}, id {}) got two answers: {} in frame {} and {} in frame {}, {} later. The client believes \
         the first.",
        e.int("id"),
        e.list("first_answers"),
        e.int("first_frame"),
        e.list("second_answers"),
        e.int("second_frame"),
        duration(e.num("apart_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let here = if e.has("asked_id") {
        format!("here id {} was tried against {}", e.int("id"), e.int("asked_id"))
    } else if e.has("asked_name") {
        format!("here {} was answered where {} was asked", e.text("name"), e.text("asked_name"))
    } else if e.has("asked_server") {
        format!("here {} answered what {} was asked", e.text("server"), e.text("asked_server"))
    } else {
        format!("here {} came first for {}", e.list("first_answers"), e.text("name"))
    };
    format!("By answering sooner with the right port and id, both of which should be random; DNSSEC stops it; {here}.")
}
