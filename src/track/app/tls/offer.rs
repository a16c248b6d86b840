//! A ClientHello into facts.

use super::facts::{EarlyData, EchState, TlsFacts, Transport};
use crate::decode::tls::{
    CipherSuite, ClientHello, FALLBACK_SCSV, Name, NamedGroup, SignatureScheme, Sslv2Hello, Version, ext,
};
use crate::source::At;
use crate::track::Dir;

/// Entries kept of each list in a hello; the rest of longer ones is left out, once they are fingerprinted.
const MAX_LIST: usize = 256;
/// Application protocols kept.
const MAX_ALPN: usize = 32;

/// What a client offered.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// The legacy version field.
    pub legacy_version: Version,
    /// Versions in order, GREASE left out: `supported_versions`, else the legacy one.
    pub versions: Vec<Version>,
    /// Cipher suites in order, signals and GREASE included.
    pub ciphers: Vec<CipherSuite>,
    /// Groups in order, GREASE included.
    pub groups: Vec<NamedGroup>,
    /// Signature schemes in order.
    pub schemes: Vec<SignatureScheme>,
    /// Key shares with their bytes, GREASE included.
    pub key_shares: Vec<(NamedGroup, u32)>,
    /// Types of the extensions in order, GREASE included.
    pub extensions: Vec<u16>,
    /// EC point formats: one or three in practice.
    pub point_formats: Vec<u8>,
    /// The first and the last byte of the first application protocol.
    pub first_alpn: Option<[u8; 2]>,
    /// The lengths of the extensions add up. A fingerprint of some of them would be that of another client.
    pub whole: bool,
    /// The client random, which names the secrets in a key log.
    pub random: [u8; 32],
    /// The session id.
    pub session_id: Vec<u8>,
    /// Bytes of the session ticket in TLS ≤ 1.2: `Some(0)` asks for one, more offers one.
    pub ticket_bytes: Option<u32>,
    /// Pre-shared keys offered (TLS 1.3).
    pub psks: u32,
    /// TLS_FALLBACK_SCSV was offered.
    pub fallback: bool,
    /// Encrypted ClientHello.
    pub ech: Option<EchOffer>,
    /// Bytes of the message, header included.
    pub bytes: u32,
    /// The frame that completed it.
    pub at: At,
    /// Its first frame.
    pub first: At,
    /// Frames it was spread over.
    pub frames: u32,
    /// QUIC transport parameters as sent.
    pub quic_parameters: Option<Vec<u8>>,
    /// It is the hello of SSL 2.0.
    pub sslv2: bool,
}

/// The readable part of an Encrypted ClientHello.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EchOffer {
    /// The server's key, by number.
    pub config_id: u8,
    /// HPKE key derivation function.
    pub kdf: u16,
    /// HPKE AEAD.
    pub aead: u16,
    /// Bytes of the encrypted inner hello.
    pub payload_bytes: u32,
}

impl Offer {
    /// Whether an extension was sent.
    #[must_use]
    pub fn has(&self, kind: u16) -> bool {
        self.extensions.contains(&kind)
    }

    fn of(hello: &ClientHello<'_>, at: At, bytes: usize) -> Offer {
        let mut versions: Vec<_> = hello.supported_versions().filter(|v| !v.is_grease()).collect();
        if versions.is_empty() {
            versions.push(hello.version);
        }
        let ticket = hello.extensions.get(ext::SESSION_TICKET);
        let quic = hello.extensions.get(ext::QUIC_TRANSPORT_PARAMETERS);
        Offer {
            legacy_version: hello.version,
            versions,
            ciphers: hello.ciphers().collect(),
            groups: hello.groups().collect(),
            schemes: hello.signature_schemes().collect(),
            key_shares: hello.key_shares().map(|(group, len)| (group, len as u32)).collect(),
            extensions: hello.extensions.iter().map(|e| e.kind).collect(),
            point_formats: hello.point_formats().to_vec(),
            first_alpn: hello.alpn().next().and_then(|name| Some([*name.first()?, *name.last()?])),
            whole: hello.extensions.is_whole(),
            random: hello.random.try_into().unwrap_or_default(),
            session_id: hello.session_id.to_vec(),
            ticket_bytes: ticket.map(|t| t.len() as u32),
            psks: hello.psk_identities() as u32,
            fallback: hello.ciphers().any(|c| c == FALLBACK_SCSV),
            ech: hello.ech().map(|e| EchOffer {
                config_id: e.config_id,
                kdf: e.kdf,
                aead: e.aead,
                payload_bytes: e.payload.len() as u32,
            }),
            bytes: bytes as u32,
            at,
            first: at,
            frames: 1,
            quic_parameters: quic.or(hello.extensions.get(ext::QUIC_TRANSPORT_PARAMETERS_DRAFT)).map(<[u8]>::to_vec),
            sslv2: false,
        }
    }
    /// Whether a list is longer than what is kept of it.
    fn is_long(&self) -> bool {
        let shorts = [self.ciphers.len(), self.groups.len(), self.schemes.len(), self.extensions.len()];
        let others = [self.versions.len(), self.key_shares.len(), self.point_formats.len()];
        shorts.iter().chain(&others).any(|len| *len > MAX_LIST)
    }

    fn shorten(&mut self) {
        cut(&mut self.versions);
        cut(&mut self.ciphers);
        cut(&mut self.groups);
        cut(&mut self.schemes);
        cut(&mut self.key_shares);
        cut(&mut self.extensions);
        cut(&mut self.point_formats);
    }
}

fn cut<T>(list: &mut Vec<T>) {
    list.truncate(MAX_LIST);
    list.shrink_to_fit();
}

impl TlsFacts {
    /// A ClientHello: the first is the offer, the second after a retry brings other key shares.
    pub(super) fn client_hello(&mut self, body: &[u8], at: At, transport: Transport) {
        let Some(hello) = ClientHello::parse(body, transport == Transport::Dtls) else { return };
        if self.offer.is_some() {
            let shares = hello.key_shares().filter(|(group, _)| !group.is_grease());
            self.second_key_shares = shares.map(|(group, _)| group.name()).take(MAX_LIST).collect();
            return;
        }
        let offer = Offer::of(&hello, at, body.len() + 4);
        self.sni = hello.server_name().map(text);
        self.ech = if offer.ech.is_some() { EchState::Offered } else { EchState::None };
        self.offered_versions = offer.versions.iter().take(MAX_LIST).map(|v| v.name()).collect();
        self.alpn_offered = hello.alpn().take(MAX_ALPN).map(text).collect();
        let early = offer.has(ext::EARLY_DATA);
        self.early_data = Some(if early { EarlyData::Offered } else { EarlyData::None });
        let offer = self.offer.insert(Box::new(offer));
        if offer.is_long() {
            self.fingerprint();
            self.offer.iter_mut().for_each(|offer| offer.shorten());
        }
    }

    /// The hello of SSL 2.0.
    pub(super) fn sslv2_hello(&mut self, hello: Sslv2Hello<'_>, from: Dir, at: At) {
        self.add_phase("client_hello".into(), from, at, false, hello.len);
        let suites = hello.ciphers.chunks_exact(3).filter_map(|c| match *c {
            [0, high, low] => Some(CipherSuite(u16::from_be_bytes([high, low]))),
            _ => None,
        });
        self.flipped = from == Dir::Server;
        self.offered_versions = vec![hello.version.name()];
        self.early_data = Some(EarlyData::None);
        self.offer = Some(Box::new(Offer {
            legacy_version: hello.version,
            versions: vec![hello.version],
            ciphers: suites.take(MAX_LIST).collect(),
            bytes: hello.len as u32,
            at,
            first: at,
            frames: 1,
            sslv2: true,
            ..Offer::default()
        }));
    }

    /// Where the ClientHello began and over how many frames it was spread.
    pub fn hello_spread(&mut self, first: At, frames: u32) {
        if let Some(offer) = &mut self.offer {
            (offer.first, offer.frames) = (first, frames);
        }
    }

    /// Names of the groups in the first hello's key shares.
    #[must_use]
    pub fn key_share_groups(&self) -> Vec<Name> {
        let shares = self.offer.iter().flat_map(|o| &o.key_shares);
        shares.filter(|(group, _)| !group.is_grease()).map(|(group, _)| group.name()).collect()
    }
}

/// Text of the wire; bytes that are no UTF-8 are escaped as `\xNN`.
pub(super) fn text(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::new(), |mut out, chunk| {
        out.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|b| out.push_str(&format!("\\x{b:02x}")));
        out
    })
}
