//! DTLS over UDP: records in datagrams, handshake messages put together from fragments.

use super::facts::{TlsFacts, Transport};
use super::secret::{HIDDEN, data};
use crate::decode::tls::{
    Alert, ContentType, DtlsFragment, DtlsHeader, DtlsRecord, HandshakeType, Reader, Version, dtls_records,
};
use crate::source::At;
use crate::track::Dir;
use crate::track::app::{Probe, Want};

/// The longest message put together; of a longer one nothing is known.
const MAX_MESSAGE: usize = 65_536;
/// Messages of one side being put together at once; a fragment of another one is dropped.
const MAX_PENDING: usize = 4;
/// Pieces of one message with holes between them; a fragment that would make more is dropped.
const MAX_PIECES: usize = 64;

/// Bytes of the shortest encrypted record: a nonce, a byte, a tag (RFC 6655 §6.1).
const MIN_ENCRYPTED: usize = 8 + 1 + 8;

/// A DTLS association being read.
#[derive(Debug, Clone, Default)]
pub struct DtlsSession {
    facts: TlsFacts,
    sides: [Side; 2],
}

/// One direction.
#[derive(Debug, Clone, Default)]
struct Side {
    pending: Vec<Pending>,
    /// Numbers below this are read.
    next: u16,
    finished: bool,
}

/// A message of which fragments are there.
#[derive(Debug, Clone)]
struct Pending {
    seq: u16,
    kind: HandshakeType,
    bytes: Vec<u8>,
    /// Sorted, disjoint parts that are there.
    have: Vec<(usize, usize)>,
}

impl DtlsSession {
    /// Whether a datagram is DTLS. Strict, for UDP carries everything: one possible record, then another or the end.
    #[must_use]
    pub fn probe(datagram: &[u8]) -> Probe {
        let mut rest = Reader(datagram);
        let sound = possible_record(&mut rest).unwrap_or_default();
        if sound && (rest.0.is_empty() || DtlsSession::claims(rest.0)) { Probe::Certain } else { Probe::NotForUs }
    }

    /// Whether a datagram of a conversation that speaks DTLS is its, and not of what shares the ports (RFC 7983 §7).
    #[must_use]
    pub fn claims(datagram: &[u8]) -> bool {
        matches!(datagram.first(), Some(20..=63))
    }

    /// The next datagram.
    pub fn datagram(&mut self, dir: Dir, bytes: &[u8], at: At) -> Want {
        self.facts.transport = Transport::Dtls;
        for record in dtls_records(bytes) {
            self.record(dir, record, at);
        }
        if self.facts.is_established() { Want::Enough } else { Want::More }
    }

    /// What is known so far.
    #[must_use]
    pub fn facts(&self) -> &TlsFacts {
        &self.facts
    }

    /// What is known, at the end.
    #[must_use]
    pub fn into_facts(self) -> TlsFacts {
        self.facts
    }

    fn record(&mut self, dir: Dir, record: DtlsRecord<'_>, at: At) {
        let body = record.body;
        let len = u16::try_from(body.len()).unwrap_or(u16::MAX);
        let role = self.facts.role(dir);
        match record.header {
            // RFC 9147 §4: the low bits of the header are the epoch's; 2 is the handshake's (§6.1), 3 the first of data.
            DtlsHeader::Unified { epoch_bits } => match epoch_bits {
                2 => self.hidden(dir, usize::from(len), at),
                1 => self.facts.add_phase("early_data".into(), dir, at, true, usize::from(len)),
                _ => data(&mut self.facts, role, dir, len, at),
            },
            DtlsHeader::Plain { content: ContentType::APPLICATION_DATA, .. } => {
                self.facts.midstream |= self.facts.offer.is_none() && self.facts.choice.is_none();
                data(&mut self.facts, role, dir, len, at);
            }
            DtlsHeader::Plain { content: ContentType::CHANGE_CIPHER_SPEC, .. } => self.change_cipher_spec(dir, at),
            DtlsHeader::Plain { content: ContentType::HANDSHAKE, epoch: 0, .. } => self.fragments(dir, body, at),
            DtlsHeader::Plain { content: ContentType::HANDSHAKE, .. } => self.hidden(dir, usize::from(len), at),
            DtlsHeader::Plain { content: ContentType::ALERT, epoch: 0, .. } => {
                if let Some(alert) = Alert::parse(body) {
                    self.facts.alert(dir, alert, at);
                }
            }
            DtlsHeader::Plain { .. } => {}
        }
    }

    /// The first encrypted handshake record of a side; later ones are repeats or more of the same.
    fn hidden(&mut self, dir: Dir, len: usize, at: At) {
        let known = self.facts.is_13();
        let Some(side) = self.sides.get_mut(dir.index()) else { return };
        if !std::mem::replace(&mut side.finished, true) {
            self.facts.add_phase(if known { HIDDEN } else { "finished" }.into(), dir, at, true, len);
        }
    }

    fn change_cipher_spec(&mut self, dir: Dir, at: At) {
        if self.facts.phases.iter().any(|p| p.from == dir && p.phase == "change_cipher_spec") {
            return;
        }
        self.facts.add_phase("change_cipher_spec".into(), dir, at, false, 1);
        if self.facts.role(dir) == Dir::Server && !self.facts.is_13() {
            self.facts.server_changed_keys();
        }
    }

    fn fragments(&mut self, dir: Dir, body: &[u8], at: At) {
        let mut rest = Reader(body);
        while let Some(fragment) = DtlsFragment::next(&mut rest) {
            let message = self.sides.get_mut(dir.index()).and_then(|side| side.add(fragment));
            if let Some(message) = message {
                self.facts.handshake_message(dir, &message, at, false, Transport::Dtls);
            }
        }
    }
}

/// Whether a record with a header of 13 bytes can be one (RFC 6347 §4.1); `None` where it ends before it can be told.
/// What is in clear must be well-formed; what is encrypted has at least a byte and a tag of eight with its nonce.
fn possible_record(rest: &mut Reader<'_>) -> Option<bool> {
    let (content, version, epoch) = (ContentType(rest.u8()?), Version(rest.u16()?), rest.u16()?);
    let _number = rest.take(6)?;
    let len = usize::from(rest.u16()?);
    let whole = rest.0.len() >= len;
    let body = rest.take(len.min(rest.0.len()))?;
    Some(
        version.is_dtls()
            && match (content, epoch) {
                (ContentType::HANDSHAKE, 0) => DtlsFragment::next(&mut Reader(body)).is_some_and(|f| f.kind.is_known()),
                (ContentType::CHANGE_CIPHER_SPEC, 0) => body == [1],
                (ContentType::ALERT, 0) => matches!(body, [1 | 2, _]),
                (ContentType(20..=26), 1..) => whole && len >= MIN_ENCRYPTED,
                _ => false,
            },
    )
}

impl Side {
    /// Adds a fragment; returns the message, with a TLS header, when it completes one that is new.
    fn add(&mut self, fragment: DtlsFragment<'_>) -> Option<Vec<u8>> {
        // A restarted handshake counts from 0 again (RFC 6347 §4.2.2).
        let again = fragment.seq < self.next && !(fragment.seq == 0 && fragment.kind.0 == 1 && self.next > 2);
        if again || fragment.total > MAX_MESSAGE {
            return None;
        }
        let index = self.pending(fragment)?;
        let whole = self.pending.get_mut(index)?.add(fragment);
        if !whole {
            return None;
        }
        let done = self.pending.swap_remove(index);
        self.next = done.seq.saturating_add(1);
        let mut message = vec![done.kind.0];
        message.extend((done.bytes.len() as u32).to_be_bytes().iter().skip(1));
        message.extend(done.bytes);
        Some(message)
    }

    fn pending(&mut self, fragment: DtlsFragment<'_>) -> Option<usize> {
        let same = |p: &Pending| p.seq == fragment.seq && p.kind == fragment.kind && p.bytes.len() == fragment.total;
        if let Some(index) = self.pending.iter().position(same) {
            return Some(index);
        }
        if self.pending.len() >= MAX_PENDING {
            return None;
        }
        let bytes = vec![0; fragment.total];
        self.pending.push(Pending { seq: fragment.seq, kind: fragment.kind, bytes, have: Vec::new() });
        Some(self.pending.len() - 1)
    }
}

impl Pending {
    /// Fills in a fragment; whether the message is whole.
    fn add(&mut self, fragment: DtlsFragment<'_>) -> bool {
        let (from, to) = (fragment.offset, fragment.offset + fragment.body.len());
        if self.have.len() < MAX_PIECES
            && let Some(place) = self.bytes.get_mut(from..to)
        {
            place.copy_from_slice(fragment.body);
            self.have.push((from, to));
            self.merge();
        }
        self.have.first().map_or((0, 0), |first| *first) == (0, self.bytes.len())
    }

    fn merge(&mut self) {
        self.have.sort_unstable();
        self.have.dedup_by(|next, kept| {
            let touches = next.0 <= kept.1;
            if touches {
                kept.1 = kept.1.max(next.1);
            }
            touches
        });
    }
}
