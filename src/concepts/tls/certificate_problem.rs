//! `tls.certificate-problem`: Certificate problem.

use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{At, Conversation};

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
    let tls = c.facts()?.tls.as_deref()?;
    let leaf = tls.certificates.first()?;
    let phase = tls.phase("certificate")?;
    let at = At { frame: phase.frame, ts: crate::track::Timestamp(phase.at_ns) };
    let (mut problems, mut weak) = (Vec::new(), Vec::new());
    for (i, cert) in tls.certificates.iter().enumerate() {
        let who = if i == 0 { "the certificate" } else { "one of the chain" };
        if at.ts.0 > cert.not_after_ns {
            problems.push(format!("{who} is expired"));
        } else if at.ts.0 < cert.not_before_ns {
            problems.push(format!("{who} is not yet valid"));
        }
        // RFC 5280 §6.1: a trust anchor's own signature is not part of the path's validation.
        let anchor = i > 0 && cert.self_signed;
        if anchor {
            continue;
        }
        if names(&cert.signature, "sha1") || names(&cert.signature, "md5") {
            weak.push(format!("{who} has a weak signature ({})", cert.signature));
        }
        if matches!(cert.key.strip_prefix("RSA ").and_then(|n| n.parse::<u32>().ok()), Some(bits) if bits < 2048) {
            weak.push(format!("{who} has a weak key ({})", cert.key));
        }
    }
    if leaf.self_signed {
        problems.push("it is self-signed".to_owned());
    } else if tls.certificates.len() == 1 && !leaf.ca {
        problems.push("no intermediate certificate was sent".to_owned());
    } else if tls.certificates.windows(2).any(|w| w[0].issuer != w[1].subject) {
        problems.push("the chain is out of order".to_owned());
    }
    if let Some(name) = tls.server_name().filter(|n| !leaf.covers(n)) {
        problems.push(format!("it is not for {name}"));
    }
    // What was strong enough when it was issued may still be accepted: no check has failed for that.
    let severity = if problems.is_empty() { Severity::Warn } else { Severity::Bad };
    problems.append(&mut weak);
    problems.dedup();
    if problems.is_empty() {
        return None;
    }
    Some(Evidence::at(at).severity(severity).with("subject", leaf.subject.clone()).with("problems", problems))
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
