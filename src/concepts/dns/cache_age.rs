//! `dns.cache-age`: Answers out of a cache.

use super::{evidence, exchange};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event, Kind, ms};

concept! {
/// A cache hands out what is left of the TTL. When the same question gets a lower TTL a while later, the answer came
/// from a cache, and the difference is its age. An authoritative server always says the whole TTL.
    CACHE_AGE {
        id: "dns.cache-age",
        title: "Answer out of a cache",
        section: 7,
        severity: Info,
        rfcs: ["RFC 1034 §4.3.4", "RFC 2308 §5"],
        filter: "dns.resp.ttl && dns.flags.authoritative==0",
        question: "How do you tell a cached answer from a fresh one, and how old it is?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    let recall = x.recall.as_ref()?;
    let (age, (fresh, greatest), response) = (recall.age?, recall.fresh, x.response.as_ref()?);
    Some(
        evidence(x)
            .frame(fresh.frame)
            .with("age_s", age)
            .with("ttl_s", greatest.saturating_sub(age))
            .with("ttl_before_s", greatest)
            .with("frame_before", fresh.frame)
            .with("later_ms", ms(response.at.ts.since(fresh.ts)))
            .with("negative", response.answers.records == 0)
            .weight(f64::from(age)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let of = if e.is("negative") { "the SOA record of the negative answer" } else { "the answer" };
    let (ttl, before, frame, age) = (e.int("ttl_s"), e.int("ttl_before_s"), e.int("frame_before"), e.int("age_s"));
    format!(
        "{} {} from {}: {of} had a TTL of {before} s in frame {frame} and, {} later, has {ttl} s: out of a cache, at \
         least {age} s old.",
        e.text("type"),
        e.text("name"),
        e.text("server"),
        duration(e.num("later_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "The TTL counts down: {} s became {} s, so {}'s copy is at least {} s old.",
        e.int("ttl_before_s"),
        e.int("ttl_s"),
        e.text("server"),
        e.int("age_s")
    )
}
