//! DNS: lookups, what they bring and how they fail (section 7).

mod cache_age;
mod changed;
mod client_subnet;
mod cname_chain;
mod dnssec;
mod dual_stack;
mod edns;
mod encrypted;
mod error;
mod https_record;
mod lookup;
mod mismatch;
mod multicast;
mod nxdomain;
mod resolvers;
mod search_domain;
mod slow;
mod stale_use;
#[cfg(test)]
mod tests;
mod truncated;
mod ttl;
mod unanswered;

use crate::concepts::{Concept, Evidence};
use crate::decode::dns::{Data, Outline, RawRecord, Rtype, Section};
use crate::track::app::dns::{DnsExchange, Response};
use crate::track::{Event, What};

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &lookup::LOOKUP,
    &unanswered::UNANSWERED,
    &nxdomain::NXDOMAIN,
    &error::ERROR,
    &cname_chain::CNAME_CHAIN,
    &ttl::TTL,
    &cache_age::CACHE_AGE,
    &stale_use::STALE_USE,
    &changed::CHANGED,
    &truncated::TRUNCATED,
    &edns::EDNS,
    &client_subnet::CLIENT_SUBNET,
    &dual_stack::DUAL_STACK,
    &https_record::HTTPS_RECORD,
    &search_domain::SEARCH_DOMAIN,
    &encrypted::ENCRYPTED,
    &dnssec::DNSSEC,
    &multicast::MULTICAST,
    &mismatch::MISMATCH,
    &slow::SLOW,
];

/// The exchange that an event tells.
fn exchange<'a>(e: &Event<'a>) -> Option<&'a DnsExchange> {
    match e.what {
        What::Dns(exchange) => Some(exchange),
        _ => None,
    }
}

/// Evidence of an exchange: its frames, what was asked, and of whom.
fn evidence(x: &DnsExchange) -> Evidence {
    asked(x, frames(x))
}

/// Evidence of an exchange with nothing but its frames.
fn frames(x: &DnsExchange) -> Evidence {
    weighing(x, 0.0)
}

/// The same with a weight, made in one place: almost every exchange has some.
#[inline]
fn weighing(x: &DnsExchange, weight: f64) -> Evidence {
    let first = x.first();
    let mut evidence = Evidence::at(first);
    evidence.weight = weight;
    if let Some(Response { at, .. }) = x.response.as_deref()
        && at.frame != 0
        && at.frame != first.frame
    {
        evidence.frames.push(at.frame);
    }
    evidence
}

/// Adds what was asked, and of whom.
fn asked(x: &DnsExchange, evidence: Evidence) -> Evidence {
    evidence.with("name", x.name()).maybe("type", x.rtype().map(|t| t.to_string())).with("server", x.server.to_string())
}

/// The records of a message's answer section, signatures left out, read one by one as they are asked for.
fn answers(message: &[u8]) -> impl Iterator<Item = RawRecord<'_>> {
    let records = Outline::read(message).map(|outline| outline.records());
    records.into_iter().flatten().filter(|r| r.section == Section::Answer && r.rtype != Rtype::RRSIG)
}

/// What a record says, or its beginning.
fn data(record: &RawRecord<'_>) -> String {
    match record.data.len() {
        0..=MAX_READ => short(&Data::read(record.rtype, record.bytes, record.data.clone()).to_string()),
        long => format!("{long} bytes"),
    }
}

/// What a message answers, a few records by `text`, and how many there are besides.
fn told(message: &[u8], text: impl FnMut(RawRecord<'_>) -> String) -> Vec<String> {
    let mut records = answers(message);
    let mut texts: Vec<String> = records.by_ref().take(MAX_DATA + 1).map(text).collect();
    let more = records.count();
    if more > 0 {
        texts.truncate(MAX_DATA);
        texts.push(format!("{} more", more + 1));
    }
    texts
}

/// The first [`MAX_DATA`] texts, and how many there are besides.
fn few(mut texts: Vec<String>) -> Vec<String> {
    let more = texts.len().saturating_sub(MAX_DATA);
    if more > 1 {
        texts.truncate(MAX_DATA);
        texts.push(format!("{more} more"));
    }
    texts
}

/// The beginning of a long text, such as a key.
fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Bytes of one record's data that are read for a finding; of longer ones the length is told.
const MAX_READ: usize = 1_024;
/// Characters of one record's data in a finding.
const MAX_TEXT: usize = 64;
/// Records of one answer in a finding; the others are in the list of exchanges.
const MAX_DATA: usize = 4;
