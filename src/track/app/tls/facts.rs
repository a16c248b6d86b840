//! What is known of one TLS handshake: the report's object, and what the concepts need beyond it.

use std::rc::Rc;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{Certificate, Choice, Offer};
use crate::decode::tls::{Name, Version};
use crate::source::At;
use crate::track::Dir;

/// Phases kept per handshake; later ones are not listed.
pub const MAX_PHASES: usize = 64;
/// Most handshakes have no more.
const USUAL_PHASES: usize = 8;
/// Alerts kept per connection; later ones are not listed.
pub const MAX_ALERTS: usize = 16;
/// Certificates kept per side; later ones of a chain are not listed.
pub const MAX_CERTIFICATES: usize = 16;

/// What carries the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// TLS records in a TCP stream.
    #[default]
    Tcp,
    /// DTLS in datagrams.
    Dtls,
    /// QUIC's CRYPTO frames.
    Quic,
}

/// Encrypted ClientHello as far as the wire tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EchState {
    /// No such extension.
    #[default]
    None,
    /// The extension proved to be GREASE.
    Grease,
    /// There is one; the wire does not tell GREASE from a real one.
    Offered,
    /// The server took it.
    Accepted,
}

/// What became of 0-RTT data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EarlyData {
    /// Not offered.
    #[default]
    None,
    /// Offered; the answer is encrypted.
    Offered,
    /// The server took it.
    Accepted,
    /// The server did not.
    Rejected,
}

/// What became of a request for the client's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientCertificate {
    /// The server did not ask.
    NotRequested,
    /// It asked; no answer seen.
    Requested,
    /// A certificate was sent and the handshake went on.
    Accepted,
    /// The client sent none.
    Empty,
    /// A certificate was sent and the server ended the handshake.
    Refused,
}

/// One step of a handshake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TlsPhase {
    /// The message's registered name, `change_cipher_spec`, `early_data`, `application_data`, or
    /// `encrypted_handshake` for what only keys would tell apart.
    pub phase: Name,
    /// Who sent it.
    #[serde(serialize_with = "side")]
    #[schemars(with = "String")]
    pub from: Dir,
    /// The frame that completed it.
    pub frame: u32,
    /// That frame's time.
    pub at_ns: i64,
    /// Its content is encrypted.
    pub encrypted: bool,
    /// Bytes of the message, or of the records where it is encrypted.
    pub bytes: u32,
}

/// An alert that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TlsAlert {
    /// Who sent it.
    #[serde(serialize_with = "side")]
    #[schemars(with = "String")]
    pub from: Dir,
    /// `warning` or `fatal`.
    pub level: &'static str,
    /// Its registered name.
    pub description: Name,
    /// Its frame.
    pub frame: u32,
    /// That frame's time.
    pub at_ns: i64,
    /// The last phase before it; null where it comes first.
    pub phase: Option<Name>,
}

/// Bytes that are no TLS where TLS was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTls {
    /// Who sent them.
    pub from: Dir,
    /// Where.
    pub at: At,
    /// What they look like, where known: `HTTP`, `SSH`, `SMTP`.
    pub looks_like: Option<&'static str>,
}

/// TLS facts of one conversation. Fields are null or absent where the capture does not tell.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct TlsFacts {
    /// The server name in clear.
    pub sni: Option<String>,
    /// Encrypted ClientHello.
    pub ech: EchState,
    /// Versions offered, in order, without GREASE.
    pub offered_versions: Vec<Name>,
    /// The version chosen.
    pub version: Option<Name>,
    /// The cipher suite chosen.
    pub cipher: Option<Name>,
    /// The key-exchange group used.
    pub group: Option<Name>,
    /// Application protocols offered.
    pub alpn_offered: Vec<String>,
    /// The one chosen; encrypted in TLS 1.3.
    pub alpn: Option<String>,
    /// The session was resumed.
    pub resumed: Option<bool>,
    /// The server asked for a second ClientHello.
    pub hello_retry: Option<bool>,
    /// 0-RTT; null where no ClientHello was seen.
    pub early_data: Option<EarlyData>,
    /// The client's certificate; absent where encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<ClientCertificate>,
    // Those of the ClientHello are there from `TlsFacts::fingerprint` on.
    /// JA3 of the (first) ClientHello.
    pub ja3: Option<String>,
    /// JA3S of the ServerHello.
    pub ja3s: Option<String>,
    /// JA4 of the (first) ClientHello.
    pub ja4: Option<String>,
    /// The server's certificates, as sent.
    #[serde(serialize_with = "listed")]
    #[schemars(with = "Vec<Certificate>")]
    pub certificates: Vec<Rc<Certificate>>,
    /// The handshake, step by step.
    pub phases: Vec<TlsPhase>,
    /// Alerts in clear.
    pub alerts: Vec<TlsAlert>,

    /// What the client's first hello offered.
    #[serde(skip)]
    pub offer: Option<Box<Offer>>,
    /// What the server's hello chose.
    #[serde(skip)]
    pub choice: Option<Choice>,
    /// What carries it.
    #[serde(skip)]
    pub transport: Transport,
    /// The client's certificates, where readable.
    #[serde(skip)]
    pub client_certificates: Vec<Rc<Certificate>>,
    /// The encodings of what the TLS client and the TLS server sent, until [`TlsFacts::read_certificates`].
    #[serde(skip)]
    pub(crate) sent_certificates: [Vec<Box<[u8]>>; 2],
    /// Bytes of the stapled OCSP response, where readable.
    #[serde(skip)]
    pub staple_bytes: Option<u32>,
    /// Bytes of the encrypted server flight of TLS 1.3, from EncryptedExtensions to Finished, where only its size is known.
    #[serde(skip)]
    pub server_flight_bytes: u32,
    /// Bytes of 0-RTT data, without what encryption adds.
    #[serde(skip)]
    pub early_data_bytes: u32,
    /// Session tickets seen in clear and the bytes of the last.
    #[serde(skip)]
    pub tickets: (u32, u32),
    /// One side spoke something else.
    #[serde(skip)]
    pub not_tls: Option<NotTls>,
    /// The first application data of the TLS client and the TLS server.
    #[serde(skip)]
    pub application_data: [Option<At>; 2],
    /// Bytes are missing inside the handshake: what was not seen may have been there.
    #[serde(skip)]
    pub incomplete: bool,
    /// The capture begins inside the session.
    #[serde(skip)]
    pub midstream: bool,
    /// The TLS client is the other side of what `client` means elsewhere, as the server began the handshake.
    #[serde(skip)]
    pub flipped: bool,
    /// Groups of the key shares in the second ClientHello, after a retry.
    #[serde(skip)]
    pub second_key_shares: Vec<Name>,
}

impl TlsFacts {
    /// The server name that the client sent in clear.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.sni.as_deref()
    }

    /// The version chosen, by number.
    #[must_use]
    pub fn chosen_version(&self) -> Option<Version> {
        self.choice.as_ref().map(|c| c.version)
    }

    /// TLS or DTLS 1.3: what follows the ServerHello is encrypted.
    #[must_use]
    pub fn is_13(&self) -> bool {
        self.chosen_version().is_some_and(Version::is_13)
    }

    /// The suite chosen protects against changes and encrypts nothing.
    #[must_use]
    pub fn sends_clear_text(&self) -> bool {
        // RFC 5246 appendix A.5; RFC 9150 §1 for the two of TLS 1.3.
        let null = |name: &str| name.contains("_NULL") || name.starts_with("TLS_SHA");
        self.cipher.as_deref().is_some_and(null)
    }

    /// The first phase of a name.
    #[must_use]
    pub fn phase(&self, name: &str) -> Option<&TlsPhase> {
        self.phases.iter().find(|p| p.phase == name)
    }

    /// Application data has been seen in both directions: the handshake is over.
    #[must_use]
    pub fn is_established(&self) -> bool {
        self.application_data.iter().all(Option::is_some)
    }

    /// The handshake ended in a fatal alert: nothing was said inside.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.application_data == [None; 2] && self.alerts.iter().any(|alert| alert.level == "fatal")
    }

    /// The TLS role of a side.
    #[must_use]
    pub fn role(&self, dir: Dir) -> Dir {
        if self.flipped { dir.flip() } else { dir }
    }

    pub(super) fn add_phase(&mut self, phase: Name, from: Dir, at: At, encrypted: bool, bytes: usize) {
        if self.phases.len() < MAX_PHASES {
            let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            if self.phases.is_empty() {
                self.phases.reserve(USUAL_PHASES);
            }
            let encrypted = encrypted && !self.sends_clear_text();
            self.phases.push(TlsPhase { phase, from, frame: at.frame, at_ns: at.ts.0, encrypted, bytes });
        }
    }
}

fn side<S: Serializer>(dir: &Dir, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(dir.name())
}

fn listed<S: Serializer>(certificates: &[Rc<Certificate>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(certificates.iter().map(Rc::as_ref))
}
