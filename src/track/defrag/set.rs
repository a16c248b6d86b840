//! The fragments of one packet.

use etherparse::defrag::IpDefragBuf;
use etherparse::{IpFragOffset, IpNumber};
use foldhash::quality::FixedState;
use std::hash::BuildHasher;

use super::{Reason, Reassembled};
use crate::decode::FragmentView;
use crate::source::At;

/// One fragment.
pub(super) struct Piece<'a> {
    pub fragment: FragmentView,
    pub payload: &'a [u8],
    pub protocol: u8,
    pub v6: bool,
    pub at: At,
}

/// What a fragment did to its set.
pub(super) enum Verdict {
    Pending,
    Complete(Reassembled),
    Duplicate,
    Void(Reason),
}

/// A fragment that a set has taken: enough to know a copy of it when the payload is gone.
#[derive(Debug, Clone)]
struct Taken {
    offset: u32,
    more: bool,
    payload: u64,
    frame: u32,
}

/// How far a set is.
#[derive(Debug, Clone)]
enum State {
    /// Some fragments are missing.
    Filling(IpDefragBuf),
    /// All arrived; copies are still recognised until the set is forgotten.
    Complete,
    /// Nothing can become of it; its other fragments are still recognised.
    Void(Reason),
}

/// The fragments of one packet, by the order of their arrival.
#[derive(Debug, Clone)]
pub(super) struct Set {
    /// Its place in the order of age.
    pub serial: u64,
    pub first: At,
    pub last: At,
    pub fragments: u32,
    pub bytes: u32,
    protocol: u8,
    taken: Vec<Taken>,
    state: State,
}

/// Fragments of one packet; beyond that it is an attack: 64 KiB over the smallest IPv4 MTU of 68 bytes are 1366.
const MAX_FRAGMENTS: usize = 1_400;
/// Compares payloads by their hash once they are gone.
const HASHER: FixedState = FixedState::with_seed(0);

impl Set {
    /// A set whose first fragment arrives at `at`.
    pub fn new(serial: u64, at: At) -> Set {
        Set {
            serial,
            first: at,
            last: at,
            fragments: 0,
            bytes: 0,
            protocol: 0,
            taken: Vec::new(),
            state: State::Filling(IpDefragBuf::new(IpNumber(0), Vec::new(), Vec::new())),
        }
    }

    /// Bytes of memory that the set holds for payload.
    pub fn held(&self) -> usize {
        match &self.state {
            State::Filling(buffer) => buffer.data().len(),
            State::Complete | State::Void(_) => 0,
        }
    }

    /// All fragments arrived.
    pub fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete)
    }

    /// Why nothing can become of it.
    pub fn failure(&self) -> Option<Reason> {
        match self.state {
            State::Void(reason) => Some(reason),
            _ => None,
        }
    }

    /// The set is complete and the fragment no copy of one of its own: the identification is in use again.
    pub fn is_over_for(&self, fragment: &FragmentView, payload: &[u8]) -> bool {
        self.is_complete() && !self.has(fragment, payload)
    }

    /// Takes a fragment; also says whether it overlaps with others.
    pub fn add(&mut self, piece: &Piece<'_>) -> (Verdict, bool) {
        self.last = piece.at;
        if self.has(&piece.fragment, piece.payload) {
            return (Verdict::Duplicate, false);
        }
        self.fragments += 1;
        self.bytes = self.bytes.saturating_add(piece.fragment.len);
        let State::Filling(buffer) = &mut self.state else {
            return (Verdict::Void(self.failure().unwrap_or(Reason::Malformed)), false);
        };
        let overlap = Overlap::of(buffer, piece);
        let problem = if piece.payload.len() < piece.fragment.len as usize {
            Some(Reason::Cut)
        } else if overlap == Overlap::Conflict || piece.v6 && overlap != Overlap::None {
            Some(Reason::Overlap)
        } else if self.taken.len() >= MAX_FRAGMENTS {
            Some(Reason::Evicted)
        } else {
            fill(buffer, piece).err()
        };
        if let Some(reason) = problem {
            self.state = State::Void(reason);
            return (Verdict::Void(reason), overlap != Overlap::None);
        }
        if piece.fragment.offset == 0 {
            self.protocol = piece.protocol;
        }
        self.taken.push(Taken {
            offset: piece.fragment.offset,
            more: piece.fragment.more,
            payload: HASHER.hash_one(piece.payload),
            frame: piece.at.frame,
        });
        (self.try_complete(), overlap != Overlap::None)
    }

    /// Whether a copy of this fragment was taken already.
    fn has(&self, fragment: &FragmentView, payload: &[u8]) -> bool {
        let same_place = |taken: &Taken| taken.offset == fragment.offset && taken.more == fragment.more;
        self.taken.iter().any(|taken| same_place(taken) && taken.payload == HASHER.hash_one(payload))
    }

    /// Hands the packet out when nothing is missing.
    fn try_complete(&mut self) -> Verdict {
        match std::mem::replace(&mut self.state, State::Complete) {
            State::Filling(buffer) if buffer.is_complete() => Verdict::Complete(Reassembled {
                payload: buffer.take_bufs().0,
                protocol: self.protocol,
                frames: self.taken.iter().map(|taken| taken.frame).collect(),
                first: self.first,
            }),
            unfinished => {
                self.state = unfinished;
                Verdict::Pending
            }
        }
    }
}

/// Puts a fragment into its place.
fn fill(buffer: &mut IpDefragBuf, piece: &Piece<'_>) -> Result<(), Reason> {
    let units = u16::try_from(piece.fragment.offset / 8).map_err(|_| Reason::Malformed)?;
    let offset = IpFragOffset::try_new(units).map_err(|_| Reason::Malformed)?;
    buffer.add(offset, piece.fragment.more, piece.payload).map_err(|_| Reason::Malformed)
}

/// How a fragment relates to those before it.
#[derive(Debug, PartialEq, Eq)]
enum Overlap {
    /// It shares no byte with them.
    None,
    /// Shared bytes are the same.
    Same,
    /// Shared bytes differ: which of them the receiver takes depends on its system.
    Conflict,
}

impl Overlap {
    /// Compares a fragment with what is in the buffer.
    fn of(buffer: &IpDefragBuf, piece: &Piece<'_>) -> Overlap {
        let start = piece.fragment.offset as usize;
        let end = start + piece.payload.len();
        let mut overlap = Overlap::None;
        for section in buffer.sections() {
            let (from, to) = (start.max(section.start.into()), end.min(section.end.into()));
            if from >= to {
                continue;
            }
            if buffer.data().get(from..to) != piece.payload.get(from - start..to - start) {
                return Overlap::Conflict;
            }
            overlap = Overlap::Same;
        }
        overlap
    }
}
