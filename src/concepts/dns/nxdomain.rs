//! `dns.nxdomain`: Name does not exist.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::dns::DnsReport;
use crate::track::{At, Conversation, Event, Kind, What};

concept! {
/// NXDOMAIN is cached too: for as long as the zone's SOA says. Whoever asked before the record was made waits that
/// long.
    NXDOMAIN {
        id: "dns.nxdomain",
        title: "Name does not exist",
        section: 7,
        severity: Note,
        rfcs: ["RFC 2308", "RFC 8020"],
        filter: "dns.flags.rcode==3",
        question: "The record exists now, and the client still says it does not. Why?",
        rule: Rule::Event(&[Kind::Dns], rule),
    }
}

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    let What::Dns(exchange) = e.what else { return None };
    let dns = DnsReport::from(exchange);
    if dns.rcode.as_deref() != Some("NXDOMAIN") {
        return None;
    }
    Some(
        Evidence::at(At { frame: exchange.first_frame(), ts: e.at.ts })
            .frame(dns.response_frame.unwrap_or(0))
            .with("name", dns.qname.clone().unwrap_or_default())
            .with("type", dns.qtype.clone().unwrap_or_default())
            .with("server", c.server().to_string()),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "{} {}: {} says that the name does not exist.",
        f.first.text("type"),
        f.first.text("name"),
        f.first.text("server")
    )
}

fn answer(f: &Finding) -> String {
    format!("Negative caching: \"{}\" was answered with NXDOMAIN here.", f.first.text("name"))
}
