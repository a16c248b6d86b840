//! Lookups: the queries by which one client tries to get one name and type answered, whatever server, port, id or
//! transport each uses.

use super::bounded::Bounded;
use crate::decode::Addr;
use crate::source::{At, NS_PER_S};
use crate::track::Endpoint;

/// A query this long after the previous one begins a new lookup; resolvers wait at most about 20 s between two.
const SAME_LOOKUP_NS: i64 = 30 * NS_PER_S;

/// A client's effort to look up one name and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup {
    /// Its first query.
    pub first: At,
    /// Queries so far, repeats included.
    pub queries: u32,
    /// The server asked before this one, where that was another.
    pub previous_server: Option<Endpoint>,
    /// The truncated response that made the client ask again (RFC 7766 §5).
    pub truncated: Option<At>,
    /// Who answered it in the end, and when; for an exchange without response: another server, or the same later.
    pub answered: Option<(Endpoint, At)>,
}

/// Open and recent lookups, by client and question.
#[derive(Debug)]
pub(super) struct Lookups {
    entries: Bounded<(Addr, u64), Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    lookup: Lookup,
    server: Endpoint,
    latest: At,
}

impl Lookups {
    pub fn new(bound: usize) -> Lookups {
        Lookups { entries: Bounded::new(bound) }
    }

    /// A query was sent.
    pub fn asked(&mut self, client: Addr, question: u64, server: Endpoint, at: At) -> Lookup {
        let key = (client, question);
        let open = self
            .entries
            .get(&key)
            .filter(|e| e.lookup.answered.is_none() && at.ts.since(e.latest.ts) <= SAME_LOOKUP_NS);
        let lookup = match open {
            Some(entry) => Lookup {
                queries: entry.lookup.queries.saturating_add(1),
                previous_server: Some(entry.server).filter(|s| *s != server).or(entry.lookup.previous_server),
                ..entry.lookup
            },
            None => Lookup { first: at, queries: 1, previous_server: None, truncated: None, answered: None },
        };
        self.entries.insert(key, Entry { lookup, server, latest: at });
        lookup
    }

    /// A response came for a query of the lookup that began at `first`; a truncated one leaves it open.
    pub fn answered(&mut self, client: Addr, question: u64, first: At, server: Endpoint, truncated: bool, at: At) {
        let Some(entry) = self.entries.get_mut(&(client, question)).filter(|e| e.lookup.first == first) else { return };
        if truncated {
            entry.lookup.truncated = Some(at);
        } else {
            entry.lookup.answered.get_or_insert((server, at));
        }
    }

    /// The lookup that began at `first` as it stands now.
    pub fn now(&self, client: Addr, question: u64, first: At) -> Option<Lookup> {
        self.entries.get(&(client, question)).map(|e| e.lookup).filter(|lookup| lookup.first == first)
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}
