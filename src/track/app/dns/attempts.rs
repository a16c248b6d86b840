//! Lookups: the queries by which one client tries to get one name and type answered, whatever server, port, id or
//! transport each uses.

use super::bounded::ByHash;
use crate::decode::Addr;
use crate::source::{At, NS_PER_S, Timestamp};
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
    /// The truncated response that made the client ask again (RFC 7766 §5), and the conversation it came in.
    pub truncated: Option<(At, u32)>,
    /// Who answered it in the end, and when; for an exchange without response: another server, or the same later.
    pub answered: Option<(Endpoint, At)>,
}

/// Open and recent lookups, by client and question.
#[derive(Debug, Clone)]
pub(super) struct Lookups {
    entries: ByHash<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    lookup: Lookup,
    server: Endpoint,
    latest: At,
    sent: Sent,
}

/// Where a query was sent, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    pub conversation: u32,
    pub id: u16,
}

impl Lookups {
    pub fn new(bound: usize) -> Lookups {
        Lookups { entries: ByHash::new(bound) }
    }

    /// A query was sent.
    pub fn asked(&mut self, client: Addr, question: u64, server: Endpoint, sent: Sent, at: At) -> Lookup {
        let new = Lookup { first: at, queries: 0, previous_server: None, truncated: None, answered: None };
        let entry = self.entries.of((client, question), || Entry { lookup: new, server, latest: at, sent });
        let open = entry.lookup.answered.is_none() && at.ts.since(entry.latest.ts) <= SAME_LOOKUP_NS;
        let before = if open { entry.lookup } else { new };
        let lookup = Lookup {
            queries: before.queries.saturating_add(1),
            previous_server: Some(entry.server).filter(|s| open && *s != server).or(before.previous_server),
            ..before
        };
        *entry = Entry { lookup, server, latest: at, sent };
        lookup
    }

    /// A whole response came from `server` for a query of the lookup that began at `first`.
    pub fn answered(&mut self, client: Addr, question: u64, first: At, server: Endpoint, at: At) {
        if let Some(entry) = self.of(client, question, first) {
            entry.lookup.answered.get_or_insert((server, at));
        }
    }

    /// A truncated response came in `conversation`, which leaves the lookup open.
    pub fn truncated(&mut self, client: Addr, question: u64, first: At, conversation: u32, at: At) {
        if let Some(entry) = self.of(client, question, first) {
            entry.lookup.truncated = Some((at, conversation));
        }
    }

    fn of(&mut self, client: Addr, question: u64, first: At) -> Option<&mut Entry> {
        self.entries.get_mut((client, question)).filter(|e| e.lookup.first == first)
    }

    /// The latest query for a question, where it was sent in this conversation under another id, not long ago.
    pub fn other_id(&self, client: Addr, question: u64, sent: Sent, now: Timestamp) -> Option<(At, u16)> {
        let entry = self.entries.get((client, question))?;
        let same = entry.sent.conversation == sent.conversation && entry.sent.id != sent.id;
        (same && now.since(entry.latest.ts) <= SAME_LOOKUP_NS).then_some((entry.latest, entry.sent.id))
    }

    /// The lookup that began at `first` as it stands now.
    pub fn now(&self, client: Addr, question: u64, first: At) -> Option<Lookup> {
        self.entries.get((client, question)).map(|e| e.lookup).filter(|lookup| lookup.first == first)
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}
