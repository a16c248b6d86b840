//! Connections that one host began to both address families of one name, almost together: the race of Happy Eyeballs.

use super::answer::Answer;
use super::bounded::Bounded;
use crate::source::{At, NS_PER_S};
use crate::track::{ConvId, Endpoint};

/// Attempts that are further apart do not race: RFC 8305 §5 allows at most 2 s between two.
const TOGETHER_NS: i64 = 2 * NS_PER_S;

/// The other connection of a race, as seen from one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Race {
    /// Its number.
    pub rival: ConvId,
    /// Its server.
    pub server: Endpoint,
    /// Its first packet.
    pub began: At,
    /// Its SYN-ACK, as far as it was captured before one of the two was over.
    pub answered: Option<At>,
    /// It was refused by a reset, as far as that was captured by then.
    pub refused: bool,
}

/// The latest attempt of each host towards each name and port.
#[derive(Debug, Clone)]
pub(super) struct Races {
    entries: Bounded<(u64, u16), Race>,
}

impl Races {
    pub fn new(bound: usize) -> Races {
        Races { entries: Bounded::new(bound) }
    }

    /// A connection begins to an address that `resolved` gave: the one to the other family that it races with.
    pub fn began(&mut self, resolved: &Answer, id: ConvId, server: Endpoint, at: At) -> Option<Race> {
        let race = Race { rival: id, server, began: at, answered: None, refused: false };
        let before = self.entries.insert((resolved.name_key, server.port), race, drop);
        before.filter(|b| b.server.addr.is_v4() != server.addr.is_v4() && at.ts.since(b.began.ts) <= TOGETHER_NS)
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}
