//! The state of one QUIC conversation, fed with its datagrams.

use super::crypto_stream::CryptoStream;
use super::facts::{CloseFact, Gquic, MAX_OFFERED, RetryFact, TokenFact, VersionNegotiationFact};
use super::key_ring::{KeyRing, Proof, Role, Source};
use super::{Cid, PacketKind, QuicFacts};
use crate::decode::quic::{
    Close, Frame, Frames, LongKind, LongPacket, Packet, RetryPacket, VersionNegotiation, gquic, packets,
    retry_is_genuine,
};
use crate::track::app::App;
use crate::track::{At, Dir};

/// Bytes kept of a reason phrase.
const MAX_REASON: usize = 256;

/// A complete TLS handshake message out of Initial packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandshakeMessage<'a> {
    /// Who sent it.
    pub dir: Dir,
    /// The message with its header of type and length.
    pub bytes: &'a [u8],
    /// The frame that completed it.
    pub at: At,
    /// The first frame that brought a part of it.
    pub first: At,
    /// Frames that brought a part of it.
    pub frames: u32,
    /// Which connection between these ports it belongs to, from 1. A higher number begins a new handshake: after Version
    /// Negotiation the first one led nowhere.
    pub attempt: u32,
}

/// A QUIC conversation.
#[derive(Debug, Clone, Default)]
pub struct QuicSession {
    facts: QuicFacts,
    ring: KeyRing,
    streams: [CryptoStream; 2],
    /// Of the message that each stream waits for.
    spread: [Spread; 2],
    /// Destination id and source id of the client's latest Initial.
    client_ids: Option<(Cid, Cid)>,
    /// Version Negotiation came and the client has not begun anew.
    refused: bool,
}

/// The frames that brought parts of one message.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    first: At,
    frames: u32,
    last: u32,
}

impl Spread {
    /// A frame brought something new; several packets of one datagram count once.
    fn add(&mut self, at: At) {
        if self.frames == 0 {
            self.first = at;
        }
        if self.last != at.frame {
            self.frames = self.frames.saturating_add(1);
            self.last = at.frame;
        }
    }
}

impl QuicSession {
    /// What is known.
    #[must_use]
    pub fn facts(&self) -> &QuicFacts {
        &self.facts
    }

    /// The application name: Google's own handshake is another protocol than QUIC.
    #[must_use]
    pub fn app(&self) -> App {
        if self.facts.version().is_some_and(|v| !v.carries_tls()) { App::Gquic } else { App::Quic }
    }

    /// A hello has begun and is not complete.
    #[must_use]
    pub fn is_hello_partial(&self, dir: Dir) -> bool {
        self.streams[dir.index()].is_partial()
    }

    /// The next datagram; each handshake message that it completes goes to `on_message`.
    pub fn datagram(&mut self, dir: Dir, datagram: &[u8], at: At, on_message: &mut dyn FnMut(HandshakeMessage<'_>)) {
        if self.google(dir, datagram, at) {
            return;
        }
        for packet in packets(datagram) {
            match packet {
                Packet::Long(long) => self.long(dir, &long, at, on_message),
                Packet::Retry(retry) => self.retry(dir, &retry, at),
                Packet::VersionNegotiation(vn) => self.version_negotiation(dir, &vn, at),
                Packet::Foreign { version, dcid, .. } => {
                    self.facts.count(PacketKind::Foreign, dir, at);
                    self.facts.speak(version, dir, at);
                    self.first_id(dir, dcid);
                }
                Packet::Short(bytes) => self.short(dir, bytes, at),
            }
        }
    }

    /// Google's older packets; true when this was one.
    fn google(&mut self, dir: Dir, datagram: &[u8], at: At) -> bool {
        if let Some(header) = gquic::header(datagram) {
            self.facts.speak(header.version, dir, at);
            self.first_id(dir, header.cid);
            let gquic = self.facts.gquic.get_or_insert_default();
            if gquic.server_name.is_none() {
                gquic.server_name = gquic::server_name_in_clear(datagram).map(text);
            }
        } else if self.facts.version().and_then(|v| v.gquic_number()).is_none_or(|n| n >= 50) {
            // After the first packets nothing names the version any more, so here the version known counts.
            return false;
        }
        self.facts.count(PacketKind::Gquic, dir, at);
        true
    }

    fn long(&mut self, dir: Dir, packet: &LongPacket<'_>, at: At, on_message: &mut dyn FnMut(HandshakeMessage<'_>)) {
        let kind = match packet.kind {
            LongKind::Initial => PacketKind::Initial,
            LongKind::ZeroRtt => PacketKind::ZeroRtt,
            LongKind::Handshake => PacketKind::Handshake,
        };
        self.facts.count(kind, dir, at);
        self.facts.speak(packet.version, dir, at);
        self.facts.know_cid(dir, packet.scid);
        if kind == PacketKind::Initial {
            self.initial(dir, packet, at, on_message);
        }
    }

    fn initial(&mut self, dir: Dir, packet: &LongPacket<'_>, at: At, on_message: &mut dyn FnMut(HandshakeMessage<'_>)) {
        let mut payload = Vec::new();
        match self.ring.open(packet, dir, self.facts.client, &mut payload) {
            Some(proof) => {
                self.opened(dir, packet, proof, at);
                if packet.version.carries_tls() {
                    self.frames(dir, &payload, at, on_message);
                } else {
                    self.q050(&payload);
                }
            }
            None => {
                self.facts.unopened = self.facts.unopened.saturating_add(1);
                if packet.token.is_empty() {
                    self.first_id(dir, packet.dcid);
                }
            }
        }
    }

    /// Keys opened an Initial: the roles are proven, and a new connection may have begun.
    fn opened(&mut self, dir: Dir, packet: &LongPacket<'_>, proof: Proof, at: At) {
        let client = if proof.role == Role::Client { dir } else { dir.flip() };
        self.facts.client = Some(client);
        if proof.role == Role::Server {
            return;
        }
        let (dcid, scid) = (Cid::new(packet.dcid), Cid::new(packet.scid));
        if self.begins_connection(packet, proof.source) {
            if self.facts.attempts == 0 {
                self.facts.client_dcid = Some(dcid);
            }
            self.facts.attempts = self.facts.attempts.saturating_add(1);
            self.refused = false;
            self.streams = Default::default();
        }
        if !packet.token.is_empty() && self.facts.retry.is_none() && self.facts.token.is_none() {
            self.facts.token = Some(TokenFact { at, len: packet.token.len() as u32 });
        }
        self.client_ids = Some((dcid, scid));
    }

    /// Whether a client's Initial begins another connection, not just another step of the one that is there.
    fn begins_connection(&self, packet: &LongPacket<'_>, source: Source) -> bool {
        match (source, self.client_ids) {
            _ if self.facts.attempts == 0 => true,
            (Source::Known, _) => false,
            (Source::OtherVersion, _) => self.refused,
            // After a Retry the id is the server's choice (RFC 9000 §17.2.5.2).
            (Source::OwnId, _) if self.facts.retry.is_some_and(|r| r.scid.as_bytes() == packet.dcid) => false,
            // A Retry that was not captured: the same client comes back with a token.
            (Source::OwnId, Some((_, scid))) => packet.token.is_empty() || scid.as_bytes() != packet.scid,
            (Source::OwnId, None) => true,
        }
    }

    /// The client's id where nothing can be opened: that of the first packet, if the other side has not spoken yet.
    fn first_id(&mut self, dir: Dir, dcid: &[u8]) {
        let answered = self.facts.versions.iter().any(|v| v.1 == Dir::Server);
        if dir == Dir::Client && !answered && self.facts.client_dcid.is_none() {
            self.facts.client_dcid = Some(Cid::new(dcid));
        }
    }

    fn frames(&mut self, dir: Dir, payload: &[u8], at: At, on_message: &mut dyn FnMut(HandshakeMessage<'_>)) {
        let stream = &mut self.streams[dir.index()];
        let before = stream.covered();
        for frame in Frames::new(payload) {
            match frame {
                Frame::Crypto { offset, data } => self.streams[dir.index()].insert(offset, data),
                Frame::Close(close) => self.close(dir, &close, at),
                Frame::Padding | Frame::Ping | Frame::Ack { .. } => {}
            }
        }
        let stream = &mut self.streams[dir.index()];
        let spread = &mut self.spread[dir.index()];
        if stream.covered() > before {
            spread.add(at);
        }
        while let Some(bytes) = stream.next_message() {
            let Spread { first, frames, .. } = *spread;
            on_message(HandshakeMessage { dir, bytes: &bytes, at, first, frames, attempt: self.facts.attempts });
            *spread = Spread { first: at, frames: 1, last: at.frame };
        }
        if !stream.is_partial() {
            *spread = Spread::default();
        }
        self.facts.dropped = self.streams.iter().map(CryptoStream::dropped).sum();
    }

    fn q050(&mut self, payload: &[u8]) {
        let gquic: &mut Gquic = self.facts.gquic.get_or_insert_default();
        if gquic.server_name.is_none() {
            gquic.server_name = gquic::crypto_in_q050(payload).and_then(gquic::server_name).map(text);
        }
    }

    fn close(&mut self, from: Dir, close: &Close<'_>, at: At) {
        let fact = CloseFact {
            at,
            from,
            code: close.code,
            frame: close.frame,
            reason: text(close.reason.get(..MAX_REASON).unwrap_or(close.reason)),
        };
        // A close is repeated until it gets through.
        if !self.facts.closes.iter().any(|c| CloseFact { at, ..c.clone() } == fact) {
            let _full = self.facts.closes.try_push(fact);
        }
    }

    /// A client follows one Retry, and only with the right tag (RFC 9000 §17.2.5.2).
    fn retry(&mut self, dir: Dir, packet: &RetryPacket<'_>, at: At) {
        self.facts.count(PacketKind::Retry, dir, at);
        self.facts.speak(packet.version, dir, at);
        let sent_by_client = self.facts.client == Some(dir);
        let for_other = self.client_ids.is_some_and(|(_, scid)| scid.as_bytes() != packet.dcid);
        let genuine = self.client_ids.and_then(|(dcid, _)| retry_is_genuine(packet, dcid.as_bytes()));
        if sent_by_client || for_other || genuine == Some(false) || self.facts.retry.is_some() {
            return;
        }
        let token_len = packet.token.len() as u32;
        self.facts.retry = Some(RetryFact { at, scid: Cid::new(packet.scid), token_len, genuine });
    }

    /// A Version Negotiation packet must return both ids of the client's Initial (RFC 9000 §17.2.1).
    fn version_negotiation(&mut self, dir: Dir, packet: &VersionNegotiation<'_>, at: At) {
        self.facts.count(PacketKind::VersionNegotiation, dir, at);
        let echoes =
            self.client_ids.is_none_or(|(dcid, scid)| dcid.as_bytes() == packet.scid && scid.as_bytes() == packet.dcid);
        if self.facts.client == Some(dir) || !echoes || self.facts.version_negotiation.is_some() {
            return;
        }
        self.refused = true;
        let offered = packet.versions().take(MAX_OFFERED).collect();
        self.facts.version_negotiation = Some(VersionNegotiationFact { at, offered });
    }

    /// A short header belongs to the other side's ids; an empty one is no evidence, but all there is.
    fn short(&mut self, dir: Dir, bytes: &[u8], at: At) {
        let id_on = bytes.get(1..).unwrap_or_default();
        let known = self.facts.cids(dir.flip()).iter().any(|cid| id_on.starts_with(cid.as_bytes()));
        self.facts.count(if known { PacketKind::OneRtt } else { PacketKind::UnknownId }, dir, at);
    }
}

/// Text that a peer sent, with what is not UTF-8 replaced.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
