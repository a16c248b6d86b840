//! TLS in a TCP stream: records, what is in clear in them, and where encryption begins.

use arrayvec::ArrayVec;

use super::facts::{NotTls, TlsFacts, Transport};
use super::join::Joiner;
use super::legacy::{Legacy, is_sslv2};
use super::records::{Damage, Piece, Records};
use super::secret::{HIDDEN, Secret};
use crate::decode::tls::{Alert, ContentType, HandshakeType, RecordHeader};
use crate::source::At;
use crate::track::Dir;
use crate::track::app::{Probe, StreamParser, Want};

/// Bytes of one direction read in wait for the other; a one-way capture shows nothing new beyond.
const MAX_ONE_WAY: u64 = 1 << 18;

/// A TLS connection being read.
#[derive(Debug, Clone, Default)]
pub struct TlsSession {
    facts: TlsFacts,
    sides: [Side; 2],
    legacy: Legacy,
    secret: Secret,
}

/// One direction.
#[derive(Debug, Clone, Default)]
struct Side {
    records: Records,
    joiner: Joiner,
    record: Option<RecordHeader>,
    /// What to do with the present record's body.
    use_of_body: Body,
    /// First bytes of an alert.
    small: ArrayVec<u8, 2>,
    /// A change_cipher_spec was sent.
    changed: bool,
    /// Records seen.
    begun: bool,
    /// A Finished was sent after the change of keys.
    finished: bool,
    bytes: u64,
}

/// What a record's body is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Body {
    /// Encrypted or of no interest.
    #[default]
    Skip,
    /// Handshake messages in clear.
    Messages,
    /// An alert.
    Alert,
}

impl TlsSession {
    /// Whether a direction that begins so is TLS.
    #[must_use]
    pub fn probe(_dir: Dir, first: &[u8]) -> Probe {
        if first.len() < RecordHeader::LEN && RecordHeader::may_start(first) {
            return Probe::Unsure;
        }
        let Some(header) = RecordHeader::parse(first) else { return is_sslv2(first) };
        let body = first.get(RecordHeader::LEN..).unwrap_or_default();
        match header.content {
            ContentType::HANDSHAKE if body.is_empty() => Probe::Unsure,
            ContentType::HANDSHAKE if Joiner::plausible(body) => Probe::Certain,
            _ if next_fits(first, header) => Probe::Certain,
            _ => Probe::NotForUs,
        }
    }

    /// What is known so far.
    #[must_use]
    pub fn facts(&self) -> &TlsFacts {
        &self.facts
    }

    /// What is known so far, for who adds what keys reveal.
    pub fn facts_mut(&mut self) -> &mut TlsFacts {
        &mut self.facts
    }

    /// What is known, at the end.
    #[must_use]
    pub fn into_facts(self) -> TlsFacts {
        self.facts
    }

    fn want(&self, dir: Dir) -> Want {
        let side = self.side(dir);
        let enough = self.facts.is_established() || side.records.dead || side.bytes > MAX_ONE_WAY;
        if enough { Want::Enough } else { Want::More }
    }

    fn piece(&mut self, dir: Dir, piece: Piece<'_>, at: At) {
        match piece {
            Piece::Begin(header) => self.begin(dir, header, at),
            Piece::Body(bytes) => self.body(dir, bytes, at),
            Piece::End => self.end_of_record(dir, at),
            Piece::NotRecord(head) => {
                if !self.side(dir).begun {
                    self.facts.not_tls.get_or_insert(NotTls { from: dir, at, looks_like: looks_like(head) });
                }
            }
        }
    }

    fn begin(&mut self, dir: Dir, header: RecordHeader, at: At) {
        // RFC 8446 appendix D.4: in TLS 1.3 a change_cipher_spec means nothing, encrypted records are application data.
        let encrypted = self.side(dir).changed && !self.facts.is_13();
        let side = self.side_mut(dir);
        side.begun = true;
        side.record = Some(header);
        side.small.clear();
        side.use_of_body = match header.content {
            ContentType::HANDSHAKE if !encrypted => Body::Messages,
            ContentType::ALERT => Body::Alert,
            _ => Body::Skip,
        };
        if header.content == ContentType::APPLICATION_DATA {
            let role = self.facts.role(dir);
            self.secret.record(&mut self.facts, role, dir, header.len, at);
        }
    }

    fn body(&mut self, dir: Dir, bytes: &[u8], at: At) {
        let side = self.side_mut(dir);
        match side.use_of_body {
            Body::Skip => {}
            Body::Alert => side.small.extend(bytes.iter().copied().take(side.small.remaining_capacity())),
            Body::Messages if side.joiner.is_empty() && !Joiner::plausible(bytes) => side.use_of_body = Body::Skip,
            Body::Messages => self.messages(dir, bytes, at),
        }
    }

    fn messages(&mut self, dir: Dir, mut bytes: &[u8], at: At) {
        while let Some(message) = self.side_mut(dir).joiner.next(&mut bytes, at) {
            if message.bytes.len() < message.len {
                let kind = HandshakeType(message.bytes.first().copied().unwrap_or_default());
                self.facts.add_phase(kind.name(), dir, at, false, message.len);
                continue;
            }
            let first_hello = message.bytes.first() == Some(&1) && self.facts.offer.is_none();
            self.facts.handshake_message(dir, &message.bytes, at, false, Transport::Tcp);
            if first_hello {
                self.facts.hello_spread(message.first, message.frames);
            }
        }
    }

    fn end_of_record(&mut self, dir: Dir, at: At) {
        let Some(header) = self.side_mut(dir).record.take() else { return };
        let len = usize::from(header.len);
        match header.content {
            ContentType::CHANGE_CIPHER_SPEC => self.change_cipher_spec(dir, at),
            // Two bytes are in clear whatever went before: encryption would add a tag or a MAC.
            ContentType::ALERT if len == 2 => {
                if let Some(alert) = Alert::parse(&self.side(dir).small) {
                    self.facts.alert(dir, alert, at);
                }
            }
            ContentType::ALERT => self.facts.add_phase("alert".into(), dir, at, true, len),
            ContentType::HANDSHAKE if self.side(dir).use_of_body == Body::Skip => {
                let side = self.side_mut(dir);
                let first = side.changed && !std::mem::replace(&mut side.finished, true);
                self.facts.add_phase(if first { "finished" } else { HIDDEN }.into(), dir, at, true, len);
            }
            _ => {}
        }
    }

    fn change_cipher_spec(&mut self, dir: Dir, at: At) {
        self.side_mut(dir).changed = true;
        self.facts.add_phase("change_cipher_spec".into(), dir, at, false, 1);
        if self.facts.role(dir) == Dir::Server && !self.facts.is_13() {
            self.facts.server_changed_keys();
        }
    }

    fn side(&self, dir: Dir) -> &Side {
        let [client, server] = &self.sides;
        if dir == Dir::Client { client } else { server }
    }

    fn side_mut(&mut self, dir: Dir) -> &mut Side {
        let [client, server] = &mut self.sides;
        if dir == Dir::Client { client } else { server }
    }
}

impl StreamParser for TlsSession {
    fn data(&mut self, dir: Dir, bytes: &[u8], at: At) -> Want {
        let side = self.side_mut(dir);
        side.bytes = side.bytes.saturating_add(bytes.len() as u64);
        let opening = self.legacy.take(dir, bytes, at, &mut self.facts);
        if self.legacy.is_ssl2() {
            return Want::Enough;
        }
        for mut rest in [opening.0.as_slice(), opening.1] {
            while let Some(piece) = self.side_mut(dir).records.next(&mut rest) {
                self.piece(dir, piece, at);
            }
        }
        self.want(dir)
    }

    fn gap(&mut self, dir: Dir, len: u32, _at: At) -> Want {
        self.legacy.gap(dir);
        let side = self.side_mut(dir);
        let damage = side.records.gap(len);
        if damage == Damage::Records || side.use_of_body == Body::Messages {
            side.joiner.clear();
            side.use_of_body = Body::Skip;
            self.facts.incomplete |= !self.facts.is_established();
        }
        if damage == Damage::Records {
            self.side_mut(dir).record = None;
        }
        self.want(dir)
    }
}

/// The record behind the first begins like one, as far as there is one.
fn next_fits(bytes: &[u8], first: RecordHeader) -> bool {
    let next = bytes.get(RecordHeader::LEN + usize::from(first.len)..).unwrap_or_default();
    let encrypted = !matches!(first.content, ContentType::APPLICATION_DATA | ContentType::HANDSHAKE) || first.len >= 17;
    encrypted && first.version.0 > 0x0300 && RecordHeader::may_start(next)
}

fn looks_like(head: [u8; RecordHeader::LEN]) -> Option<&'static str> {
    match &head {
        b"HTTP/" | b"GET /" | b"POST " | b"HEAD " => Some("HTTP"),
        [b'S', b'S', b'H', b'-', _] => Some("SSH"),
        [b'2', b'2', b'0', b' ' | b'-', _] => Some("SMTP or FTP"),
        _ => None,
    }
}
