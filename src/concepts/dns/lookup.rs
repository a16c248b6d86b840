//! `dns.lookup`: DNS lookup.

use super::{asked, data, exchange, told, weighing};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{HeaderFlags, Opcode, Rcode};
use crate::track::app::dns::Response;
use crate::track::{Conversation, Event, Kind, ms};

concept! {
/// A stub asks its resolver; the answer carries a TTL that says how long it may be reused. The time between query
/// and answer is paid before the first SYN.
    LOOKUP {
        id: "dns.lookup",
        title: "DNS lookup",
        section: 7,
        severity: Info,
        rfcs: ["RFC 1034", "RFC 1035"],
        filter: "dns",
        question: "Trace a lookup: what is asked, who answers, how long may it be kept?",
        rule: Rule::Event(&[Kind::Dns], rule),
        detail: detail,
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e).filter(|x| x.opcode == Opcode::QUERY && !x.protocol.is_multicast())?;
    x.question.as_ref()?;
    x.response.as_ref()?;
    Some(weighing(x, ms(x.latency_ns()?)))
}

fn detail(e: &Event<'_>, _: &Conversation, evidence: Evidence) -> Evidence {
    let Some((x, response)) = exchange(e).and_then(|x| Some((x, x.response.as_ref()?))) else { return evidence };
    let answers = told(&response.message, |r| format!("{} {} (TTL {} s)", r.rtype, data(&r), r.ttl()));
    let said = said(response, answers.is_empty());
    asked(x, evidence)
        .with("rcode", response.rcode.to_string())
        .maybe("latency_ms", x.latency_ns().map(ms))
        .with("authoritative", response.header.flags.has(HeaderFlags::AA))
        .maybe("said", said)
        .with("answers", answers)
}

/// An answer without records in words.
fn said(response: &Response, empty: bool) -> Option<String> {
    let answers = &response.answers;
    match response.rcode {
        Rcode::NOERROR if !empty => None,
        // RFC 2308 §2.2: a referral has NS records and no SOA record in the authority section.
        Rcode::NOERROR if answers.name_servers > 0 && answers.negative.is_none() => {
            Some("a referral to other name servers".to_owned())
        }
        Rcode::NOERROR if response.header.flags.has(HeaderFlags::TC) => Some("nothing, truncated".to_owned()),
        Rcode::NOERROR => Some("no record of this type (NODATA)".to_owned()),
        rcode => Some(rcode.to_string()),
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let who = if e.is("authoritative") { " with authority" } else { "" };
    let said = if e.has("said") { e.text("said").to_owned() } else { e.list("answers") };
    let took = duration(e.num("latency_ms"));
    format!("{} {} is answered{who} in {took}: {said}.", e.text("type"), e.text("name"))
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let (kind, name, took) = (e.text("type"), e.text("name"), duration(e.num("latency_ms")));
    format!("{kind} {name}, asked of {}, answered in {took}.", e.text("server"))
}
