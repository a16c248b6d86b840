//! `dns.dnssec`: Signatures and validation.

use super::{asked, exchange, frames};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::decode::dns::{Data, HeaderFlags, Message, Outline, Record, Rtype, algorithm_name, dnssec_time};
use crate::track::app::dns::Response;
use crate::track::{Conversation, Event, Kind, NS_PER_S};

concept! {
/// A zone signs its records, its parent vouches for its key, up to the root. A validating resolver checks the chain and
/// sets AD, or answers SERVFAIL if it does not hold. Nothing is encrypted.
    DNSSEC {
        id: "dns.dnssec",
        title: "DNSSEC",
        section: 7,
        severity: Info,
        rfcs: ["RFC 4033", "RFC 4034", "RFC 4035"],
        filter: "dns.flags.authenticated==1 || dns.rrsig.algorithm",
        question: "What does DNSSEC protect from, what not, and what happens when a signature expires?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
        detail: detail,
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e).filter(|x| !x.protocol.is_multicast())?;
    let response = x.response.as_ref()?;
    if !is_authenticated(response) && !response.answers.dnssec {
        return None;
    }
    let signature = Outline::read(&response.message).filter(|_| response.answers.dnssec).and_then(|o| expiration(&o));
    let evidence = frames(x);
    Some(match signature {
        Some(until) if until < now(response) => evidence.severity(Severity::Warn).weight(3.0),
        Some(_) => evidence.weight(2.0),
        None => evidence.weight(if response.answers.dnssec { 1.0 } else { 0.0 }),
    })
}

/// When the first signature runs out, in seconds since the epoch (RFC 4034 §3.1.5).
fn expiration(outline: &Outline<'_>) -> Option<u32> {
    let signature = outline.records().find(|r| r.rtype == Rtype::RRSIG)?;
    signature.data().get(8..)?.first_chunk().copied().map(u32::from_be_bytes)
}

/// The time at which a response was captured, in the same unit.
fn now(response: &Response) -> u32 {
    u32::try_from(response.at.ts.0 / NS_PER_S).unwrap_or(0)
}

fn detail(e: &Event<'_>, _: &Conversation, evidence: Evidence) -> Evidence {
    let Some((x, response)) = exchange(e).and_then(|x| Some((x, x.response.as_ref()?))) else { return evidence };
    // RFC 4035 §3.1.6: whoever answers out of its own zone has nobody's word to check.
    let own = response.header.flags.has(HeaderFlags::AA);
    let evidence = asked(x, evidence).with("authenticated", is_authenticated(response)).with("authority", own);
    match response.read().filter(|_| response.answers.dnssec) {
        Some(message) => signed(evidence, &message, now(response)),
        None => evidence,
    }
}

/// What the signatures say.
fn signed(evidence: Evidence, message: &Message, now: u32) -> Evidence {
    let mut kinds: Vec<String> = records(message).filter(|r| is_dnssec(r.rtype)).map(|r| r.rtype.to_string()).collect();
    kinds.sort();
    kinds.dedup();
    let evidence = evidence.with("records", kinds);
    let signature = records(message).find_map(|r| match &r.data {
        Data::Rrsig { algorithm, tag, signer, text, .. } => Some((*algorithm, *tag, signer, text)),
        _ => None,
    });
    let Some((algorithm, tag, signer, text)) = signature else { return evidence };
    let name = algorithm_name(algorithm).map_or_else(|| format!("algorithm {algorithm}"), str::to_owned);
    let until = text.split(' ').nth(4).filter(|until| *until < dnssec_time(now).as_str());
    let evidence = evidence.with("signer", signer.as_str()).with("algorithm", name).with("key_tag", tag);
    evidence.maybe("expired", until)
}

/// In a response AD speaks of the data, of which a truncated one lacks some; in a query it is a wish (RFC 6840 §5.7).
fn is_authenticated(response: &Response) -> bool {
    let flags = response.header.flags;
    flags.has(HeaderFlags::AD) && !flags.has(HeaderFlags::TC)
}

fn records(message: &Message) -> impl Iterator<Item = &Record> {
    message.answers().iter().chain(message.authority()).chain(message.additional())
}

fn is_dnssec(rtype: Rtype) -> bool {
    matches!(rtype, Rtype::RRSIG | Rtype::DNSKEY | Rtype::DS | Rtype::NSEC | Rtype::NSEC3)
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let what = format!("{} {}", e.text("type"), e.text("name"));
    let server = e.text("server");
    let checked = match (e.is("authenticated"), e.is("authority")) {
        (true, _) => format!("{server} says that it has checked the chain (AD)"),
        (false, true) => format!("{server} answers with authority, and checks nothing"),
        (false, false) => format!("{server} does not say that it has checked it"),
    };
    if e.has("expired") {
        let (signer, when) = (e.text("signer"), e.text("expired"));
        return format!("{what}: the signature of {signer} ran out at {when} UTC, before it was captured; {checked}.");
    }
    match (e.text("signer"), e.list("records")) {
        ("", records) if records.is_empty() => format!("{what}: {checked}; the answer itself carries no signature."),
        ("", records) => format!("{what}: {records}; {checked}."),
        (signer, _) => {
            let (algorithm, tag) = (e.text("algorithm"), e.int("key_tag"));
            format!("{what} is signed by {signer} ({algorithm}, key {tag}); {checked}.")
        }
    }
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let here = match (e.is("authenticated"), e.text("signer")) {
        (true, _) => format!("here {} says that it has checked {}", e.text("server"), e.text("name")),
        (false, "") => format!("here are the records of {}, unchecked so far", e.text("name")),
        (false, signer) => format!("here {signer} signs {}, and the asker has to check", e.text("name")),
    };
    format!("From forged answers, not from being read; an expired signature makes the name vanish (SERVFAIL); {here}.")
}
