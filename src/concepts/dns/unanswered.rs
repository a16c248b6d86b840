//! `dns.unanswered`: DNS query without an answer.

use super::{evidence, exchange};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::Opcode;
use crate::track::app::dns::{DnsExchange, Protocol};
use crate::track::tcp::IcmpError;
use crate::track::{Conversation, Dir, Event, Kind, NS_PER_S, ms};

concept! {
/// Most stubs wait five seconds before they ask again or ask the next server. A dead resolver at the top of the
/// list costs that much for every lookup.
    UNANSWERED {
        id: "dns.unanswered",
        title: "DNS query without an answer",
        section: 7,
        severity: Bad,
        rfcs: ["RFC 1035 §4.2.1"],
        filter: "dns.flags.response==0 && !dns.response_in",
        question: "Every first request takes five seconds. What do you check?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

/// A query that came this shortly before the capture's end may yet be answered.
const WATCHED_NS: i64 = NS_PER_S;

/// How long an answer is waited for.
const PATIENCE_NS: i64 = 60 * NS_PER_S;

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    let silent = c.packets(Dir::Server) == 0;
    let lookup = x.lookup;
    let later = lookup.and_then(|l| l.answered.map(|(server, at)| (server, at.ts.since(l.first.ts))));
    let unreachable = c.icmp().iter().any(rejected);
    let over = later.is_some() || unreachable || x.until.ts.since(x.first().ts) >= WATCHED_NS;
    let given_up = over && asked_again(x);
    if !x.is_unanswered() || x.protocol != Protocol::Udp || !(silent && watched(x) || given_up) {
        return None;
    }
    let waited = later.map_or_else(|| x.until.ts.since(x.first().ts).min(PATIENCE_NS), |(_, ns)| ns);
    Some(
        evidence(x)
            .frame(later.and(lookup).and_then(|l| l.answered).map_or(0, |(_, at)| at.frame))
            .with("retries", x.retries)
            .with("queries", lookup.map_or(1 + x.retries, |l| l.queries))
            .with("waited_ms", ms(waited))
            .maybe("opcode", (x.opcode != Opcode::QUERY).then(|| x.opcode.to_string()))
            .maybe("unreachable", unreachable.then_some(true))
            .maybe("answered_by", later.map(|(server, _)| server.to_string()))
            .weight(f64::from(x.retries)),
    )
}

/// The server's host has no listener on the port that was asked.
fn rejected(error: &IcmpError) -> bool {
    error.quotes == Dir::Client && error.is_port_unreachable()
}

/// The capture went on for long enough to show an answer.
fn watched(x: &DnsExchange) -> bool {
    x.query.is_some_and(|q| x.until.ts.since(q.last.ts) >= WATCHED_NS)
}

/// The client sent more than one query, of which this may be the last.
fn asked_again(x: &DnsExchange) -> bool {
    x.retries > 0 || x.lookup.is_some_and(|l| l.queries > 1)
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let (server, name, waited) = (e.text("server"), e.text("name"), duration(e.num("waited_ms")));
    let asked = match e.int("queries") {
        1 => "1 query".to_owned(),
        n => format!("{n} queries"),
    };
    let what = format!("{} {name}", if e.has("opcode") { e.text("opcode") } else { e.text("type") });
    match e.text("answered_by") {
        // RFC 8085 §5.2: the error tells the client at once that waiting is of no use.
        "" if e.is("unreachable") => {
            format!("No answer to {what}: {server} sent ICMP port unreachable, so no server runs there ({asked}).")
        }
        "" => format!("No answer from {server} to {what} in this capture: nobody answered within {waited} ({asked})."),
        other if other == server => {
            format!(
                "No answer from {server} to this query for {what}; it answered another one, {waited} after the first ({asked})."
            )
        }
        other => {
            format!("No answer from {server} to {what}; {other} answered {waited} after the first query ({asked}).")
        }
    }
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let lost = duration(e.num("waited_ms"));
    match e.text("answered_by") {
        "" => format!("The resolver: {} is silent here.", e.text("server")),
        other => format!("The list of resolvers: {} is silent, {other} answered after {lost}.", e.text("server")),
    }
}
