//! What is known of one QUIC conversation.

use arrayvec::ArrayVec;

use super::Cid;
use crate::decode::quic::Version;
use crate::track::{At, Dir};

/// Versions remembered of one conversation; more are not.
const MAX_VERSIONS: usize = 8;
/// Versions remembered of a Version Negotiation packet; more are not.
pub(super) const MAX_OFFERED: usize = 16;
/// Connection ids remembered of each side; more are not, and short headers with them count as unknown.
const MAX_CIDS: usize = 4;
/// Closes remembered; repeats of the same one are not kept anyway.
const MAX_CLOSES: usize = 4;

/// A kind of packet, as far as it can be told without keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PacketKind {
    /// Initial.
    Initial,
    /// 0-RTT: data before the handshake, under keys of an earlier connection.
    ZeroRtt,
    /// Handshake.
    Handshake,
    /// Retry.
    Retry,
    /// Version Negotiation.
    VersionNegotiation,
    /// 1-RTT, known by its connection id.
    OneRtt,
    /// A short header with an id that was never seen in clear: 1-RTT after a change of id, or a stateless reset.
    UnknownId,
    /// A long header of a version that is not known.
    Foreign,
    /// Google's QUIC before it used these packets.
    Gquic,
}

/// All kinds.
const KINDS: [PacketKind; 9] = [
    PacketKind::Initial,
    PacketKind::ZeroRtt,
    PacketKind::Handshake,
    PacketKind::Retry,
    PacketKind::VersionNegotiation,
    PacketKind::OneRtt,
    PacketKind::UnknownId,
    PacketKind::Foreign,
    PacketKind::Gquic,
];

impl PacketKind {
    /// The name in text and events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PacketKind::Initial => "initial",
            PacketKind::ZeroRtt => "0-rtt",
            PacketKind::Handshake => "handshake",
            PacketKind::Retry => "retry",
            PacketKind::VersionNegotiation => "version_negotiation",
            PacketKind::OneRtt => "1-rtt",
            PacketKind::UnknownId => "unknown_id",
            PacketKind::Foreign => "unknown_version",
            PacketKind::Gquic => "gquic",
        }
    }
}

/// How often something was seen, and where first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// How often.
    pub count: u32,
    /// Where first; meaningful when `count` is not 0.
    pub first: At,
}

/// A Retry that the client should have followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryFact {
    /// Where.
    pub at: At,
    /// The connection id that the client must use from here.
    pub scid: Cid,
    /// Bytes of the token.
    pub token_len: u32,
    /// Whether its integrity tag is right; `None` when that cannot be told.
    pub genuine: Option<bool>,
}

/// A Version Negotiation packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionNegotiationFact {
    /// Where.
    pub at: At,
    /// What the server speaks.
    pub offered: ArrayVec<Version, MAX_OFFERED>,
}

/// A token that came from an earlier connection (NEW_TOKEN): the client's Initial had it before any Retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenFact {
    /// Where.
    pub at: At,
    /// Its bytes.
    pub len: u32,
}

/// A CONNECTION_CLOSE that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseFact {
    /// Where first.
    pub at: At,
    /// Who closed.
    pub from: Dir,
    /// Error code (RFC 9000 §20.1).
    pub code: u64,
    /// The type of the frame that caused it; `None` when an application closed.
    pub frame: Option<u64>,
    /// The reason given, cut to 256 bytes, with what is not UTF-8 replaced.
    pub reason: String,
}

impl CloseFact {
    /// The TLS alert inside a CRYPTO_ERROR (RFC 9001 §4.8): codes 0x0100 to 0x01ff.
    #[must_use]
    pub fn tls_alert(&self) -> Option<u8> {
        (self.frame.is_some() && (0x100..=0x1ff).contains(&self.code)).then_some(self.code as u8)
    }

    /// The name of the transport's error code (RFC 9000 §20.1); `None` for the application's and unknown ones.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.frame?;
        ERRORS.get(usize::try_from(self.code).ok()?).copied().or(match self.code {
            0x11 => Some("VERSION_NEGOTIATION_ERROR"),
            0x100..=0x1ff => Some("CRYPTO_ERROR"),
            _ => None,
        })
    }
}

/// RFC 9000 §20.1, from code 0.
const ERRORS: [&str; 17] = [
    "NO_ERROR",
    "INTERNAL_ERROR",
    "CONNECTION_REFUSED",
    "FLOW_CONTROL_ERROR",
    "STREAM_LIMIT_ERROR",
    "STREAM_STATE_ERROR",
    "FINAL_SIZE_ERROR",
    "FRAME_ENCODING_ERROR",
    "TRANSPORT_PARAMETER_ERROR",
    "CONNECTION_ID_LIMIT_ERROR",
    "PROTOCOL_VIOLATION",
    "INVALID_TOKEN",
    "APPLICATION_ERROR",
    "CRYPTO_BUFFER_EXCEEDED",
    "KEY_UPDATE_ERROR",
    "AEAD_LIMIT_REACHED",
    "NO_VIABLE_PATH",
];

/// Google's own handshake, as far as it is in clear.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gquic {
    /// The server name of the hello.
    pub server_name: Option<String>,
}

/// Facts about one QUIC conversation.
#[derive(Debug, Clone, Default)]
pub struct QuicFacts {
    pub(super) client: Option<Dir>,
    pub(super) versions: ArrayVec<(Version, Dir, At), MAX_VERSIONS>,
    pub(super) spoken: [Option<Version>; 2],
    pub(super) client_dcid: Option<Cid>,
    pub(super) cids: [ArrayVec<Cid, MAX_CIDS>; 2],
    pub(super) seen: [[Seen; KINDS.len()]; 2],
    pub(super) retry: Option<RetryFact>,
    pub(super) version_negotiation: Option<VersionNegotiationFact>,
    pub(super) token: Option<TokenFact>,
    pub(super) closes: ArrayVec<CloseFact, MAX_CLOSES>,
    pub(super) gquic: Option<Gquic>,
    pub(super) attempts: u32,
    pub(super) unopened: u32,
    pub(super) dropped: u32,
}

impl QuicFacts {
    /// Which side is QUIC's client: proven by keys that opened its Initial, else the one that spoke first.
    #[must_use]
    pub fn client(&self) -> Dir {
        self.client.unwrap_or(Dir::Client)
    }

    /// An Initial was opened, so the roles are proven and what it held is known.
    #[must_use]
    pub fn is_opened(&self) -> bool {
        self.client.is_some()
    }

    /// The version in use: what the server speaks, or before it has answered, what the client last tried.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        self.spoken[self.client().flip().index()].or(self.spoken[self.client().index()])
    }

    /// The version that the client tried first.
    #[must_use]
    pub fn first_version(&self) -> Option<Version> {
        self.versions.first().map(|v| v.0)
    }

    /// Versions in the order of their first packet: who sent it and where.
    #[must_use]
    pub fn versions(&self) -> &[(Version, Dir, At)] {
        &self.versions
    }

    /// The destination connection id of the client's first Initial: what the Initial keys come from.
    #[must_use]
    pub fn client_dcid(&self) -> Option<Cid> {
        self.client_dcid
    }

    /// Connection ids that one side chose for itself, as far as they were in clear.
    #[must_use]
    pub fn cids(&self, of: Dir) -> &[Cid] {
        &self.cids[of.index()]
    }

    /// Packets of a kind from one side.
    #[must_use]
    pub fn seen(&self, kind: PacketKind, from: Dir) -> Seen {
        self.seen[from.index()][kind as usize]
    }

    /// The first packet of each kind and side, in the order of the capture.
    #[must_use]
    pub fn phases(&self) -> Vec<(PacketKind, Dir, At)> {
        let both = [Dir::Client, Dir::Server].into_iter().flat_map(|dir| KINDS.map(|kind| (kind, dir)));
        let mut phases: Vec<_> = both
            .map(|(kind, dir)| (kind, dir, self.seen(kind, dir)))
            .filter(|(.., seen)| seen.count > 0)
            .map(|(kind, dir, seen)| (kind, dir, seen.first))
            .collect();
        phases.sort_by_key(|(kind, _, at)| (at.frame, *kind));
        phases
    }

    /// The Retry that the client should have followed.
    #[must_use]
    pub fn retry(&self) -> Option<&RetryFact> {
        self.retry.as_ref()
    }

    /// The Version Negotiation packet.
    #[must_use]
    pub fn version_negotiation(&self) -> Option<&VersionNegotiationFact> {
        self.version_negotiation.as_ref()
    }

    /// A token from an earlier connection.
    #[must_use]
    pub fn token(&self) -> Option<TokenFact> {
        self.token
    }

    /// Closes that could be read.
    #[must_use]
    pub fn closes(&self) -> &[CloseFact] {
        &self.closes
    }

    /// Google's handshake.
    #[must_use]
    pub fn gquic(&self) -> Option<&Gquic> {
        self.gquic.as_ref()
    }

    /// Connections begun with these addresses and ports: more than one after version negotiation or when they were used
    /// again.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Initials that no key opened: damaged, cut, of an unknown version, or their beginning was not captured.
    #[must_use]
    pub fn unopened(&self) -> u32 {
        self.unopened
    }

    /// Bytes of handshake that the bounds of reassembly made it drop.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Counts a packet.
    pub(super) fn count(&mut self, kind: PacketKind, from: Dir, at: At) {
        let seen = &mut self.seen[from.index()][kind as usize];
        if seen.count == 0 {
            seen.first = at;
        }
        seen.count = seen.count.saturating_add(1);
    }

    /// Notes the version of a packet.
    pub(super) fn speak(&mut self, version: Version, from: Dir, at: At) {
        self.spoken[from.index()] = Some(version);
        if !self.versions.iter().any(|(v, ..)| *v == version) {
            let _full = self.versions.try_push((version, from, at));
        }
    }

    /// Notes an id that `of` chose for itself.
    pub(super) fn know_cid(&mut self, of: Dir, cid: &[u8]) {
        let cid = Cid::new(cid);
        let known = &mut self.cids[of.index()];
        if !known.contains(&cid) {
            let _full = known.try_push(cid);
        }
    }
}
