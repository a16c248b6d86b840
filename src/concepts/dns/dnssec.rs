//! `dns.dnssec`: Signatures and validation.

use super::{evidence, exchange};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::decode::dns::{Data, HeaderFlags, Message, Record, Rtype, algorithm_name, dnssec_time};
use crate::track::app::dns::Response;
use crate::track::{Conversation, Event, Kind};

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
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e).filter(|x| !x.protocol.is_multicast())?;
    let response = x.response.as_ref()?;
    // In a response AD speaks of the data, of which a truncated one lacks some; in a query it is a wish (RFC 6840 §5.7).
    let flags = response.header.flags;
    let authenticated = flags.has(HeaderFlags::AD) && !flags.has(HeaderFlags::TC);
    if !authenticated && !response.answers.dnssec {
        return None;
    }
    let evidence = evidence(x).with("authenticated", authenticated);
    let evidence = if response.answers.dnssec { signed(evidence, response) } else { evidence };
    Some(evidence)
}

/// What the signatures say.
fn signed(evidence: Evidence, response: &Response) -> Evidence {
    let Some(message) = response.read() else { return evidence };
    let mut kinds: Vec<String> =
        records(&message).filter(|r| is_dnssec(r.rtype)).map(|r| r.rtype.to_string()).collect();
    kinds.sort();
    kinds.dedup();
    let evidence = evidence.with("records", kinds);
    let signature = records(&message).find_map(|r| match &r.data {
        Data::Rrsig { algorithm, tag, signer, text, .. } => Some((*algorithm, *tag, signer, text)),
        _ => None,
    });
    let Some((algorithm, tag, signer, text)) = signature else { return evidence.weight(1.0) };
    let name = algorithm_name(algorithm).map_or_else(|| format!("algorithm {algorithm}"), str::to_owned);
    let evidence = evidence.with("signer", signer.as_str()).with("algorithm", name).with("key_tag", tag).weight(2.0);
    match expired(text, response) {
        Some(when) => evidence.with("expired", when).severity(Severity::Warn).weight(3.0),
        None => evidence,
    }
}

/// When the signature ran out, if that was before the capture's clock says it was sent (RFC 4034 §3.1.5).
fn expired(signature: &str, response: &Response) -> Option<String> {
    let until = signature.split(' ').nth(4)?;
    let now = dnssec_time(u32::try_from(response.at.ts.0 / crate::track::NS_PER_S).ok()?);
    (until < now.as_str()).then(|| until.to_owned())
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
    let checked = match e.is("authenticated") {
        true => format!("{server} says that it has checked the chain (AD)"),
        false => format!("{server} does not say that it has checked it"),
    };
    if e.has("expired") {
        let (signer, when) = (e.text("signer"), e.text("expired"));
        return format!("{what}: the signature of {signer} ran out at {when} UTC, before it was captured; {checked}.");
    }
    match (e.text("signer"), e.list("records")) {
        ("", records) if records.is_empty() => format!("{checked} {what}; the answer itself carries no signature."),
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
        (true, _) => format!("here {} has checked {}", e.text("server"), e.text("name")),
        (false, "") => format!("here are the records of {}, unchecked so far", e.text("name")),
        (false, signer) => format!("here {signer} signs {}, and the asker has to check", e.text("name")),
    };
    format!("From forged answers, not from being read; an expired signature makes the name vanish (SERVFAIL); {here}.")
}
