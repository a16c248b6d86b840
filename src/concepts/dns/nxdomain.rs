//! `dns.nxdomain`: Name does not exist.

use super::{asked, exchange, frames};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{Opcode, Rcode};
use crate::track::{Conversation, Event, Kind};

concept! {
/// NXDOMAIN is cached too: for as long as the zone's SOA says, the lesser of its TTL and its minimum. Whoever asked
/// before the record was made waits that long.
    NXDOMAIN {
        id: "dns.nxdomain",
        title: "Name does not exist",
        section: 7,
        severity: Note,
        rfcs: ["RFC 2308 §5", "RFC 8020"],
        filter: "dns.flags.rcode==3",
        question: "The record exists now, and the client still says it does not. Why?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
        detail: detail,
        tells: First,
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    // RFC 2136 §2.2: to an UPDATE the code says that a condition is not met, which is no word on the zone.
    let x = exchange(e).filter(|x| x.opcode == Opcode::QUERY)?;
    let response = x.response.as_ref().filter(|r| r.rcode == Rcode::NXDOMAIN)?;
    let negative = response.answers.negative;
    Some(frames(x).weight(f64::from(negative.map_or(0, |n| n.cacheable()))))
}

fn detail(e: &Event<'_>, _: &Conversation, evidence: Evidence) -> Evidence {
    let Some(x) = exchange(e) else { return evidence };
    let negative = x.response.as_ref().and_then(|r| r.answers.negative);
    asked(x, evidence)
        .maybe("cacheable_s", negative.map(|n| n.cacheable()))
        .maybe("soa_minimum", negative.map(|n| n.minimum))
        .maybe("soa_ttl", negative.map(|n| n.ttl))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let said = format!("{} says that {} does not exist", e.text("server"), e.text("name"));
    if !e.has("cacheable_s") {
        return format!("{said}, without an SOA record: not to be cached.");
    }
    let (ttl, minimum, keep) = (e.int("soa_ttl"), e.int("soa_minimum"), e.int("cacheable_s"));
    format!("{said}. That may be kept for {keep} s (SOA: TTL {ttl} s, minimum {minimum} s).")
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    match e.has("cacheable_s") {
        true => format!("Negative caching: the no to {} is good for {} s.", e.text("name"), e.int("cacheable_s")),
        false => format!("Negative caching: {} was answered with NXDOMAIN here.", e.text("name")),
    }
}
