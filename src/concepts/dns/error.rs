//! `dns.error`: DNS error.

use super::{evidence, exchange};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{Opcode, Rcode, extended_error};
use crate::track::app::dns::Response;
use crate::track::{Conversation, Event, Kind};

concept! {
/// SERVFAIL: the resolver could not find out (a dead server, a failed DNSSEC check). REFUSED: it will not answer
/// you. NXDOMAIN is no error but an answer. An extended error says more, where there is one.
    ERROR {
        id: "dns.error",
        title: "DNS error",
        section: 7,
        severity: Bad,
        rfcs: ["RFC 1035 §4.1.1", "RFC 8914"],
        filter: "dns.flags.rcode > 0 && dns.flags.rcode != 3",
        question: "SERVFAIL, REFUSED, NXDOMAIN: which one means what?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

/// The option code of extended errors (RFC 8914 §2).
const EXTENDED_ERROR: u16 = 15;

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    let failed = |rcode: Rcode| rcode != Rcode::NOERROR && (rcode != Rcode::NXDOMAIN || x.opcode != Opcode::QUERY);
    let response = x.response.as_ref().filter(|r| failed(r.rcode))?;
    let evidence = evidence(x).with("rcode", response.rcode.to_string()).with("opcode", x.opcode.to_string());
    Some(evidence.maybe("extended", extended(response)))
}

fn extended(response: &Response) -> Option<String> {
    response.edns.filter(|edns| edns.has(EXTENDED_ERROR))?;
    let message = response.read()?;
    let (code, text) = message.edns.as_ref()?.extended_errors().next()?;
    let name = extended_error(code).map_or_else(|| format!("code {code}"), |name| format!("{name} ({code})"));
    Some(if text.is_empty() { name } else { format!("{name}, \"{text}\"") })
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let what = match (e.text("name"), e.text("opcode")) {
        ("", opcode) => format!("a {opcode} without a question"),
        (name, "QUERY") => format!("{} {name}", e.text("type")),
        (name, opcode) => format!("{opcode} {name}"),
    };
    let more = if e.has("extended") { format!(": {}", e.text("extended")) } else { String::new() };
    format!("{} answered {what} with {}{more}.", e.text("server"), e.text("rcode"))
}

fn answer(f: &Finding) -> String {
    let meaning = match f.first.text("rcode") {
        "SERVFAIL" => "the server tried and could not find out",
        "REFUSED" => "the server will not answer this client or for this name",
        "FORMERR" => "the server did not understand the message",
        "NOTIMP" => "the server does not do this kind of request",
        _ => "the server would not or could not do it",
    };
    format!("Here {}: {meaning}.", f.first.text("rcode"))
}
