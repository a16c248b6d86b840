//! `dns.changed`: The answer changed.

use super::{answers, data, evidence, exchange, few};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{Header, Rcode, Rtype};
use crate::track::{Conversation, Event, Kind, NS_PER_S, ms};

concept! {
/// The same question to the same server got another answer: a record was moved, a health check failed over, or the
/// server picks from a pool by load or place. Another order of the same records is no change.
    CHANGED {
        id: "dns.changed",
        title: "The answer changed",
        section: 7,
        severity: Note,
        rfcs: ["RFC 1034 §3.7", "RFC 1794"],
        filter: "dns.flags.response==1",
        question: "Two lookups of one name differ. Failover, load balancing or a mistake?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    // A transfer tells a zone's changes or points to TCP (RFC 1995 §2), ANY tells what is at hand (RFC 8482 §4).
    let x = exchange(e).filter(|x| !matches!(x.rtype(), Some(Rtype::IXFR | Rtype::AXFR | Rtype::ANY)))?;
    let changed = x.recall.as_ref()?.changed.as_ref()?;
    let response = x.response.as_ref()?;
    let (before, after) = (said(changed.message())?, said(&response.message)?);
    if before == after {
        return None;
    }
    let passed = response.at.ts.since(changed.answered.ts);
    let ttl = answers(changed.message()).map(|r| r.ttl()).min();
    Some(
        evidence(x)
            .frame(changed.answered.frame)
            .with("old", few(before))
            .with("new", few(after))
            .with("old_frame", changed.answered.frame)
            .with("after_ms", ms(passed))
            .maybe("old_ttl_s", ttl)
            .with("still_valid", ttl.is_some_and(|ttl| passed < i64::from(ttl) * NS_PER_S)),
    )
}

/// The data in order, or the response code where there are none; `None` where the message is not kept.
fn said(message: &[u8]) -> Option<Vec<String>> {
    let rcode = Header::read(message)?.rcode();
    let mut data: Vec<String> = answers(message).map(|r| data(&r)).collect();
    if data.is_empty() {
        data.push(if rcode == Rcode::NOERROR { "no record".to_owned() } else { rcode.to_string() });
    }
    data.sort();
    Some(data)
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let why = match (e.is("still_valid"), e.has("old_ttl_s")) {
        (true, _) => "The first was still valid: the server has more than one answer, by load, place or server",
        (false, true) => "The first had run out by then",
        (false, false) => "The first was a no",
    };
    format!(
        "{} {} from {}: {} in frame {}, {} {} later. {why}.",
        e.text("type"),
        e.text("name"),
        e.text("server"),
        e.list("old"),
        e.int("old_frame"),
        e.list("new"),
        duration(e.num("after_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let by_ttl = match (e.is("still_valid"), e.has("old_ttl_s")) {
        (true, _) => format!("both were valid at once (TTL {} s), so it is a choice, not a move", e.int("old_ttl_s")),
        (false, true) => format!("the old one had run out (TTL {} s), so it may have moved", e.int("old_ttl_s")),
        (false, false) => "the name came to be".to_owned(),
    };
    format!("{}: from {} to {}; {by_ttl}.", e.text("name"), e.list("old"), e.list("new"))
}
