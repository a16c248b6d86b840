//! `dns.https-record`: Service bindings.

use super::{evidence, exchange};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::{Data, Rtype, SvcParam, Svcb};
use crate::track::{Conversation, Event, Kind};

concept! {
/// An HTTPS record says before the first packet what used to take round trips to find out: that HTTP/3 is there,
/// where to start connecting, and the keys for Encrypted ClientHello.
    HTTPS_RECORD {
        id: "dns.https-record",
        title: "HTTPS or SVCB record",
        section: 7,
        severity: Info,
        rfcs: ["RFC 9460", "RFC 9848"],
        filter: "dns.svcb.svcpriority",
        question: "How does a browser know that it can begin with HTTP/3?",
        rule: Rule::Event(&[Kind::Dns], rule),
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e).filter(|x| matches!(x.rtype(), Some(Rtype::HTTPS | Rtype::SVCB)))?;
    let message = x.response.as_ref().filter(|r| r.answers.records > 0)?.read()?;
    let svcb = message.answers().iter().find_map(|r| match &r.data {
        Data::Svcb(svcb) => Some(svcb),
        _ => None,
    })?;
    Some(facts(evidence(x).with("record", svcb.to_string()), svcb))
}

fn facts(evidence: Evidence, svcb: &Svcb) -> Evidence {
    let evidence = evidence.with("priority", svcb.priority).with("target", svcb.target.as_str());
    let evidence = evidence.with("ech", svcb.params.iter().any(|p| matches!(p, SvcParam::Ech(_))));
    svcb.params.iter().fold(evidence, |evidence, param| match param {
        SvcParam::Alpn(protocols) => evidence.with("alpn", protocols.clone()),
        SvcParam::Port(port) => evidence.with("port", *port),
        SvcParam::Ipv4Hint(hints) => evidence.with("ipv4hint", texts(hints)),
        SvcParam::Ipv6Hint(hints) => evidence.with("ipv6hint", texts(hints)),
        SvcParam::DohPath(path) => evidence.with("doh_path", path.as_str()),
        _ => evidence,
    })
}

fn texts(items: &[impl ToString]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let name = e.text("name");
    if e.int("priority") == 0 {
        return format!("{name} is an alias for the service {} ({} record).", e.text("target"), e.text("type"));
    }
    let mut says = Vec::new();
    if e.has("alpn") {
        says.push(format!("speaks {}", e.list("alpn")));
    }
    if e.has("port") {
        says.push(format!("is on port {}", e.int("port")));
    }
    if e.has("ipv4hint") || e.has("ipv6hint") {
        let hints = [e.list("ipv4hint"), e.list("ipv6hint")].into_iter().filter(|h| !h.is_empty());
        says.push(format!("is at {}", hints.collect::<Vec<_>>().join(", ")));
    }
    if e.is("ech") {
        says.push("takes Encrypted ClientHello".to_owned());
    }
    if e.has("doh_path") {
        says.push(format!("answers DNS over HTTPS at {}", e.text("doh_path")));
    }
    if says.is_empty() {
        return format!("{name} has the {} record {}.", e.text("type"), e.text("record"));
    }
    format!("{name} {} ({} record).", says.join(", "), e.text("type"))
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    match e.list("alpn") {
        list if list.is_empty() => format!("From the HTTPS record's alpn; {} has none.", e.text("name")),
        list => format!("From the HTTPS record: {} says alpn={list}. Else only from Alt-Svc.", e.text("name")),
    }
}
