//! Phases of TLS and QUIC as they are told while the capture is read: each once, where the facts gain it.

use super::quic::{PacketKind, QuicFacts};
use super::tls::{TlsFacts, TlsPhase};
use crate::decode::tls::Name;
use crate::source::At;
use crate::track::Dir;

/// A phase that has just been seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Its name in the JSON report; those of QUIC's packets begin with `quic_`.
    pub name: Name,
    /// Who sent it.
    pub from: Dir,
    /// An observer cannot read it.
    pub encrypted: bool,
    /// The frame that completed it.
    pub frame: u32,
}

/// What `facts` have gained since `told` of their phases were told.
pub(super) fn of_tls(facts: &TlsFacts, told: &mut usize) -> Vec<Phase> {
    let new = facts.phases.get(*told..).unwrap_or_default();
    *told = facts.phases.len();
    new.iter().map(Phase::from).collect()
}

/// The kinds of QUIC packets that a datagram of `from` brought for the first time.
pub(super) fn of_quic(facts: &QuicFacts, from: Dir, at: At) -> Vec<Phase> {
    let first = |kind: &PacketKind| {
        let seen = facts.seen(*kind, from);
        seen.count > 0 && seen.first.frame == at.frame
    };
    QUIC.iter()
        .filter(|(kind, ..)| first(kind))
        .map(|(_, name, encrypted)| Phase { name: (*name).into(), from, encrypted: *encrypted, frame: at.frame })
        .collect()
}

/// The packets that are steps of a handshake. Initial keys come from what is in clear, so anybody on the path can read
/// an Initial (RFC 9001 §5.2).
const QUIC: [(PacketKind, &str, bool); 6] = [
    (PacketKind::VersionNegotiation, "quic_version_negotiation", false),
    (PacketKind::Retry, "quic_retry", false),
    (PacketKind::Initial, "quic_initial", false),
    (PacketKind::ZeroRtt, "quic_0-rtt", true),
    (PacketKind::Handshake, "quic_handshake", true),
    (PacketKind::OneRtt, "quic_1-rtt", true),
];

impl From<&TlsPhase> for Phase {
    fn from(phase: &TlsPhase) -> Self {
        Phase { name: phase.phase.clone(), from: phase.from, encrypted: phase.encrypted, frame: phase.frame }
    }
}
