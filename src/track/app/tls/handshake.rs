//! Handshake messages into facts, whatever carried them and whoever decrypted them.

use super::facts::{ClientCertificate, EarlyData, MAX_ALERTS, MAX_CERTIFICATES, TlsAlert, TlsFacts, Transport};
use super::offer::text;
use crate::decode::tls::{
    Alert, AlertLevel, CipherSuite, Extensions, HandshakeType, Reader, ServerHello, alert_name, certificate_list,
    certificate_list_13, ext, server_key_exchange_group, staple,
};
use crate::source::At;
use crate::track::Dir;

impl TlsFacts {
    /// A whole handshake message with its four-byte header. `encrypted` says that it was so on the wire and came out
    /// by means of keys.
    pub fn handshake_message(&mut self, dir: Dir, message: &[u8], at: At, encrypted: bool, transport: Transport) {
        let mut rest = Reader(message);
        let (Some(kind), Some(body)) = (rest.u8(), rest.vector(3)) else { return };
        self.transport = transport;
        let hello = (kind == 2).then(|| ServerHello::parse(body)).flatten();
        let retry = kind == 6 || hello.is_some_and(|h| h.is_retry());
        let kind = HandshakeType(kind);
        self.flipped |= kind.0 == 1 && dir == Dir::Server && self.offer.is_none() && self.choice.is_none();
        let role = self.role(dir);
        let name = if retry { "hello_retry_request".into() } else { kind.name() };
        self.add_phase(name, dir, at, encrypted, message.len());
        if let Some(hello) = hello {
            self.server_hello(&hello, at);
        }
        match (kind.0, role) {
            (1, Dir::Client) => self.client_hello(body, at, transport),
            (4, Dir::Server) => self.new_session_ticket(body),
            (8, Dir::Server) => self.encrypted_extensions(body),
            (11, _) => self.certificate(role, body),
            (12, Dir::Server) => self.server_key_exchange(body),
            (13, Dir::Server) => self.client_certificate = Some(ClientCertificate::Requested),
            (14, Dir::Server) => self.server_hello_done(),
            (20, Dir::Server) => self.server_finished(),
            (22, Dir::Server) => self.staple_bytes = staple(body).map(|s| s.len() as u32),
            _ => {}
        }
    }

    /// An alert in clear, or decrypted.
    pub fn alert(&mut self, dir: Dir, alert: Alert, at: At) {
        let refused =
            self.role(dir) == Dir::Server && alert.level == AlertLevel::Fatal && self.sent_client_certificate();
        if refused && self.application_data == [None; 2] {
            self.client_certificate = Some(ClientCertificate::Refused);
        }
        let gave_up = self.role(dir) == Dir::Client && alert.level == AlertLevel::Fatal && !self.is_13();
        if gave_up && self.phase("client_key_exchange").is_none() {
            self.group = None;
        }
        if self.alerts.len() < MAX_ALERTS {
            self.alerts.push(TlsAlert {
                from: dir,
                level: if alert.level == AlertLevel::Fatal { "fatal" } else { "warning" },
                description: alert_name(alert.description),
                frame: at.frame,
                at_ns: at.ts.0,
                phase: self.phases.last().map(|p| p.phase.clone()),
            });
        }
    }

    /// The server changed its keys in TLS ≤ 1.2: what the client sent so far was good enough.
    pub(super) fn server_changed_keys(&mut self) {
        if self.sent_client_certificate() && self.client_certificate != Some(ClientCertificate::Refused) {
            self.client_certificate = Some(ClientCertificate::Accepted);
        }
        // RFC 5246 §7.3, figure 2: keys change right after the hello only in an abbreviated handshake.
        if self.resumed.is_none() && !self.incomplete && self.choice.is_some() {
            self.resumed_12();
        }
    }

    fn encrypted_extensions(&mut self, body: &[u8]) {
        let extensions = Extensions(Reader(body).vector(2).unwrap_or_default());
        let alpn = extensions.get(ext::APPLICATION_LAYER_PROTOCOL_NEGOTIATION);
        self.alpn = alpn.and_then(|b| Reader(b).vector(2)).and_then(|b| Reader(b).vector(1)).map(text);
        if self.early_data == Some(EarlyData::Offered) {
            let accepted = extensions.has(ext::EARLY_DATA);
            self.early_data = Some(if accepted { EarlyData::Accepted } else { EarlyData::Rejected });
        }
    }

    fn certificate(&mut self, dir: Dir, body: &[u8]) {
        let mut chain = Vec::<Box<[u8]>>::new();
        if self.is_13() {
            for (der, extensions) in certificate_list_13(body).take(MAX_CERTIFICATES) {
                chain.push(der.into());
                if let Some(staple) = extensions.staple().filter(|_| dir == Dir::Server) {
                    self.staple_bytes.get_or_insert(staple.len() as u32);
                }
            }
        } else {
            chain.extend(certificate_list(body).take(MAX_CERTIFICATES).map(Box::from));
        }
        let [client, server] = &mut self.sent_certificates;
        match dir {
            Dir::Server if server.is_empty() => *server = chain,
            Dir::Server => {}
            Dir::Client => {
                let empty = chain.is_empty();
                *client = chain;
                self.client_certificate =
                    Some(if empty { ClientCertificate::Empty } else { ClientCertificate::Requested });
            }
        }
        self.full_handshake(dir);
    }

    fn sent_client_certificate(&self) -> bool {
        let [client, _] = &self.sent_certificates;
        !client.is_empty()
    }

    fn server_key_exchange(&mut self, body: &[u8]) {
        let cipher = self.choice.as_ref().map(|c| c.cipher);
        self.group = cipher.and_then(|cipher: CipherSuite| server_key_exchange_group(cipher, body));
        self.full_handshake(Dir::Server);
    }

    fn server_hello_done(&mut self) {
        self.full_handshake(Dir::Server);
        if !self.incomplete {
            self.client_certificate.get_or_insert(ClientCertificate::NotRequested);
        }
    }

    /// Only a full handshake of TLS ≤ 1.2 has these messages.
    fn full_handshake(&mut self, dir: Dir) {
        if dir == Dir::Server && !self.is_13() && self.choice.is_some() {
            self.resumed = Some(false);
        }
    }

    /// Decrypted, in TLS 1.3: the flight is whole, so that a request for a certificate would have been seen.
    fn server_finished(&mut self) {
        if self.is_13() && !self.incomplete {
            self.client_certificate.get_or_insert(ClientCertificate::NotRequested);
        }
    }

    fn new_session_ticket(&mut self, body: &[u8]) {
        self.tickets = (self.tickets.0.saturating_add(1), body.len() as u32);
    }
}
