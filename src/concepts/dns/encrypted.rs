//! `dns.encrypted`: Encrypted DNS.

use super::resolvers::is_public_resolver;
use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::app::{App, TlsFacts};
use crate::track::{Conversation, Proto};

concept! {
/// Plain DNS is readable, and changeable, by everybody on the path. DNS over TLS or QUIC hides it on a port of its
/// own, DNS over HTTPS among all other web traffic. The resolver still reads everything.
    ENCRYPTED {
        id: "dns.encrypted",
        title: "Encrypted DNS",
        section: 7,
        severity: Info,
        rfcs: ["RFC 7858", "RFC 8484", "RFC 9250"],
        filter: "tcp.port==853 || udp.port==853",
        question: "What does DoT or DoH hide, from whom, and what still shows?",
        rule: Rule::Connection(rule),
        needs: [Application],
    }
}

/// What speaks for it.
type Sign = (&'static str, Option<(f32, &'static str)>);

fn rule(c: &Conversation) -> Option<Evidence> {
    let (how, doubt) = sign(c)?;
    let tls = c.facts().and_then(|f| f.tls.as_deref());
    let plain = c.facts().and_then(|f| f.plain_dns);
    let evidence = Evidence::at(c.first())
        .frame(plain.map_or(0, |(first, _)| first.frame))
        .with("protocol", how)
        .with("server", c.server().to_string())
        .maybe("server_name", tls.and_then(TlsFacts::server_name))
        .maybe("plain_questions", plain.map(|(_, count)| count))
        .maybe("plain_frame", plain.map(|(first, _)| first.frame));
    let evidence = if plain.is_some() { evidence.severity(Severity::Note) } else { evidence };
    Some(match doubt {
        Some((confidence, because)) => evidence.inferred(confidence, because),
        None => evidence,
    })
}

fn sign(c: &Conversation) -> Option<Sign> {
    if c.app() == App::Dnscrypt {
        return Some(("DNSCrypt", None));
    }
    let facts = c.facts()?;
    let tls = facts.tls.as_deref().filter(|tls| tls.not_tls.is_none())?;
    let offers = |prefix: &str| tls.alpn_offered.iter().any(|p| p.starts_with(prefix));
    let (tcp, quic, port) = (c.proto() == Proto::Tcp, facts.quic.is_some(), c.server().port);
    let by_port = Some((0.95, "the port is assigned to it"));
    match (tcp, quic, port) {
        (_, true, _) if offers("doq") => Some(("DNS over QUIC", None)),
        // RFC 9250 §4.1.1; drafts used 784 and 8853.
        (_, true, 853 | 784 | 8853) => Some(("DNS over QUIC", by_port)),
        (true, ..) if offers("dot") => Some(("DNS over TLS", None)),
        (true, _, 853) => Some(("DNS over TLS", by_port)),
        _ if tcp || quic => Some(("DNS over HTTPS", Some(over_https(tls, facts.dns_server)?))),
        _ => None,
    }
}

/// Why a web connection is taken for DNS over HTTPS, which looks like any other.
fn over_https(tls: &TlsFacts, dns_server: bool) -> Option<(f32, &'static str)> {
    let name = tls.server_name().unwrap_or_default();
    // RFC 8484 §5.2 recommends HTTP/2; browsers always offer HTTP/1.1 as well.
    let modern = matches!(&tls.alpn_offered[..], [only] if only == "h2");
    if is_public_resolver(name) {
        Some((0.9, "the server name is a public resolver's"))
    } else if dns_server && modern {
        Some((0.75, "the server answers DNS otherwise, and the client wants HTTP/2 or nothing"))
    } else if name.to_ascii_lowercase().starts_with("doh.") {
        Some((0.7, "the server name begins with doh"))
    } else {
        None
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let shows = match e.text("server_name") {
        "" => "The address, sizes and times still show.".to_owned(),
        name => format!("The name of the resolver, {name}, sizes and times still show."),
    };
    let plain = match e.int("plain_questions") {
        0 => String::new(),
        n => {
            let asked = plural(n as u64, "question");
            format!(" The same client asked {asked} in the clear (from frame {} on).", e.int("plain_frame"))
        }
    };
    format!(
        "{} with {}: questions and answers are hidden from the path. {shows}{plain}",
        e.text("protocol"),
        e.text("server")
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "Here {} hides the names from the path, not from {}. The addresses connected to afterwards show, and the SNI.",
        e.text("protocol"),
        e.text("server")
    )
}
