//! `dns.client-subnet`: Client subnet.

use super::{evidence, exchange};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::dns::ClientSubnet;
use crate::track::{Conversation, Event, Kind};

concept! {
/// A resolver may tell the authoritative server from which network the question came, so that it can choose a near
/// address. It costs privacy, and a cache has to keep one answer for each network.
    CLIENT_SUBNET {
        id: "dns.client-subnet",
        title: "Client subnet",
        section: 7,
        severity: Note,
        rfcs: ["RFC 7871"],
        filter: "dns.opt.client.addr",
        question: "A CDN steers by DNS. How does it know where a client behind a public resolver is?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    // RFC 7871 §7.1.2: a source length of zero asks not to be told on.
    let subnet = x.query?.edns?.subnet.filter(|subnet| subnet.source > 0 && subnet.source <= bits(subnet))?;
    let scope = x.response.as_ref().and_then(|r| r.edns?.subnet).map(|s| s.scope);
    Some(
        evidence(x)
            .with("asker", x.client.addr.to_string())
            .with("subnet", format!("{}/{}", subnet.address, subnet.source))
            .with("prefix_length", subnet.source)
            .maybe("scope", scope)
            .weight(f64::from(subnet.source)),
    )
}

/// Bits of its family's addresses.
fn bits(subnet: &ClientSubnet) -> u8 {
    if subnet.address.is_ipv4() { 32 } else { 128 }
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let scope = match (e.has("scope"), e.int("scope")) {
        (false, _) => "The answer does not say for whom it is".to_owned(),
        (true, 0) => "The answer is for everybody (scope 0)".to_owned(),
        (true, bits) => format!("The answer is for /{bits} (scope)"),
    };
    let (asker, server) = (e.text("asker"), e.text("server"));
    format!("{asker} tells {server} that {} is asked from {}. {scope}.", e.text("name"), e.text("subnet"))
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "By the client subnet option, if the resolver sends it: here {} learns {}. Else it only sees the resolver.",
        e.text("server"),
        e.text("subnet")
    )
}
