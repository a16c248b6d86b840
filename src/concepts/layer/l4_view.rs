//! `layer.l4-view`: What layer 4 sees of a conversation, and what only layer 7 does.

use crate::concepts::text::{bytes, plural, protocol};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::App;
use crate::track::{Conversation, Dir, Event, Proto};

concept! {
/// A device at layer 4 decides by addresses, ports and the course of the connection; it forwards packets and need not
/// hold a stream. One at layer 7 reads the requests, so it must put the stream together, and for TLS hold the keys.
    L4_VIEW {
        id: "layer.l4-view",
        title: "What layer 4 sees, and what only layer 7 does",
        section: 1,
        severity: Info,
        rfcs: [],
        filter: "tcp || udp",
        question: "What can a layer-4 balancer not do that a layer-7 one can?",
        rule: Rule::Connection(rule),
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let sent = [Dir::Client, Dir::Server].map(|dir| c.payload(dir));
    if sent == [0, 0] || !matches!(c.proto(), Proto::Tcp | Proto::Udp) {
        return None;
    }
    Some(Evidence::at(c.first()).frame(c.last().frame).weight((sent[0] + sent[1]) as f64))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let name = c.facts().and_then(|facts| facts.tls.as_ref()).and_then(|tls| tls.sni.clone());
    evidence
        .with("client_bytes", c.payload(Dir::Client))
        .with("server_bytes", c.payload(Dir::Server))
        .with("packets", c.packets(Dir::Client).saturating_add(c.packets(Dir::Server)))
        .with("connection", c.proto() == Proto::Tcp)
        .with("only_layer_7", only_layer_7(c.app()))
        .maybe("application", c.app().name())
        .maybe("server_name", name)
}

/// What has to be read out of the payload.
fn only_layer_7(app: App) -> &'static str {
    match app {
        App::Unknown => "what the payload means, in a protocol that is not known here",
        App::Tls | App::Dtls | App::Quic | App::Http3 | App::Dot => {
            "the hello, and the rest if it ends the encryption with the server's keys"
        }
        App::Http1 | App::Http2 => "methods, hosts, paths, cookies and status codes, in clear here",
        App::Dns | App::Mdns | App::Llmnr => "the names asked for and the answers, in clear here",
        App::Smtp | App::Imap | App::Pop3 => "commands, addresses and mail, in clear here",
        App::Ssh | App::Wireguard | App::OpenVpn | App::Ike | App::Esp => {
            "the first messages: the rest is encrypted from end to end"
        }
        _ => "the protocol's own messages, in clear here",
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let app = if e.has("application") { format!(" of {}", protocol(e.text("application"))) } else { String::new() };
    let name =
        if e.has("server_name") { format!("; the name is \"{}\"", e.text("server_name")) } else { String::new() };
    format!(
        "Layer 4 sees {} → {}, {} and {} in {}{}. Only layer 7{app} reads {}{name}.",
        f.client,
        f.server,
        bytes(e.int("client_bytes") as u64),
        bytes(e.int("server_bytes") as u64),
        plural(e.int("packets") as u64, "packet"),
        if e.is("connection") { ", and how the connection began and ended" } else { "" },
        e.text("only_layer_7")
    )
}

fn answer(f: &Finding) -> String {
    format!("Choose by what is asked for. Here that would take {}.", f.worst.text("only_layer_7"))
}
