//! `dns.multicast`: Multicast DNS and LLMNR.

use super::{exchange, frames, short};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{Data, Message, Outline, Rtype};
use crate::track::app::dns::Protocol;
use crate::track::{Conversation, Event, Kind};

concept! {
/// On a link, hosts ask everybody and whoever knows answers: printers and services by multicast DNS, host names by
/// LLMNR. Nobody vouches for an answer, which is why LLMNR is switched off where credentials would follow it.
    MULTICAST {
        id: "dns.multicast",
        title: "Multicast DNS",
        section: 7,
        severity: Info,
        rfcs: ["RFC 6762", "RFC 6763", "RFC 4795"],
        filter: "mdns || llmnr",
        question: "Who answers a name that ends in .local, and can you trust it?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
        detail: detail,
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e).filter(|x| x.protocol.is_multicast())?;
    let outline = x.response.as_ref().and_then(|r| Outline::read(&r.message));
    let weight = outline.map_or(0.0, |o| if o.records().any(|r| r.rtype == Rtype::SRV) { 2.0 } else { 1.0 });
    Some(frames(x).weight(weight))
}

fn detail(e: &Event<'_>, _: &Conversation, evidence: Evidence) -> Evidence {
    let Some(x) = exchange(e) else { return evidence };
    let protocol = if x.protocol == Protocol::Llmnr { "LLMNR" } else { "mDNS" };
    let evidence = evidence
        .with("protocol", protocol)
        .with("asker", x.client.addr.to_string())
        .with("answerer", x.server.addr.to_string())
        .maybe("name", x.question.as_ref().map(|q| q.name.to_string()))
        .maybe("type", x.rtype().map(|t| t.to_string()));
    let Some(message) = x.response.as_ref().and_then(|r| r.read()) else { return evidence };
    let evidence = match service(&message) {
        Some((service, host, port)) => evidence.with("service", service).with("host", host).with("port", port),
        None => evidence,
    };
    let said = message.answers().first().map(|r| format!("{} {} {}", r.name, r.rtype, short(&r.data.to_string())));
    evidence.maybe("said", said)
}

/// The first service instance that a message locates (RFC 6763 §5).
fn service(message: &Message) -> Option<(&str, &str, u16)> {
    message.answers().iter().chain(message.additional()).find_map(|r| match &r.data {
        Data::Srv { port, target, .. } => Some((r.name.as_str(), target.as_str(), *port)),
        _ => None,
    })
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let (protocol, asker, answerer) = (e.text("protocol"), e.text("asker"), e.text("answerer"));
    if e.has("service") {
        let (service, host, port) = (e.text("service"), e.text("host"), e.int("port"));
        return format!("{protocol}: {answerer} offers {service} at {host}, port {port}.");
    }
    match (e.text("name"), e.text("said")) {
        ("", said) => format!("{protocol}: {answerer} announces {said}."),
        (name, "") => format!("{protocol}: {asker} asks the link for {} {name}.", e.text("type")),
        (_, said) => format!("{protocol}: {answerer} answers {asker}: {said}."),
    }
}

fn answer(f: &Finding) -> String {
    let who = f.worst.text(if f.worst.has("said") { "answerer" } else { "asker" });
    format!("Any host on the link, by multicast ({who} speaks {} here), unverified.", f.worst.text("protocol"))
}
