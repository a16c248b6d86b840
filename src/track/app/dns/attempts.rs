//! Lookups: the queries by which one client tries to get one name and type answered, whatever server, port, id or
//! transport each uses.

use super::bounded::ByHash;
use crate::source::{At, NS_PER_MS, NS_PER_S, Timestamp};
use crate::track::Endpoint;

/// A query this long after the previous one begins a new lookup; resolvers wait at most about 20 s between two.
const SAME_LOOKUP_NS: i64 = 30 * NS_PER_S;

/// RFC 1035 §4.2.1 has a resolver wait for seconds before it asks again: what comes again so soon, from the same port
/// to the same server, is the same packet captured twice.
const SAME_PACKET_NS: i64 = NS_PER_MS;

/// Whether a query that repeats one, ports, server and id included, is the packet of that one.
pub(super) fn is_same_packet(last: At, at: At) -> bool {
    at.ts.since(last.ts) < SAME_PACKET_NS
}

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

/// A lookup, small as there are many: what few have is kept apart.
#[derive(Debug, Clone)]
struct Entry {
    first: At,
    latest: At,
    answered: Option<At>,
    queries: u32,
    sent: Sent,
    /// Who was asked last.
    server: Endpoint,
    rare: Option<Box<Rare>>,
}

/// See [`Lookup`].
#[derive(Debug, Clone, Copy, Default)]
struct Rare {
    previous_server: Option<Endpoint>,
    truncated: Option<(At, u32)>,
    /// Who answered, where that is not who was asked last.
    answered_by: Option<Endpoint>,
}

impl Entry {
    fn new(server: Endpoint, sent: Sent, at: At) -> Entry {
        Entry { first: at, latest: at, answered: None, queries: 0, sent, server, rare: None }
    }

    fn lookup(&self) -> Lookup {
        let answered = self.answered.map(|at| (self.server, at));
        let Entry { first, queries, .. } = *self;
        match self.rare.as_deref() {
            None => Lookup { first, queries, previous_server: None, truncated: None, answered },
            Some(Rare { previous_server, truncated, answered_by }) => Lookup {
                first,
                queries,
                previous_server: *previous_server,
                truncated: *truncated,
                answered: answered.map(|(server, at)| (answered_by.unwrap_or(server), at)),
            },
        }
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

/// Where a query was sent, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    pub conversation: u32,
    pub id: u16,
    /// The client's port.
    pub port: u16,
}

impl Lookups {
    pub fn new(bound: usize) -> Lookups {
        Lookups { entries: ByHash::new(bound) }
    }

    /// A query was sent; `question` stands for who asks what.
    pub fn asked(&mut self, question: u64, server: Endpoint, sent: Sent, at: At) -> Lookup {
        let entry = self.entries.of(question, || Entry::new(server, sent, at), drop);
        if entry.answered.is_some() || at.ts.since(entry.latest.ts) > SAME_LOOKUP_NS {
            *entry = Entry::new(server, sent, at);
        }
        if entry.queries > 0 && (entry.server, entry.sent) == (server, sent) && is_same_packet(entry.latest, at) {
            return entry.lookup();
        }
        if entry.server != server {
            entry.rare().previous_server = Some(entry.server);
        }
        entry.queries = entry.queries.saturating_add(1);
        (entry.server, entry.latest, entry.sent) = (server, at, sent);
        entry.lookup()
    }

    /// A whole response came from `server` for a query of the lookup that began at `first`: that lookup now.
    pub fn answered(&mut self, question: u64, first: At, server: Endpoint, at: At) -> Option<Lookup> {
        let entry = self.of(question, first)?;
        if entry.answered.is_none() {
            entry.answered = Some(at);
            if entry.server != server {
                entry.rare().answered_by = Some(server);
            }
        }
        Some(entry.lookup())
    }

    /// A truncated response came in `conversation`, which leaves the lookup open: that lookup now.
    pub fn truncated(&mut self, question: u64, first: At, conversation: u32, at: At) -> Option<Lookup> {
        let entry = self.of(question, first)?;
        entry.rare().truncated = Some((at, conversation));
        Some(entry.lookup())
    }

    #[inline]
    fn of(&mut self, question: u64, first: At) -> Option<&mut Entry> {
        self.entries.get_mut(&question).filter(|entry| entry.first == first)
    }

    /// The latest query for a question, where it was sent in this conversation under another id, not long ago.
    pub fn other_id(&self, question: u64, sent: Sent, now: Timestamp) -> Option<(At, u16)> {
        let entry = self.entries.get(&question)?;
        let same = entry.sent.conversation == sent.conversation && entry.sent.id != sent.id;
        (same && now.since(entry.latest.ts) <= SAME_LOOKUP_NS).then_some((entry.latest, entry.sent.id))
    }

    /// The latest query for a question, where it was sent from this port with this id, but to another server, not long ago,
    /// and has no answer; and that server.
    pub fn elsewhere(&self, question: u64, sent: Sent, from: Endpoint, now: Timestamp) -> Option<(At, Endpoint)> {
        let entry = self.entries.get(&question)?;
        let same = (entry.sent.id, entry.sent.port) == (sent.id, sent.port) && entry.server.addr != from.addr;
        let waits = entry.answered.is_none() && now.since(entry.latest.ts) <= SAME_LOOKUP_NS;
        (same && waits).then_some((entry.latest, entry.server))
    }

    /// The lookup that began at `first` as it stands now.
    pub fn now(&self, question: u64, first: At) -> Option<Lookup> {
        self.entries.get(&question).filter(|entry| entry.first == first).map(Entry::lookup)
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}
