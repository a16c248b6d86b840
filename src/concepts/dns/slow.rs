//! `dns.slow`: Slow lookup.

use super::{evidence, exchange};
use crate::concepts::text::{duration, percent, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{HeaderFlags, Opcode, Rtype};
use crate::track::app::dns::{DnsExchange, Lookup, Response};
use crate::track::{Conversation, Event, Kind, NS_PER_MS, NS_PER_S, What, ms};

concept! {
/// The lookup comes before the first SYN, so its time is added to everything. A cold cache costs a walk from the root;
/// a dead resolver or a lost packet costs a timeout of seconds.
    SLOW {
        id: "dns.slow",
        title: "Slow lookup",
        section: 7,
        severity: Warn,
        rfcs: ["RFC 1034 §5.3.1"],
        filter: "dns.time > 1",
        question: "The server answers in 20 ms and the page takes seconds to begin. Where do you look?",
        rule: Rule::Event(&[Kind::Dns, Kind::Closed], rule),
        needs: [Resolved],
    }
}

/// A whole lookup that takes longer stands out, whoever waits for it.
const SLOW_NS: i64 = NS_PER_S;
/// So does one that took longer than this and than half of the time until a connection stood.
const DOMINANT_NS: i64 = 250 * NS_PER_MS;
/// A connection that begins so soon after the answer waited for it.
const WAITED_NS: i64 = 100 * NS_PER_MS;

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    match e.what {
        What::Dns(_) => lookup(e),
        _ => connection(c),
    }
}

/// From the first query of a lookup to its answer, whoever gave it.
fn lookup(e: &Event<'_>) -> Option<Evidence> {
    let x = exchange(e).filter(|x| x.opcode == Opcode::QUERY)?;
    let (lookup, response) = (x.lookup.as_ref()?, x.response.as_ref()?);
    let took = response.at.ts.since(lookup.first.ts);
    // Another server answered sooner: the lookup was over, and nobody waited for this one.
    if lookup.answered.is_some_and(|(_, at)| at != response.at) {
        return None;
    }
    let transfer = matches!(x.rtype(), Some(Rtype::AXFR | Rtype::IXFR));
    if took < SLOW_NS || transfer || response.header.flags.has(HeaderFlags::TC) {
        return None;
    }
    Some(waited(x, lookup, response))
}

#[cold]
fn waited(x: &DnsExchange, lookup: &Lookup, response: &Response) -> Evidence {
    let took = ms(response.at.ts.since(lookup.first.ts));
    evidence(x)
        .frame(lookup.first.frame)
        .with("took_ms", took)
        .with("queries", lookup.queries)
        .with("rcode", response.rcode.to_string())
        .maybe("silent_server", lookup.previous_server.map(|s| s.to_string()))
        .weight(took)
}

/// A connection that waited for its lookup longer than for the server.
fn connection(c: &Conversation) -> Option<Evidence> {
    let resolved = c.resolved().filter(|r| r.client == c.client().addr)?;
    let (took, stood) = (resolved.took_ns()?, c.tcp()?.handshake.syn_ack?);
    let (waited, connect) = (c.first().ts.since(resolved.answered.ts), stood.ts.since(c.first().ts));
    if took < DOMINANT_NS || waited > WAITED_NS || took < connect {
        return None;
    }
    let share = took as f64 / (took + waited + connect) as f64;
    Some(
        Evidence::at(c.first())
            .frame(resolved.answered.frame)
            .frame(resolved.asked.map_or(0, |at| at.frame))
            .with("name", resolved.name())
            .with("server", resolved.server.to_string())
            .with("took_ms", ms(took))
            .with("connect_ms", ms(connect))
            .with("share", share)
            .weight(ms(took)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let (name, took, server) = (e.text("name"), duration(e.num("took_ms")), e.text("server"));
    if e.has("share") {
        let (share, connect) = (percent(e.num("share")), duration(e.num("connect_ms")));
        return format!(
            "The lookup of {name} took {took}, the handshake that followed {connect}: {share} of the time to connect."
        );
    }
    let queries = match e.int("queries") {
        1 => "1 query".to_owned(),
        n => format!("{n} queries"),
    };
    let silent = match e.text("silent_server") {
        "" => String::new(),
        silent => format!("; {silent} was asked before and had not answered"),
    };
    format!("{} {name} took {took} and {queries} until {server} said {}{silent}.", e.text("type"), e.text("rcode"))
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let cause = match (e.text("silent_server"), e.int("queries")) {
        ("", 0..=1) => "the resolver had to find out".to_owned(),
        ("", n) => format!("it took {}", plural(n as u64, "attempt")),
        (silent, _) => format!("{silent} is dead and asked first"),
    };
    format!("At the lookup: {} took {}; {cause}.", e.text("name"), duration(e.num("took_ms")))
}
