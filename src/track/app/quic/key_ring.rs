//! The Initial keys of one conversation: which connection id and version they came from, and trying them.

use super::Cid;
use crate::decode::quic::{InitialKeys, LongPacket, Secrets, Version};
use crate::track::Dir;

/// Key derivations in one conversation. A forger can send Initials with ever new ids, each of which may begin a
/// connection; after this many, only keys derived before are tried.
const MAX_DERIVATIONS: u32 = 32;

/// Initials in one conversation that may fail to open; after that none is tried.
const MAX_FAILURES: u32 = 64;

/// Key sets kept, the oldest is forgotten: first version, second version after negotiation, after Retry, and again.
const MAX_SETS: usize = 6;

/// Which end of a QUIC connection sent a packet, proven by the keys that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Server,
}

/// What opening an Initial showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proof {
    /// Who sent it.
    pub role: Role,
    /// The keys were derived for it just now, from these.
    pub source: Source,
}

/// Where the keys that opened a packet came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Keys that had opened a packet before.
    Known,
    /// A known connection id with the packet's version.
    OtherVersion,
    /// The packet's own destination connection id.
    OwnId,
}

/// The keys.
#[derive(Debug, Clone)]
pub(super) struct KeyRing {
    sets: Vec<KeySet>,
    derivations_left: u32,
    failures_left: u32,
}

#[derive(Debug, Clone)]
struct KeySet {
    /// The version in the packets' headers.
    version: Version,
    dcid: Cid,
    keys: InitialKeys,
    /// Those of client and server, each derived when a packet is tried with it: of many connections only one side is seen.
    sides: [Option<Secrets>; 2],
    /// Largest packet number opened, of client and server.
    largest: [Option<u64>; 2],
}

impl Default for KeyRing {
    fn default() -> Self {
        KeyRing { sets: Vec::new(), derivations_left: MAX_DERIVATIONS, failures_left: MAX_FAILURES }
    }
}

impl KeyRing {
    /// Opens an Initial sent in `dir` into `buffer`, which then holds nothing but the frames' bytes; `client` says which
    /// direction is the client's, once that is known.
    pub(super) fn open(
        &mut self,
        packet: &LongPacket<'_>,
        dir: Dir,
        client: Option<Dir>,
        buffer: &mut Vec<u8>,
    ) -> Option<Proof> {
        if packet.cut || self.failures_left == 0 {
            return None;
        }
        let roles: &[Role] = match client {
            Some(client) if client == dir => &[Role::Client],
            Some(_) => &[Role::Server],
            None => &[Role::Client, Role::Server],
        };
        let proof = self
            .open_known(packet, roles, buffer)
            .or_else(|| self.open_other_version(packet, roles, buffer))
            .or_else(|| self.open_own_id(packet, roles, buffer));
        if proof.is_none() {
            self.failures_left -= 1;
        }
        proof
    }

    fn open_known(&mut self, packet: &LongPacket<'_>, roles: &[Role], buffer: &mut Vec<u8>) -> Option<Proof> {
        let sets = self.sets.iter_mut().rev().filter(|s| s.version == packet.version);
        let role = sets.into_iter().find_map(|set| set.open(packet, roles, buffer))?;
        Some(Proof { role, source: Source::Known })
    }

    /// A server that moves to another version without a round trip keeps the client's first id (RFC 9368 §4.1), and so may
    /// a client after Version Negotiation.
    fn open_other_version(&mut self, packet: &LongPacket<'_>, roles: &[Role], buffer: &mut Vec<u8>) -> Option<Proof> {
        let id = self.sets.iter().rev().find(|s| s.version != packet.version).map(|s| s.dcid)?;
        if self.sets.iter().any(|s| s.version == packet.version && s.dcid == id) {
            return None;
        }
        let role = self.derive_and_open(packet, id, roles, buffer)?;
        Some(Proof { role, source: Source::OtherVersion })
    }

    /// A client's Initial whose keys come from its own destination connection id: the first flight, or one after a Retry.
    fn open_own_id(&mut self, packet: &LongPacket<'_>, roles: &[Role], buffer: &mut Vec<u8>) -> Option<Proof> {
        let id = Cid::new(packet.dcid);
        let known = self.sets.iter().any(|s| s.version == packet.version && s.dcid == id);
        if known || !roles.contains(&Role::Client) {
            return None;
        }
        let role = self.derive_and_open(packet, id, &[Role::Client], buffer)?;
        Some(Proof { role, source: Source::OwnId })
    }

    /// Derives keys for the packet's version from `id`, and keeps them if they open the packet.
    fn derive_and_open(
        &mut self,
        packet: &LongPacket<'_>,
        id: Cid,
        roles: &[Role],
        buffer: &mut Vec<u8>,
    ) -> Option<Role> {
        for version in packet.version.key_candidates() {
            self.derivations_left = self.derivations_left.checked_sub(1)?;
            let keys = InitialKeys::derive(version, id.as_bytes())?;
            let (sides, largest) = ([None, None], [None; 2]);
            let mut set = KeySet { version: packet.version, dcid: id, keys, sides, largest };
            if let Some(role) = set.open(packet, roles, buffer) {
                if self.sets.len() >= MAX_SETS {
                    self.sets.remove(0);
                }
                self.sets.push(set);
                return Some(role);
            }
        }
        None
    }
}

impl KeySet {
    fn open(&mut self, packet: &LongPacket<'_>, roles: &[Role], buffer: &mut Vec<u8>) -> Option<Role> {
        roles.iter().copied().find(|&role| {
            let (side, largest) = (&mut self.sides[role as usize], &mut self.largest[role as usize]);
            if side.is_none() {
                *side = if role == Role::Client { self.keys.client() } else { self.keys.server() };
            }
            let Some(number) = side.as_ref().and_then(|keys| keys.open(packet, *largest, buffer)) else { return false };
            *largest = Some(largest.map_or(number, |l| l.max(number)));
            true
        })
    }
}
