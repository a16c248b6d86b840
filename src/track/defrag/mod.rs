//! IP fragments put back together, within bounds, and what is wrong with them noticed.
//!
//! One [`Defrag`] sees every packet in capture order and hands back the payload of each packet that became complete,
//! to be decoded by [`crate::decode::decode_ip_payload`]. What never becomes complete comes out of
//! [`Defrag::next_abandoned`].

mod set;

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::decode::{Addr, FragmentView, IpView, Packet, Transport, Tunnel};
use crate::source::{At, NS_PER_S, Timestamp};
use set::{Piece, Set, Verdict};

/// A packet whose fragments have all arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassembled {
    /// Everything behind the fragment header, in order.
    pub payload: Vec<u8>,
    /// Protocol number by the first fragment, which counts (RFC 8200 §4.5).
    pub protocol: u8,
    /// Frames of the fragments, in order of arrival.
    pub frames: Vec<u32>,
    /// The fragment that arrived first.
    pub first: At,
}

/// Why a packet was not put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A fragment did not arrive within [`TIMEOUT_NS`].
    TimedOut,
    /// The capture ended first.
    CaptureEnd,
    /// A fragment was cut by the snapshot length.
    Cut,
    /// Fragments overlap: in IPv6 in any way (RFC 5722), in IPv4 with other content.
    Overlap,
    /// A fragment's length or offset contradicts the protocol or another fragment.
    Malformed,
    /// A bound was reached: too many packets at once, or too many fragments of one.
    Evicted,
    /// All held too many bytes, and it was the oldest.
    Crowded,
}

/// A packet that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abandoned {
    /// Who sent it.
    pub src: Addr,
    /// Whom it was for.
    pub dst: Addr,
    /// Its identification.
    pub id: u32,
    /// Why.
    pub reason: Reason,
    /// Its first fragment in order of arrival.
    pub first: At,
    /// Its last one.
    pub last: At,
    /// Fragments seen.
    pub fragments: u32,
    /// Payload bytes in them.
    pub bytes: u32,
}

/// What a fragment brought about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Others are missing.
    Pending,
    /// It was the last that was missing.
    Complete(Reassembled),
    /// The same fragment was there already.
    Duplicate,
    /// It cannot be used, nor can the others of its packet.
    Unusable(Reason),
}

/// A fragment as the reassembly saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// What it brought about.
    pub outcome: Outcome,
    /// It leaves part of the transport header to a later fragment, which filters cannot see then (RFC 1858 §3).
    pub tiny: bool,
    /// It covers bytes that another fragment has, without being a copy of it.
    pub overlap: bool,
}

/// How long a packet's fragments are waited for: Linux's default; RFC 8200 §4.5 has 60 s.
pub const TIMEOUT_NS: i64 = 30 * NS_PER_S;

/// Which packet a fragment belongs to (RFC 791 §3.2, RFC 8200 §4.5), tunnels and VLANs kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    src: Addr,
    dst: Addr,
    id: u32,
    /// Part of the identity in IPv4 only; 0 in IPv6.
    protocol: u8,
    vlan: u32,
    tunnel: Option<Tunnel>,
}

/// Fragments waiting for each other.
#[derive(Debug, Clone)]
pub struct Defrag {
    sets: HashMap<Key, Set, foldhash::fast::RandomState>,
    by_age: BTreeMap<u64, Key>,
    abandoned: VecDeque<Abandoned>,
    next_serial: u64,
    bytes: usize,
    max_sets: usize,
    max_bytes: usize,
}

impl Defrag {
    /// An empty one that works on at most `max_sets` packets at once and holds at most `max_bytes` bytes of payload; beyond
    /// that the oldest are given up.
    #[must_use]
    pub fn new(max_sets: usize, max_bytes: usize) -> Defrag {
        Defrag {
            sets: HashMap::default(),
            by_age: BTreeMap::new(),
            abandoned: VecDeque::new(),
            next_serial: 0,
            bytes: 0,
            max_sets: max_sets.max(1),
            max_bytes,
        }
    }

    /// Takes a packet; `None` when it is not a fragment.
    pub fn add(&mut self, packet: &Packet<'_>) -> Option<Added> {
        let (ip, Transport::Fragment(payload)) = (packet.ip.as_ref()?, packet.transport) else { return None };
        let fragment = ip.fragment?;
        self.expire(packet.at.ts);
        let key = key(packet, ip);
        if self.sets.get(&key).is_some_and(|set| set.is_over_for(&fragment, payload)) {
            self.close(&key, None);
        }
        if !self.sets.contains_key(&key) {
            self.open(key, packet.at);
        }
        let set = self.sets.get_mut(&key)?;
        let held = set.held();
        let piece = Piece { fragment, payload, protocol: ip.protocol, v6: !ip.src.is_v4(), at: packet.at };
        let (verdict, overlap) = set.add(&piece);
        let holds = set.held();
        self.bytes = self.bytes + holds - held;
        let outcome = match verdict {
            Verdict::Pending => Outcome::Pending,
            Verdict::Complete(whole) => Outcome::Complete(whole),
            Verdict::Duplicate => Outcome::Duplicate,
            Verdict::Void(reason) => Outcome::Unusable(reason),
        };
        while self.bytes > self.max_bytes {
            self.close_oldest(Reason::Crowded);
        }
        Some(Added { outcome, tiny: is_tiny(ip, &fragment), overlap })
    }

    /// Gives up what has waited too long at `now`.
    pub fn expire(&mut self, now: Timestamp) {
        while let Some(set) = self.by_age.first_key_value().and_then(|(_, key)| self.sets.get(key)) {
            if now.since(set.first.ts) <= TIMEOUT_NS {
                return;
            }
            self.close_oldest(Reason::TimedOut);
        }
    }

    /// Gives up everything that is still incomplete.
    pub fn finish(&mut self) {
        while !self.by_age.is_empty() {
            self.close_oldest(Reason::CaptureEnd);
        }
    }

    /// The next packet that was given up; to be asked after every [`Defrag::add`], or they pile up.
    pub fn next_abandoned(&mut self) -> Option<Abandoned> {
        self.abandoned.pop_front()
    }

    /// A new set, for which the oldest makes room where needed.
    fn open(&mut self, key: Key, at: At) {
        if self.sets.len() >= self.max_sets {
            self.close_oldest(Reason::Evicted);
        }
        self.next_serial += 1;
        self.by_age.insert(self.next_serial, key);
        self.sets.insert(key, Set::new(self.next_serial, at));
    }

    /// Closes the set that was opened first.
    fn close_oldest(&mut self, reason: Reason) {
        if let Some((_, key)) = self.by_age.pop_first() {
            self.close(&key, Some(reason));
        }
    }

    /// Forgets a set; what was incomplete is reported.
    fn close(&mut self, key: &Key, reason: Option<Reason>) {
        let Some(set) = self.sets.remove(key) else { return };
        self.by_age.remove(&set.serial);
        self.bytes = self.bytes.saturating_sub(set.held());
        let Some(reason) = set.failure().or(reason.filter(|_| !set.is_complete())) else { return };
        self.abandoned.push_back(Abandoned {
            src: key.src,
            dst: key.dst,
            id: key.id,
            reason,
            first: set.first,
            last: set.last,
            fragments: set.fragments,
            bytes: set.bytes,
        });
    }
}

/// What identifies the packet that a fragment is part of.
fn key(packet: &Packet<'_>, ip: &IpView) -> Key {
    Key {
        src: ip.src,
        dst: ip.dst,
        id: ip.id,
        protocol: if ip.src.is_v4() { ip.protocol } else { 0 },
        vlan: packet.vlan,
        tunnel: packet.tunnel,
    }
}

/// Whether the transport header does not fit into the first fragment, or a second one begins inside it (RFC 1858 §3, §4).
fn is_tiny(ip: &IpView, fragment: &FragmentView) -> bool {
    let header = match ip.protocol {
        6 => 20,
        17 => 8,
        132 => 12,
        _ => return false,
    };
    match fragment.offset {
        0 => fragment.more && fragment.len < header,
        offset => offset < header,
    }
}

#[cfg(test)]
mod tests;
