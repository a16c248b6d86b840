//! `dns.lookup`: DNS lookup.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::dns::DnsReport;
use crate::track::{At, Conversation, Event, Kind, What};

concept! {
/// A stub asks its resolver; the answer carries a TTL that says how long it may be reused. The time between query
/// and answer is paid before the first SYN.
    LOOKUP {
        id: "dns.lookup",
        title: "DNS lookup",
        section: 7,
        severity: Info,
        rfcs: ["RFC 1034", "RFC 1035"],
        filter: "dns",
        question: "Trace a lookup: what is asked, who answers, how long may it be kept?",
        rule: Rule::Event(&[Kind::Dns], rule),
    }
}

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    let What::Dns(exchange) = e.what else { return None };
    let dns = DnsReport::from(exchange);
    let (name, kind) = (dns.qname.as_deref()?, dns.qtype.as_deref()?);
    let latency = dns.latency_ms?;
    let data: Vec<String> = dns.answers.iter().take(6).map(|a| format!("{} {} {}", a.rtype, a.data, a.ttl)).collect();
    Some(
        Evidence::at(At { frame: exchange.first_frame(), ts: e.at.ts })
            .frame(dns.response_frame.unwrap_or(0))
            .with("name", name)
            .with("type", kind)
            .with("rcode", dns.rcode.clone().unwrap_or_default())
            .with("latency_ms", latency)
            .with("answers", data)
            .with("resolver", c.server().to_string())
            .weight(latency),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let answers = if e.list("answers").is_empty() { e.text("rcode").to_owned() } else { e.list("answers") };
    format!(
        "{} {} from {}: {} in {} (type, data, TTL).",
        e.text("type"),
        e.text("name"),
        e.text("resolver"),
        answers,
        duration(e.num("latency_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "{} asked of {}, answered in {}.",
        f.worst.text("name"),
        f.worst.text("resolver"),
        duration(f.worst.num("latency_ms"))
    )
}
