//! `dns.error`: DNS error.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::dns::DnsReport;
use crate::track::{At, Conversation, Event, Kind, What};

concept! {
/// SERVFAIL: the resolver could not find out (a dead server, a failed DNSSEC check). REFUSED: it will not answer
/// you. NXDOMAIN is no error but an answer.
    ERROR {
        id: "dns.error",
        title: "DNS error",
        section: 7,
        severity: Bad,
        rfcs: ["RFC 1035 §4.1.1", "RFC 8914"],
        filter: "dns.flags.rcode > 0 && dns.flags.rcode != 3",
        question: "SERVFAIL, REFUSED, NXDOMAIN: which one means what?",
        rule: Rule::Event(&[Kind::Dns], rule),
    }
}

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    let What::Dns(exchange) = e.what else { return None };
    let dns = DnsReport::from(exchange);
    let rcode = dns.rcode.as_deref().filter(|r| !matches!(*r, "NOERROR" | "NXDOMAIN"))?;
    Some(
        Evidence::at(At { frame: exchange.first_frame(), ts: e.at.ts })
            .frame(dns.response_frame.unwrap_or(0))
            .with("rcode", rcode)
            .with("name", dns.qname.clone().unwrap_or_default())
            .with("server", c.server().to_string()),
    )
}

fn explain(f: &Finding) -> String {
    format!("{} answered {} for \"{}\".", f.first.text("server"), f.first.text("rcode"), f.first.text("name"))
}

fn answer(f: &Finding) -> String {
    format!("Here {}: the server would not or could not answer.", f.first.text("rcode"))
}
