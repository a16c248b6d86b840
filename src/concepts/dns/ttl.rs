//! `dns.ttl`: Very short or very long TTLs.

use super::{data, evidence, exchange, told};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{HeaderFlags, Rcode, Rtype};
use crate::track::app::dns::{DnsExchange, Response};
use crate::track::{Conversation, Event, Kind, NS_PER_S};

concept! {
/// A short TTL makes failover quick and every connection pay for a lookup; a long one is the time for which a moved
/// service keeps getting visitors at its old address. Zero means: use it once.
    TTL {
        id: "dns.ttl",
        title: "Very short or very long TTL",
        section: 7,
        severity: Note,
        rfcs: ["RFC 1035 §3.2.1", "RFC 2181 §8", "RFC 8767 §4"],
        filter: "dns.resp.ttl < 30 || dns.resp.ttl >= 259200",
        question: "Which TTL before a migration, which after, and who does not care about it?",
        rule: Rule::Event(&[Kind::Dns], rule),
    }
}

/// Below this, in seconds, a record is asked for again by almost every visit.
const SHORT: u32 = 30;
/// Longer than the two days that top-level domains use for their delegations.
const LONG: u32 = 3 * 86_400;

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    let response = x.response.as_ref().filter(|r| r.rcode == Rcode::NOERROR && r.answers.records > 0)?;
    // What clients connect to; the zone's own records live longer for a reason.
    let asked = matches!(x.rtype()?, Rtype::A | Rtype::AAAA | Rtype::CNAME | Rtype::HTTPS);
    if !asked || x.protocol.is_multicast() || response.header.flags.has(HeaderFlags::TC) {
        return None;
    }
    let ttl = response.answers.least_ttl?;
    let authoritative = response.header.flags.has(HeaderFlags::AA);
    let short = if authoritative { ttl < SHORT } else { is_zero(x, ttl) || was_short(x, response, ttl) };
    if !short && ttl < LONG {
        return None;
    }
    Some(unusual(x, response, ttl, short))
}

#[cold]
fn unusual(x: &DnsExchange, response: &Response, ttl: u32, short: bool) -> Evidence {
    let kind = if short { "short" } else { "long" };
    let answers = told(&response.message, |r| data(&r));
    let evidence = evidence(x).with("answers", answers).with("ttl_s", ttl).with("kind", kind).weight(weight(ttl));
    let authoritative = response.header.flags.has(HeaderFlags::AA);
    match short && !authoritative {
        true if ttl == 0 => evidence.inferred(0.6, "a cache may hand out the last second of a longer TTL"),
        true => {
            evidence.inferred(0.8, "the last copy had run out, so this one is no older than that; one cache assumed")
        }
        false => evidence,
    }
}

/// Nothing is left, and the same server has not told a longer TTL before.
fn is_zero(x: &DnsExchange, ttl: u32) -> bool {
    ttl == 0 && x.recall.as_ref().is_none_or(|r| r.fresh.1 == 0 && r.previous_ttl == 0)
}

/// Whether the whole TTL was short, though a resolver tells only what is left of it: more is left than the last copy would
/// have, so the record was fetched anew when that ran out, and no more than the time since then is gone from it.
fn was_short(x: &DnsExchange, response: &Response, ttl: u32) -> bool {
    let Some(recall) = &x.recall else { return false };
    let passed = response.at.ts.since(recall.previous.ts) / NS_PER_S;
    let left = i64::from(recall.previous_ttl) - passed;
    let anew = i64::from(ttl) > left.max(0) + 1;
    anew && i64::from(ttl) + (-left).max(0) + 1 < i64::from(SHORT)
}

/// How far from the usual.
fn weight(ttl: u32) -> f64 {
    if ttl < SHORT { f64::from(SHORT - ttl) } else { f64::from(ttl) / f64::from(LONG) }
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let (name, ttl) = (e.text("name"), e.int("ttl_s"));
    let means = match (e.text("kind"), ttl) {
        ("long", _) => format!("it may be kept for {}, and so long does a change take to reach everybody", days(ttl)),
        (_, 0) => "it is good for one use and must not be cached".to_owned(),
        _ => format!("whoever comes back after {ttl} s has to ask again"),
    };
    format!("{} {name} from {}: TTL {ttl} s; {means}.", e.text("type"), e.text("server"))
}

fn days(seconds: i64) -> String {
    let tenths = (seconds * 10 + 43_200) / 86_400;
    match (tenths / 10, tenths % 10) {
        (1, 0) => "a day".to_owned(),
        (whole, 0) => format!("{whole} days"),
        (whole, rest) => format!("{whole}.{rest} days"),
    }
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "Lower it at least one old TTL before the change, raise it after. Here {} has {} s. Long-lived connections and \
         clients that resolve once do not care.",
        e.text("name"),
        e.int("ttl_s")
    )
}
