//! Exchanges that a later message may still concern: queries waiting for a response, and answered ones for which a
//! second response may come.

use std::collections::{HashMap, VecDeque, hash_map};
use std::hash::BuildHasher;
use std::rc::Rc;

use super::answer::Answer;
use super::bounded::{Hashed, host};
use super::exchange::DnsExchange;
use crate::source::{NS_PER_S, Timestamp};
use crate::track::{Dir, Endpoint};

/// Nanoseconds after which a query is told as unanswered, and an answered one is forgotten.
pub(super) const PATIENCE_NS: i64 = 60 * NS_PER_S;
/// Exchanges with one id in one conversation at a time; a further one replaces the oldest, which is told as it is.
const SAME_ID: usize = 8;

/// What a message and its answer share before the question is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope {
    /// The conversation, and which of its sides asks.
    Conversation(u32, Dir),
    /// Who asks: a question to a group is answered in another conversation.
    Asker(Endpoint),
}

impl Scope {
    /// The hash of this and a message's id.
    #[inline]
    pub fn key(self, id: u16, hasher: &impl BuildHasher) -> u64 {
        match self {
            Scope::Conversation(number, dir) => {
                hasher.hash_one(u128::from(number) << 32 | u128::from(id) << 8 | dir.index() as u128)
            }
            Scope::Asker(asker) => hasher.hash_one((host(asker.addr), asker.port, id)),
        }
    }
}

/// Hashes of a question and who asks it, which ignore case and compression; zero without a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Keys {
    /// Of who asks, and the name.
    pub name: u64,
    /// Of these, type and class.
    pub whole: u64,
}

/// An exchange that is not over.
#[derive(Debug, Clone)]
pub(super) struct Live {
    /// What it asks.
    pub question: Keys,
    pub state: State,
}

/// How far an exchange is.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// It waits for its response, or for more of it.
    Waiting(Box<DnsExchange>),
    /// It was answered and told; this is for a second response.
    Told(Rc<Answer>),
}

/// All of them. The youngest of a scope and id is found by the hash of these, and leads to the older ones. Places are used
/// again, the latest left first, so that what is looked at stays in the cache.
#[derive(Debug, Clone)]
pub(super) struct LiveTable {
    places: Vec<Option<Entry>>,
    free: Vec<u32>,
    youngest: HashMap<u64, u32, Hashed>,
    /// All in order of age, and some that are gone.
    order: VecDeque<Ticket>,
    /// Those that were answered and told, in that order, and some that are gone.
    told: VecDeque<Ticket>,
    /// Entries so far.
    serial: u32,
    bound: usize,
    told_bound: usize,
    /// Those told that had to go for others.
    forgotten: u64,
}

/// An entry by its place and its number, so that one which came to the same place later is not taken for it. Numbers begin
/// again after 2³², long after a ticket is gone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    place: u32,
    serial: u32,
}

/// One cache line.
#[derive(Debug, Clone)]
struct Entry {
    live: Live,
    /// The hash of its scope and id.
    key: u64,
    /// When it was added; a repeated query does not renew.
    since: Timestamp,
    serial: u32,
    /// The next older of the same scope and id.
    older: Option<u32>,
}

impl LiveTable {
    /// A table of at most `bound` entries, `told_bound` of them told.
    pub fn new(bound: usize, told_bound: usize) -> LiveTable {
        LiveTable {
            places: Vec::new(),
            free: Vec::new(),
            youngest: HashMap::default(),
            order: VecDeque::new(),
            told: VecDeque::new(),
            serial: 0,
            bound: bound.max(1),
            told_bound,
            forgotten: 0,
        }
    }

    /// The youngest exchange with that hash of scope and id that waits and whose question is `same`, with its ticket.
    pub fn waiting(&mut self, key: u64, same: impl Fn(&Keys) -> bool) -> Option<(Ticket, Keys, &mut DnsExchange)> {
        let wanted = |live: &Live| matches!(live.state, State::Waiting(_)) && same(&live.question);
        let place = self.chain(key).find(|place| self.get(*place).is_some_and(|entry| wanted(&entry.live)))?;
        let Entry { live: Live { question, state }, serial, .. } = self.get_mut(place)?;
        let State::Waiting(exchange) = state else { return None };
        Some((Ticket { place, serial: *serial }, *question, exchange))
    }

    /// The youngest with that hash of scope and id that was told and whose question is `same`.
    pub fn told(&self, key: u64, same: impl Fn(&Keys) -> bool) -> Option<&Rc<Answer>> {
        self.chain(key).find_map(|place| match &self.get(place)?.live {
            Live { question, state: State::Told(answer) } if same(question) => Some(answer),
            _ => None,
        })
    }

    /// An exchange that is told now: its answer is kept for a second response, as long as there is room.
    pub fn tell(&mut self, ticket: Ticket, answer: Rc<Answer>) -> Option<Box<DnsExchange>> {
        let live = &mut self.get_mut(ticket.place)?.live;
        let State::Waiting(exchange) = std::mem::replace(&mut live.state, State::Told(answer)) else { return None };
        self.told.push_back(ticket);
        if self.told.len() > self.told_bound
            && let Some(oldest) = self.told.pop_front()
        {
            self.forgotten += u64::from(self.redeem(oldest).is_some());
        }
        Some(exchange)
    }

    /// How many that were told had to go for others.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Adds an entry; gives those that had to go for it: the oldest of its scope and id, and the oldest of all.
    pub fn insert(&mut self, key: u64, live: Live, now: Timestamp) -> [Option<Live>; 2] {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() as u32 - 1
        });
        self.serial = self.serial.wrapping_add(1);
        let serial = self.serial;
        let older = self.youngest.insert(key, place);
        self.places[place as usize] = Some(Entry { live, key, since: now, serial, older });
        self.order.push_back(Ticket { place, serial });
        let crowded = older.and_then(|_| self.chain(key).nth(SAME_ID));
        let crowded = crowded.and_then(|oldest| self.remove(oldest));
        // Tickets of those that are gone count too, so that they cannot grow without end behind one entry that stays.
        let full = self.places.len() - self.free.len() > self.bound || self.order.len() > 2 * self.bound;
        [crowded, if full { self.pop() } else { None }]
    }

    /// The oldest entry, if its time is over at `now`.
    pub fn expired(&mut self, now: Timestamp) -> Option<Live> {
        let since = loop {
            let Ticket { place, serial } = *self.order.front()?;
            if let Some(entry) = self.get(place).filter(|entry| entry.serial == serial) {
                break entry.since;
            }
            self.order.pop_front();
        };
        if now.since(since) > PATIENCE_NS { self.pop() } else { None }
    }

    /// The oldest entry.
    pub fn pop(&mut self) -> Option<Live> {
        self.skip_gone();
        let oldest = self.order.pop_front()?;
        self.redeem(oldest)
    }

    /// Entries that went before their time leave their tickets behind.
    fn skip_gone(&mut self) {
        while self.order.front().is_some_and(|ticket| !self.is_valid(*ticket)) {
            self.order.pop_front();
        }
    }

    fn is_valid(&self, ticket: Ticket) -> bool {
        self.get(ticket.place).is_some_and(|entry| entry.serial == ticket.serial)
    }

    fn redeem(&mut self, ticket: Ticket) -> Option<Live> {
        if self.is_valid(ticket) { self.remove(ticket.place) } else { None }
    }

    /// Places of one scope and id, the youngest first.
    fn chain(&self, key: u64) -> impl Iterator<Item = u32> {
        std::iter::successors(self.youngest.get(&key).copied(), |place| self.get(*place)?.older)
    }

    fn get(&self, place: u32) -> Option<&Entry> {
        self.places.get(place as usize)?.as_ref()
    }

    fn get_mut(&mut self, place: u32) -> Option<&mut Entry> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    fn remove(&mut self, place: u32) -> Option<Live> {
        let Entry { live, key, older, .. } = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place);
        match (self.youngest.entry(key), older) {
            (hash_map::Entry::Occupied(mut youngest), Some(older)) if *youngest.get() == place => {
                youngest.insert(older);
            }
            (hash_map::Entry::Occupied(youngest), None) if *youngest.get() == place => {
                youngest.remove();
            }
            _ => {
                let younger = self.chain(key).find(|other| self.get(*other).is_some_and(|e| e.older == Some(place)));
                if let Some(younger) = younger.and_then(|younger| self.get_mut(younger)) {
                    younger.older = older;
                }
            }
        }
        Some(live)
    }
}
