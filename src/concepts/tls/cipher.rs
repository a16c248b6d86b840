//! `tls.cipher`: Cipher suite.

use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::app::tls::TlsFacts;
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
    // RFC 8446 §4.1.4: a HelloRetryRequest names the suite, but what keys it would be used with is agreed after it.
    let (cipher, choice) = (tls.cipher.as_ref()?, tls.choice.as_ref().filter(|choice| !choice.retry)?);
    let weak = ["RC4", "3DES", "DES_CBC", "NULL", "EXPORT", "anon", "MD5"].iter().any(|w| cipher.contains(w));
    Some(Evidence::at(choice.at).severity(if weak { Severity::Warn } else { Severity::Info }))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let Some(cipher) = &tls.cipher else { return evidence };
    let aead = ["GCM", "CCM", "POLY1305"].iter().any(|w| cipher.contains(w));
    evidence
        .with("cipher", cipher.to_string())
        .with("forward_secrecy", is_forward_secret(tls, cipher))
        .with("aead", aead)
        .with("encrypted", !tls.sends_clear_text())
        .with("anonymous", cipher.contains("_anon_"))
}

/// The keys of this session come from a secret that neither end keeps.
fn is_forward_secret(tls: &TlsFacts, cipher: &str) -> bool {
    if tls.is_13() {
        // RFC 8446 §2.2: with a pre-shared key alone, without a key share of the server, there is no such secret.
        return tls.group.is_some();
    }
    // RFC 5246 appendix F.1.1.1: anonymous keys are made for one session; RFC 5054 §2.1, RFC 8492 §1: so are those of SRP and PWD.
    ["DHE_", "_anon_", "_SRP_", "_ECCPWD_"].iter().any(|w| cipher.contains(w))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let yes = |b: bool| if b { "with" } else { "without" };
    let encryption = match (e.is("encrypted"), e.is("aead")) {
        (false, _) => "without any encryption".to_owned(),
        (true, aead) => format!("{} authenticated encryption (AEAD)", yes(aead)),
    };
    let anonymous = if e.is("anonymous") { "; neither side says who it is" } else { "" };
    format!("{}: {} forward secrecy, {encryption}{anonymous}.", e.text("cipher"), yes(e.is("forward_secrecy")))
}

fn answer(f: &Finding) -> String {
    format!("{} was chosen.", f.first.text("cipher"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::tls::{CipherSuite, Version};
    use crate::track::Detail;
    use crate::track::app::AppFacts;
    use crate::track::app::tls::Choice;
    use crate::track::testing::{at, conversation};

    #[test]
    fn keys_made_for_one_session_are_forward_secret_with_or_without_a_certificate() {
        let secret = |cipher: &str| is_forward_secret(&TlsFacts::default(), cipher);
        assert!(secret("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") && secret("TLS_DHE_PSK_WITH_AES_128_CCM"));
        assert!(secret("TLS_DH_anon_WITH_AES_128_CBC_SHA") && secret("TLS_SRP_SHA_WITH_AES_128_CBC_SHA"));
        assert!(!secret("TLS_RSA_WITH_AES_128_GCM_SHA256") && !secret("TLS_ECDH_RSA_WITH_AES_128_CBC_SHA"));
        assert!(!secret("TLS_PSK_WITH_AES_128_GCM_SHA256"));
    }

    #[test]
    fn a_suite_that_only_a_retry_named_is_not_judged_yet() {
        let told = |retry| {
            let choice = Choice {
                version: Version::TLS13,
                cipher: CipherSuite(0x1302),
                session_id_bytes: 32,
                session_echoed: true,
                psk: false,
                sentinel: None,
                timestamps: false,
                extended_master_secret: false,
                encrypt_then_mac: false,
                secure_renegotiation: false,
                retry,
                at: at(6),
            };
            let cipher = Some("TLS_AES_256_GCM_SHA384".to_owned().into());
            let tls = TlsFacts { choice: Some(choice), cipher, ..TlsFacts::default() };
            let mut c = conversation(0);
            let app = AppFacts { tls: Some(Box::new(tls)), ..AppFacts::default() };
            c.detail = Some(Box::new(Detail { app, ..Detail::default() }));
            rule(&c).is_some()
        };
        assert!(told(false) && !told(true));
    }

    #[test]
    fn a_suite_of_integrity_alone_encrypts_nothing() {
        let plain = |cipher: &str| {
            TlsFacts { cipher: Some(cipher.to_owned().into()), ..TlsFacts::default() }.sends_clear_text()
        };
        assert!(plain("TLS_RSA_WITH_NULL_SHA256") && plain("TLS_SHA256_SHA256"));
        assert!(!plain("TLS_AES_128_GCM_SHA256") && !plain("TLS_RSA_WITH_AES_128_CBC_SHA"));
    }
}
