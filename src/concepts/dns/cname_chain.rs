//! `dns.cname-chain`: Aliases on the way to the address.

use super::{asked, exchange, few, frames};
use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{Data, Message, Outline, Rtype, Section};
use crate::track::{Conversation, Event, Kind};

concept! {
/// A CNAME says that a name is only an alias; the resolver goes on with its target. Content networks steer by it. Each
/// link has a TTL of its own, and the answer as a whole is good for the shortest of them.
    CNAME_CHAIN {
        id: "dns.cname-chain",
        title: "CNAME chain",
        section: 7,
        severity: Info,
        rfcs: ["RFC 1034 §3.6.2"],
        filter: "dns.cname",
        question: "Why can a zone's apex have no CNAME, and what does each link of a chain cost?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
        detail: detail,
    }
}

/// Links that are followed; resolvers give up well before.
const MAX_LINKS: usize = 32;

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    let response = x.response.as_ref().filter(|r| r.answers.cnames > 0)?;
    // Who asks for the CNAME itself wants no chain.
    let begins = x.rtype()? != Rtype::CNAME && Outline::read(&response.message).is_some_and(|o| is_alias(&o));
    begins.then(|| frames(x).weight(f64::from(response.answers.cnames)))
}

/// Whether the name asked for is an alias.
fn is_alias(outline: &Outline<'_>) -> bool {
    let Some(asked) = outline.question.map(|q| q.name.canonical()) else { return false };
    let mut links = outline.records().filter(|r| r.section == Section::Answer && r.rtype == Rtype::CNAME);
    links.any(|r| r.name().is_some_and(|name| name.canonical() == asked))
}

fn detail(e: &Event<'_>, _: &Conversation, evidence: Evidence) -> Evidence {
    let Some((x, response)) = exchange(e).and_then(|x| Some((x, x.response.as_ref()?))) else { return evidence };
    let Some(message) = response.read() else { return evidence };
    let chain = chain(&message, &x.name());
    let end = chain.last().map_or("", String::as_str);
    let at_end = message.answers().iter().filter(|r| r.name.eq_ignore_ascii_case(end) && Some(r.rtype) == x.rtype());
    let addresses = few(at_end.map(|r| r.data.to_string()).collect());
    asked(x, evidence)
        .with("links", chain.len().saturating_sub(1))
        .with("addresses", addresses)
        .with("rcode", response.rcode.to_string())
        .maybe("ttl_s", response.answers.least_ttl)
        .with("chain", chain)
}

/// The names from the one asked for to the last target.
fn chain(message: &Message, name: &str) -> Vec<String> {
    let mut chain = vec![name.to_owned()];
    while let Some(current) = chain.last().filter(|_| chain.len() <= MAX_LINKS) {
        let next = message.answers().iter().find_map(|r| match &r.data {
            Data::Name(target) if r.rtype == Rtype::CNAME && r.name.eq_ignore_ascii_case(current) => Some(target),
            _ => None,
        });
        match next.filter(|next| !chain.iter().any(|known| known.eq_ignore_ascii_case(next))) {
            Some(next) => chain.push(next.clone()),
            None => break,
        }
    }
    chain
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let chain = e.list("chain").replace(", ", " → ");
    let end = match (e.list("addresses"), e.text("rcode")) {
        (data, "NOERROR") if data.is_empty() => format!("; the answer has no {} record for the last", e.text("type")),
        (data, rcode) if data.is_empty() => format!("; the last one: {rcode}"),
        (data, _) => format!(": {data}"),
    };
    match e.text("rcode") {
        "NOERROR" | "NXDOMAIN" => {
            format!("{chain}{end}. The answer is good for {} s, the least TTL in it.", e.int("ttl_s"))
        }
        _ => format!("{chain}{end}."),
    }
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let links = plural(e.int("links") as u64, "link");
    format!(
        "A CNAME excludes all other records of its name, and an apex has SOA and NS. Here {} needs {links}; every link \
         in another zone may be another lookup.",
        e.text("name")
    )
}
