//! `layer.bgp-on-tcp`: BGP is an application on TCP.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::App;
use crate::track::{Conversation, Dir, Proto};

concept! {
/// A routing protocol decides where IP packets go and yet runs above them: BGP is an application on TCP port 179. It
/// leaves order, loss and flow to TCP, and falls with it: a reset takes the session, and all its routes, down.
    BGP_ON_TCP {
        id: "layer.bgp-on-tcp",
        title: "BGP is an application on TCP",
        section: 1,
        severity: Info,
        rfcs: ["RFC 4271 §3", "RFC 5082", "RFC 5925"],
        filter: "bgp",
        question: "Which layer is BGP, and why does it need TCP?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|_| c.proto() == Proto::Tcp && c.app() == App::Bgp)?;
    let (client, server) = (tcp.end(Dir::Client), tcp.end(Dir::Server));
    let signed = match client.syn.or(server.syn) {
        Some(syn) if syn.ao => Some("TCP-AO"),
        Some(syn) if syn.md5 => Some("MD5 signatures"),
        Some(_) => Some("no signature"),
        None => None,
    };
    let first = [client, server].into_iter().filter(|end| end.data.count > 0).map(|end| end.data.first);
    Some(
        Evidence::at(first.min_by_key(|at| at.frame).unwrap_or(c.first()))
            .with("port", c.server().port)
            .with("client_ttl", client.ttl)
            .with("server_ttl", server.ttl)
            .with("client_bytes", client.unique_bytes)
            .with("server_bytes", server.unique_bytes)
            .maybe("signed", signed),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let ttl = |name| match e.int(name) {
        0 => "not seen".to_owned(),
        ttl => ttl.to_string(),
    };
    let signed = if e.has("signed") { format!("; {} in the TCP options", e.text("signed")) } else { String::new() };
    format!(
        "A BGP session as an ordinary TCP connection to port {}: {} and {} bytes of messages; TTL {} and {}{signed}.",
        e.int("port"),
        e.int("client_bytes"),
        e.int("server_bytes"),
        ttl("client_ttl"),
        ttl("server_ttl")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Layer 7: it is carried by TCP, here between {} and {}, which gives it order and repeats what is lost.",
        f.client, f.server
    )
}
