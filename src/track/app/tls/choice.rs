//! A ServerHello into facts.

use super::facts::{ClientCertificate, EarlyData, TlsFacts};
use super::fingerprint;
use super::offer::text;
use crate::decode::tls::{CipherSuite, Sentinel, ServerHello, Version, ext};
use crate::source::At;

/// What a server chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The version.
    pub version: Version,
    /// The cipher suite.
    pub cipher: CipherSuite,
    /// Bytes of the session id.
    pub session_id_bytes: u32,
    /// The session id is the client's.
    pub session_echoed: bool,
    /// A pre-shared key was accepted (TLS 1.3).
    pub psk: bool,
    /// The random says that the server could do better (RFC 8446 §4.1.3).
    pub sentinel: Option<Sentinel>,
    /// Certificate timestamps came in an extension of the ServerHello (RFC 6962 §3.3.1).
    pub timestamps: bool,
    /// Extended master secret (RFC 7627).
    pub extended_master_secret: bool,
    /// Encrypt-then-MAC (RFC 7366).
    pub encrypt_then_mac: bool,
    /// Secure renegotiation (RFC 5746).
    pub secure_renegotiation: bool,
    /// It is a HelloRetryRequest; the ServerHello was not seen.
    pub retry: bool,
    /// Where.
    pub at: At,
}

impl TlsFacts {
    /// A ServerHello or HelloRetryRequest.
    pub(super) fn server_hello(&mut self, hello: &ServerHello<'_>, at: At) {
        if self.choice.as_ref().is_some_and(|c| !c.retry) {
            return;
        }
        let version = hello.version();
        self.choice = Some(self.choose(hello, at));
        self.version = Some(version.name());
        self.cipher = Some(hello.cipher.name());
        if hello.is_retry() {
            self.hello_retry = Some(true);
            self.refuse_early_data();
            return;
        }
        self.hello_retry.get_or_insert(false);
        self.ja3s = Some(fingerprint::ja3s(hello));
        if version.is_13() {
            self.group = hello.group().map(|g| g.name());
            let psk = hello.extensions.has(ext::PRE_SHARED_KEY);
            self.resumed = Some(psk);
            if !psk {
                self.refuse_early_data();
            }
        } else {
            self.alpn = hello.alpn().map(text);
            self.refuse_early_data();
            if self.choice.as_ref().is_some_and(|c| c.session_echoed) {
                self.resumed_12();
            }
        }
    }

    fn choose(&self, hello: &ServerHello<'_>, at: At) -> Choice {
        let has = |kind: u16| hello.extensions.has(kind);
        let id = hello.session_id;
        Choice {
            version: hello.version(),
            cipher: hello.cipher,
            session_id_bytes: id.len() as u32,
            session_echoed: !id.is_empty() && self.offer.as_ref().is_some_and(|o| o.session_id == id),
            psk: has(ext::PRE_SHARED_KEY),
            sentinel: hello.sentinel(),
            timestamps: has(ext::SIGNED_CERTIFICATE_TIMESTAMP),
            extended_master_secret: has(ext::EXTENDED_MASTER_SECRET),
            encrypt_then_mac: has(ext::ENCRYPT_THEN_MAC),
            secure_renegotiation: has(ext::RENEGOTIATION_INFO),
            retry: hello.is_retry(),
            at,
        }
    }

    /// An abbreviated handshake of TLS ≤ 1.2 (RFC 5246 §7.3): no certificates, no request for one.
    pub(super) fn resumed_12(&mut self) {
        self.resumed = Some(true);
        self.client_certificate.get_or_insert(ClientCertificate::NotRequested);
    }

    /// Without its pre-shared key, or after a retry, early data cannot be accepted (RFC 8446 §4.2.10).
    fn refuse_early_data(&mut self) {
        if self.early_data == Some(EarlyData::Offered) {
            self.early_data = Some(EarlyData::Rejected);
        }
    }

    /// The server's random carries the sentinel although the client offered the better version: somebody on the path
    /// took it out, or the server is broken. RFC 8446 §4.1.3 has the client abort.
    #[must_use]
    pub fn downgraded(&self) -> Option<Sentinel> {
        let (choice, offer) = (self.choice.as_ref()?, self.offer.as_ref()?);
        let sentinel = choice.sentinel?;
        let offered_more = match sentinel {
            Sentinel::Tls12 => offer.versions.iter().any(|v| v.is_13()),
            Sentinel::Tls11 => offer.versions.iter().any(|v| v.is_13() || *v == Version::TLS12),
        };
        (offered_more && !choice.version.is_13()).then_some(sentinel)
    }
}
