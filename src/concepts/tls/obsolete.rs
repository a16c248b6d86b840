//! `tls.obsolete`: Obsolete TLS.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::tls::TlsFacts;
use crate::track::{At, Conversation, Event, Timestamp};

concept! {
/// They rest on SHA-1 and MD5 and on CBC constructions with known attacks; RFC 8996 forbids them, as earlier RFCs
/// did SSL and RC4.
    OBSOLETE {
        id: "tls.obsolete",
        title: "Obsolete TLS",
        section: 5,
        severity: Warn,
        rfcs: ["RFC 8996", "RFC 7465", "RFC 7568"],
        filter: "tls.handshake.version < 0x0303",
        question: "Why are TLS 1.0 and 1.1 deprecated?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    // SSL 2.0 agrees on the cipher after its ServerHello (RFC 6101 Appendix E).
    let at = tls.choice.as_ref().map(|choice| choice.at).or_else(|| server_hello(tls))?;
    let version = tls.version.as_deref()?;
    let cipher = tls.cipher.as_deref().unwrap_or_default();
    let old = matches!(version, "SSL 2.0" | "SSL 3.0" | "TLS 1.0" | "TLS 1.1" | "DTLS 1.0");
    let weak = ["RC4", "3DES", "EXPORT", "anon", "NULL"].iter().any(|w| cipher.contains(w));
    (old || weak).then(|| Evidence::at(at))
}

fn server_hello(tls: &TlsFacts) -> Option<At> {
    tls.phase("server_hello").map(|phase| At { frame: phase.frame, ts: Timestamp(phase.at_ns) })
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let Some(version) = &tls.version else { return evidence };
    let cipher = tls.cipher.as_deref().unwrap_or_default();
    evidence.with("version", version.to_string()).with("cipher", cipher)
}

fn explain(f: &Finding) -> String {
    match f.first.text("cipher") {
        "" => format!("{} was chosen.", f.first.text("version")),
        cipher => format!("{} with {cipher} was chosen.", f.first.text("version")),
    }
}

fn answer(f: &Finding) -> String {
    match f.first.text("cipher") {
        "" => format!("Weak hashes and ciphers: here {}.", f.first.text("version")),
        cipher => format!("Weak hashes and ciphers: here {} with {cipher}.", f.first.text("version")),
    }
}
