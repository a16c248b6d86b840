//! `tls.obsolete`: Obsolete TLS.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event};

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
    let choice = tls.choice.as_ref()?;
    let version = tls.version.as_deref()?;
    let cipher = tls.cipher.as_deref().unwrap_or_default();
    let old = matches!(version, "SSL 2.0" | "SSL 3.0" | "TLS 1.0" | "TLS 1.1" | "DTLS 1.0");
    let weak = ["RC4", "3DES", "EXPORT", "anon", "NULL"].iter().any(|w| cipher.contains(w));
    (old || weak).then(|| Evidence::at(choice.at))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let Some(version) = &tls.version else { return evidence };
    let cipher = tls.cipher.as_deref().unwrap_or_default();
    evidence.with("version", version.to_string()).with("cipher", cipher)
}

fn explain(f: &Finding) -> String {
    format!("{} with {} was chosen.", f.first.text("version"), f.first.text("cipher"))
}

fn answer(f: &Finding) -> String {
    format!("Weak hashes and ciphers: here {} with {}.", f.first.text("version"), f.first.text("cipher"))
}
