//! `tls.certificate-problem`: Certificate problem.

use std::rc::Rc;

use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::app::tls::{Certificate, Chain, TlsFacts, Transport};
use crate::track::{At, Conversation, Dir, NS_PER_S, Timestamp};

concept! {
/// Expired or not yet valid, not for this name, self-signed or by an unknown issuer, a weak key or signature, a
/// chain without its intermediate.
    CERTIFICATE_PROBLEM {
        id: "tls.certificate-problem",
        title: "Certificate problem",
        section: 5,
        severity: Bad,
        rfcs: ["RFC 5280 §6", "RFC 9525"],
        filter: "tls.handshake.certificate",
        question: "Name the ways in which a certificate check fails.",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    judge(c.facts()?.tls.as_deref()?)
}

fn judge(tls: &TlsFacts) -> Option<Evidence> {
    let leaf = tls.certificates.first()?;
    let phase = tls.phase("certificate")?;
    let at = At { frame: phase.frame, ts: Timestamp(phase.at_ns) };
    // RFC 8827 §6.5: WebRTC checks nothing but the fingerprint that the ends exchanged beforehand.
    let mut problems = if by_fingerprint(tls) { Vec::new() } else { failures(tls, leaf, at.ts) };
    // What was strong enough when it was issued, or whose issuer is known, may be accepted: no check has failed for that.
    let failed = !problems.is_empty() || (is_alone(&tls.certificates) && is_refused(tls));
    let severity = if failed { Severity::Bad } else { Severity::Warn };
    problems.append(&mut weaknesses(&tls.certificates));
    if tls.server_name().is_some_and(|name| by_common_name(leaf, name)) {
        problems.push("only its common name is the server's, which today's clients do not look at".to_owned());
    }
    problems.dedup();
    if problems.is_empty() {
        return None;
    }
    Some(Evidence::at(at).severity(severity).with("subject", leaf.subject.clone()).with("problems", problems))
}

/// Why a client that does not know the certificate refuses it.
fn failures(tls: &TlsFacts, leaf: &Certificate, now: Timestamp) -> Vec<String> {
    let mut failures = dates(&tls.certificates, now);
    let order = match Chain::of(&tls.certificates) {
        Chain::SelfSigned => Some("it is self-signed"),
        Chain::IssuerMissing => Some("its issuer's certificate is not among those sent"),
        Chain::OutOfOrder => Some("the chain is out of order"),
        Chain::InOrder | Chain::LeafOnly | Chain::Repeated | Chain::Surplus => None,
    };
    failures.extend(order.map(str::to_owned));
    if let Some(name) = tls.server_name().filter(|n| !leaf.covers(n) && !by_common_name(leaf, n)) {
        failures.push(format!("it is not for {name}"));
    }
    failures
}

/// RFC 5280 §4.1.2.5, as the capture's clock has it.
fn dates(chain: &[Rc<Certificate>], now: Timestamp) -> Vec<String> {
    let early = |cert: &Certificate| now.0 < cert.not_before_ns;
    // An issuer is older than what it issues: before both, it is the clock that is not set.
    let unset = now.0 < SSL_NS || (chain.len() > 1 && chain.iter().all(|cert| early(cert)));
    let wrong = |(i, cert): (usize, &Rc<Certificate>)| match cert {
        cert if now.0 > cert.not_after_ns => Some(format!("{} is expired", who(i))),
        cert if early(cert) && !unset => Some(format!("{} is not yet valid", who(i))),
        _ => None,
    };
    // RFC 5280 §6.1: nor are a trust anchor's own dates part of the path's validation.
    chain.iter().enumerate().filter(|(i, cert)| *i == 0 || !cert.self_signed).filter_map(wrong).collect()
}

/// RFC 9525 §1.2: the common name is not looked at any more, though older clients did where there was no other.
fn by_common_name(leaf: &Certificate, name: &str) -> bool {
    leaf.names.is_empty() && leaf.common_name.as_deref().is_some_and(|common| common.eq_ignore_ascii_case(name))
}

fn weaknesses(chain: &[Rc<Certificate>]) -> Vec<String> {
    let mut weak = Vec::new();
    if is_alone(chain) {
        weak.push("no intermediate certificate was sent".to_owned());
    }
    // RFC 8446 §4.4.2: clients should cope with what does not belong to the chain.
    match Chain::of(chain) {
        Chain::Repeated => weak.push("the chain has a certificate twice".to_owned()),
        Chain::Surplus => weak.push("a certificate came along that is not of its chain".to_owned()),
        _ => {}
    }
    for (i, cert) in chain.iter().enumerate() {
        // RFC 5280 §6.1: a trust anchor's own signature is not part of the path's validation.
        if i > 0 && cert.self_signed {
            continue;
        }
        if names(&cert.signature, "sha1") || names(&cert.signature, "md5") {
            weak.push(format!("{} has a weak signature ({})", who(i), cert.signature));
        }
        if matches!(cert.key.strip_prefix("RSA ").and_then(|n| n.parse::<u32>().ok()), Some(bits) if bits < 2048) {
            weak.push(format!("{} has a weak key ({})", who(i), cert.key));
        }
    }
    weak
}

fn who(i: usize) -> &'static str {
    if i == 0 { "the certificate" } else { "one of the chain" }
}

/// A server's certificate that came without its issuer's: all depends on whether the client knows that one.
fn is_alone(chain: &[Rc<Certificate>]) -> bool {
    matches!(chain, [leaf] if !leaf.ca && !leaf.self_signed)
}

/// The client did not trust it.
fn is_refused(tls: &TlsFacts) -> bool {
    let refuses = |alert: &str| REFUSALS.contains(&alert);
    tls.alerts.iter().any(|a| a.from == Dir::Client && refuses(&a.description))
}

/// Alerts of a client that does not trust a certificate (RFC 8446 §6.2).
const REFUSALS: [&str; 4] = ["unknown_ca", "bad_certificate", "certificate_unknown", "unsupported_certificate"];

/// 1995, when SSL 2.0 came out: a clock that shows less is not set.
const SSL_NS: i64 = 788_918_400 * NS_PER_S;

/// DTLS that keys media (`use_srtp`, RFC 5764 §4.1.1), or where both ends made their own certificate.
fn by_fingerprint(tls: &TlsFacts) -> bool {
    const USE_SRTP: u16 = 14;
    let media = tls.offer.as_ref().is_some_and(|offer| offer.extensions.contains(&USE_SRTP));
    let own = |chain: &[Rc<Certificate>]| matches!(chain, [cert] if cert.self_signed);
    tls.transport == Transport::Dtls && (media || (own(&tls.certificates) && own(&tls.client_certificates)))
}

/// Whether the name of a signature has a hash in it, however it is written.
fn names(signature: &str, hash: &str) -> bool {
    signature.as_bytes().windows(hash.len()).any(|part| part.eq_ignore_ascii_case(hash.as_bytes()))
}

fn explain(f: &Finding) -> String {
    format!("{}: {}.", f.first.text("subject"), f.first.list("problems"))
}

fn answer(f: &Finding) -> String {
    format!("Date, name, issuer, strength, order. Here: {}.", f.first.list("problems"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::app::tls::{TlsAlert, TlsPhase};

    const YEAR_NS: i64 = 31_557_600 * NS_PER_S;
    const NOW: i64 = 55 * YEAR_NS;

    fn certificate(subject: &str, issuer: &str) -> Rc<Certificate> {
        Rc::new(Certificate {
            subject: subject.to_owned(),
            names: Vec::new(),
            issuer: issuer.to_owned(),
            not_before_ns: NOW - YEAR_NS,
            not_after_ns: NOW + YEAR_NS,
            key: "EC P-256".into(),
            signature: "ecdsa-with-SHA256".into(),
            serial: String::new(),
            ca: subject == "CA",
            self_signed: subject == issuer,
            sha256: String::new(),
            der_bytes: 0,
            timestamps: false,
            common_name: None,
            more_names: false,
        })
    }

    fn handshake(at_ns: i64, chain: &[(&str, &str)]) -> TlsFacts {
        let phase = "certificate".into();
        TlsFacts {
            certificates: chain.iter().map(|(subject, issuer)| certificate(subject, issuer)).collect(),
            phases: vec![TlsPhase { phase, from: Dir::Server, frame: 5, at_ns, encrypted: false, bytes: 900 }],
            ..TlsFacts::default()
        }
    }

    fn told(tls: &TlsFacts) -> Option<(Severity, String)> {
        let evidence = judge(tls)?;
        Some((evidence.severity?, evidence.list("problems")))
    }

    #[test]
    fn a_clock_that_is_behind_the_whole_chain_is_not_set() {
        let early = NOW - 2 * YEAR_NS;
        assert_eq!(told(&handshake(early, &[("leaf", "CA"), ("CA", "root")])), None);
        let alone = told(&handshake(early, &[("leaf", "leaf")])).unwrap_or((Severity::Info, String::new()));
        assert_eq!(alone, (Severity::Bad, "the certificate is not yet valid, it is self-signed".to_owned()));
        let unset = told(&handshake(0, &[("leaf", "leaf")])).unwrap_or((Severity::Info, String::new()));
        assert_eq!(unset.1, "it is self-signed", "1970");
    }

    /// RFC 8446 §4.4.2: certificates that the client is known to have may be left out.
    #[test]
    fn a_certificate_without_its_issuer_fails_where_the_client_refused_it() {
        let mut tls = handshake(NOW, &[("leaf", "CA")]);
        let problem = "no intermediate certificate was sent".to_owned();
        assert_eq!(told(&tls), Some((Severity::Warn, problem.clone())));
        let (level, description) = ("fatal", "unknown_ca".into());
        tls.alerts = vec![TlsAlert { from: Dir::Client, level, description, frame: 6, at_ns: NOW, phase: None }];
        assert_eq!(told(&tls), Some((Severity::Bad, problem)));
    }

    #[test]
    fn what_a_chain_does_not_need_and_an_old_root_are_no_failure() {
        let mut tls = handshake(NOW, &[("leaf", "CA"), ("CA", "root"), ("other", "root")]);
        assert_eq!(told(&tls).map(|(severity, _)| severity), Some(Severity::Warn));
        let root = Certificate { not_after_ns: NOW - 1, ..Certificate::clone(&certificate("root", "root")) };
        tls.certificates = vec![certificate("leaf", "root"), Rc::new(root)];
        assert_eq!(told(&tls), None);
    }

    #[test]
    fn a_common_name_alone_is_a_weakness_and_another_name_a_failure() {
        let mut tls = handshake(NOW, &[("leaf", "CA"), ("CA", "root")]);
        tls.sni = Some("a.test".to_owned());
        let mut of = |common: &str| {
            let leaf =
                Certificate { common_name: Some(common.to_owned()), ..Certificate::clone(&certificate("leaf", "CA")) };
            tls.certificates[0] = Rc::new(leaf);
            told(&tls).map(|(severity, _)| severity)
        };
        assert_eq!((of("a.test"), of("b.test")), (Some(Severity::Warn), Some(Severity::Bad)));
    }

    #[test]
    fn certificates_of_webrtc_are_checked_by_fingerprint() {
        let mut tls = handshake(NOW, &[("WebRTC", "WebRTC")]);
        tls.client_certificates = vec![certificate("WebRTC", "WebRTC")];
        assert!(told(&tls).is_some(), "TLS");
        tls.transport = Transport::Dtls;
        assert_eq!(told(&tls), None);
        tls.client_certificates.clear();
        assert!(told(&tls).is_some(), "a server of DTLS");
    }
}
