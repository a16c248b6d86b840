//! `tls.cipher`: Cipher suite.

use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Event};

concept! {
/// A suite names the encryption and the hash, and before TLS 1.3 also key exchange and signature. (EC)DHE gives
/// forward secrecy: a stolen server key does not open old traffic.
    CIPHER {
        id: "tls.cipher",
        title: "Cipher suite",
        section: 5,
        severity: Info,
        rfcs: ["RFC 8446 §9.1", "RFC 9325 §4"],
        filter: "tls.handshake.ciphersuite",
        question: "Read this suite aloud: what does each part do?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let (cipher, choice) = (tls.cipher.as_ref()?, tls.choice.as_ref()?);
    let weak = ["RC4", "3DES", "DES_CBC", "NULL", "EXPORT", "anon", "MD5"].iter().any(|w| cipher.contains(w));
    Some(Evidence::at(choice.at).severity(if weak { Severity::Warn } else { Severity::Info }))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let Some(cipher) = &tls.cipher else { return evidence };
    let forward = tls.is_13() || cipher.contains("DHE_");
    let aead = ["GCM", "CCM", "POLY1305"].iter().any(|w| cipher.contains(w));
    evidence.with("cipher", cipher.to_string()).with("forward_secrecy", forward).with("aead", aead)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let yes = |b: bool| if b { "with" } else { "without" };
    format!(
        "{}: {} forward secrecy, {} authenticated encryption (AEAD).",
        e.text("cipher"),
        yes(e.is("forward_secrecy")),
        yes(e.is("aead"))
    )
}

fn answer(f: &Finding) -> String {
    format!("{} was chosen.", f.first.text("cipher"))
}
