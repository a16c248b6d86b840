//! `dns.edns`: Extension mechanisms.

use super::{asked, exchange, weighing};
use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::EdnsOption;
use crate::track::app::dns::{DnsExchange, EdnsFacts, Protocol, Response};
use crate::track::{Conversation, Event, Kind};

concept! {
/// An OPT record says how large an answer over UDP may be, that signatures are welcome, and carries options: cookies,
/// padding, the server's id. Without it an answer has at most 512 bytes. Beyond a packet it comes in fragments, which
/// get lost more often; hence 1232.
    EDNS {
        id: "dns.edns",
        title: "EDNS",
        section: 7,
        severity: Info,
        rfcs: ["RFC 6891", "RFC 7873", "RFC 5001", "RFC 9715"],
        filter: "dns.resp.type==41",
        question: "Why do resolvers announce 1232 bytes and not 4096?",
        rule: Rule::Event(&[Kind::Dns], rule),
        detail: detail,
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e).filter(|x| !x.protocol.is_multicast())?;
    let (query, response) = (x.query?, x.response.as_ref()?);
    query.edns.or(response.edns)?;
    Some(weighing(x, response.message.len() as f64))
}

fn detail(e: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((x, response)) = exchange(e).and_then(|x| Some((x, x.response.as_ref()?))) else { return evidence };
    let (offer, size) = (x.query.and_then(|query| query.edns), response.message.len());
    asked(x, evidence)
        .maybe("client_bytes", offer.map(size_taken))
        .maybe("server_bytes", response.edns.map(size_taken))
        .with("dnssec_ok", offer.is_some_and(|edns| edns.dnssec_ok))
        .with("query_options", offer.map(names).unwrap_or_default())
        .with("response_options", options(response))
        .with("response_bytes", size)
        .with("beyond_packet", is_beyond_packet(x, c, size))
}

/// RFC 6891 §6.2.3: less than 512 counts as 512, which everybody takes.
fn size_taken(edns: EdnsFacts) -> u16 {
    edns.udp_size.max(512)
}

/// More than IP and UDP headers leave of 1500 bytes.
fn is_beyond_packet(x: &DnsExchange, c: &Conversation, size: usize) -> bool {
    let headers = if c.client().addr.is_v4() { 28 } else { 48 };
    x.protocol == Protocol::Udp && size + headers > 1500
}

/// Options of a query by name; its message is not kept.
fn names(edns: EdnsFacts) -> Vec<String> {
    const NAMES: [(u16, &str); 8] = [
        (3, "NSID"),
        (8, "CLIENT-SUBNET"),
        (9, "EXPIRE"),
        (10, "COOKIE"),
        (11, "KEEPALIVE"),
        (12, "PADDING"),
        (13, "CHAIN"),
        (15, "EDE"),
    ];
    NAMES.iter().filter(|(code, _)| edns.has(*code)).map(|(_, name)| (*name).to_owned()).collect()
}

/// Options of the response with what they say; cookies without their bytes.
fn options(response: &Response) -> Vec<String> {
    let Some(message) = response.edns.filter(|edns| edns.options != 0).and_then(|_| response.read()) else {
        return Vec::new();
    };
    let said = |option: &EdnsOption| match option {
        EdnsOption::Cookie { .. } => "COOKIE".to_owned(),
        other => other.to_string(),
    };
    message.edns.iter().flat_map(|edns| &edns.options).map(said).collect()
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let asked = match e.has("client_bytes") {
        true => format!("The client takes answers of up to {} bytes", e.int("client_bytes")),
        false => "The client does not use EDNS".to_owned(),
    };
    let wants = if e.is("dnssec_ok") { ", with DNSSEC records" } else { "" };
    let options = |name| match e.list(name) {
        list if list.is_empty() => String::new(),
        list => format!(" ({list})"),
    };
    let said = match e.has("server_bytes") {
        true => format!("{} takes {} bytes", e.text("server"), e.int("server_bytes")),
        false => format!("{} answers without EDNS", e.text("server")),
    };
    let size = e.int("response_bytes") as u64;
    let size = match e.is("beyond_packet") {
        true => format!(" The answer has {}, more than a packet of 1500 bytes holds: fragments.", bytes(size)),
        false => String::new(),
    };
    format!("{asked}{wants}{}; {said}{}.{size}", options("query_options"), options("response_options"))
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "So that no answer is fragmented, even over IPv6 at its minimum MTU. Here the client says {} bytes, and the \
         largest answer has {}.",
        if e.has("client_bytes") { e.int("client_bytes") } else { 512 },
        bytes(e.int("response_bytes") as u64)
    )
}
