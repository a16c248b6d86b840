//! `tls.not-tls`: A port does not say what is spoken.

use crate::concepts::text::protocol;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::App;
use crate::track::{At, Conversation, Proto};

concept! {
/// A port is a habit, not a protocol. Whatever filters or counts by port takes the plain text on 443 for TLS and misses
/// the TLS on a port of somebody's choice; the first bytes tell.
    NOT_TLS {
        id: "tls.not-tls",
        title: "Port and protocol disagree",
        section: 5,
        severity: Note,
        rfcs: ["RFC 7605 §6"],
        filter: "tcp.port==443 && !tls || tls && !tcp.port==443",
        question: "How do you know that something is TLS?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    if c.proto() != Proto::Tcp {
        return None;
    }
    let facts = c.facts()?;
    let (port, tls) = (c.server().port, facts.tls.as_deref());
    let evidence = |at: At, what: &'static str| Evidence::at(at).with("port", port).with("what", what);
    // After an SSL 2.0 hello both may go on with SSL 2.0, whose records are others.
    let sslv2 = tls.and_then(|tls| tls.offer.as_ref()).is_some_and(|offer| offer.sslv2);
    if let Some(odd) = tls.and_then(|tls| tls.not_tls.as_ref()).filter(|_| !sslv2) {
        let spoke = odd.looks_like.unwrap_or("something else");
        return Some(evidence(odd.at, "half").with("from", odd.from.name()).with("spoke", spoke));
    }
    match (tls, c.app().name()) {
        (None, Some(app)) if port == HTTPS && c.app() != App::ProxyProtocol => {
            let data = c.tcp()?.ends.iter().filter(|end| end.data.count > 0).map(|end| end.data.first);
            Some(evidence(data.min_by_key(|at| at.frame)?, "plain").with("spoke", protocol(app)))
        }
        (Some(tls), _) if facts.starttls.is_none() && !is_expected(c) => {
            let first = tls.phases.first()?;
            let at = At { frame: first.frame, ts: crate::track::Timestamp(first.at_ns) };
            Some(evidence(at, "tls").maybe("server_name", tls.sni.clone()))
        }
        _ => None,
    }
}

/// HTTPS.
const HTTPS: u16 = 443;

/// Ports on which TLS is registered or customary, from the first byte on: either side's, as the beginning may be missing.
fn is_expected(c: &Conversation) -> bool {
    [c.server().port, c.client().port].iter().any(|port| TLS_PORTS.contains(port))
}

const TLS_PORTS: [u16; 36] = [
    261, 443, 448, 465, 563, 614, 636, 684, 695, 832, 853, 989, 990, 992, 993, 994, 995, 1443, 2083, 2087, 2096, 2221,
    2376, 2484, 3269, 3389, 5061, 5223, 5349, 5671, 5986, 6443, 6514, 6697, 8443, 8883,
];

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let port = e.int("port");
    match e.text("what") {
        "half" => format!("Port {port}: one side speaks TLS, the {} answers with {}.", e.text("from"), e.text("spoke")),
        "plain" => format!("Port {port} does not speak TLS here: it is {}, in clear.", e.text("spoke")),
        _ if e.has("server_name") => format!("TLS for \"{}\" on port {port}.", e.text("server_name")),
        _ => format!("TLS on port {port}."),
    }
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let port = e.int("port");
    match e.text("what") {
        "tls" => {
            format!("By its first bytes, a handshake record (22, 3): frame {} on port {port} has them.", e.at.frame)
        }
        _ => format!("By its first bytes, not by the port: on {port} one side speaks {} here.", e.text("spoke")),
    }
}
