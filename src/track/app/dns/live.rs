//! Exchanges that a later message may still concern: queries waiting for a response, and answered ones for which a
//! second response may come.

use std::collections::VecDeque;

use arrayvec::ArrayVec;
use foldhash::HashMap;

use super::exchange::DnsExchange;
use super::join::Told;
use crate::source::{NS_PER_S, Timestamp};
use crate::track::{Dir, Endpoint};

/// Nanoseconds after which a query is told as unanswered, and an answered one is forgotten.
pub(super) const PATIENCE_NS: i64 = 60 * NS_PER_S;
/// Exchanges with one id in one conversation at a time; a further one replaces the oldest, which is told as it is.
const SAME_ID: usize = 8;

/// What a message and its answer share before the question is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// The conversation, and which of its sides asks.
    Conversation(u32, Dir),
    /// Who asks: a question to a group is answered in another conversation.
    Asker(Endpoint),
}

/// Hashes of a question that ignore case and compression; zero without a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Keys {
    /// Of the name.
    pub name: u64,
    /// Of name, type and class.
    pub whole: u64,
}

/// An exchange that is not over.
#[derive(Debug, Clone)]
pub(super) struct Live {
    pub scope: Scope,
    pub id: u16,
    /// What it asks.
    pub question: Keys,
    pub state: State,
}

/// How far an exchange is.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// It waits for its response, or for more of it.
    Waiting(Box<DnsExchange>),
    /// It was answered and told.
    Told(Told),
}

/// All of them, by number from the oldest; the youngest of a scope and id is found by these, and leads to the older ones.
#[derive(Debug, Clone)]
pub(super) struct LiveTable {
    entries: VecDeque<Option<Entry>>,
    /// Number of the first of `entries`.
    first: u64,
    /// How many of them are there.
    count: usize,
    youngest: HashMap<(Scope, u16), u64>,
    /// Numbers of those that were answered and told, as they were.
    told: VecDeque<u64>,
    bound: usize,
    told_bound: usize,
    /// Those told that had to go for others.
    forgotten: u64,
}

#[derive(Debug, Clone)]
struct Entry {
    live: Live,
    /// When it was added; a repeated query does not renew.
    since: Timestamp,
    /// The next older of the same scope and id.
    older: Option<u64>,
}

impl Entry {
    fn key(&self) -> (Scope, u16) {
        (self.live.scope, self.live.id)
    }
}

impl LiveTable {
    /// A table of at most `bound` entries, `told_bound` of them told.
    pub fn new(bound: usize, told_bound: usize) -> LiveTable {
        let (entries, youngest, told) = (VecDeque::new(), HashMap::default(), VecDeque::new());
        LiveTable { entries, first: 0, count: 0, youngest, told, bound: bound.max(1), told_bound, forgotten: 0 }
    }

    /// The youngest exchange of that scope and id that waits and whose question is `same`, with its number.
    pub fn waiting(
        &mut self,
        scope: Scope,
        id: u16,
        same: impl Fn(&Keys) -> bool,
    ) -> Option<(u64, Keys, &mut DnsExchange)> {
        let wanted = |live: &Live| matches!(live.state, State::Waiting(_)) && same(&live.question);
        let number = self.chain(&(scope, id)).find(|n| self.get(*n).is_some_and(|entry| wanted(&entry.live)))?;
        match self.get_mut(number)? {
            Entry { live: Live { question, state: State::Waiting(exchange), .. }, .. } => {
                Some((number, *question, exchange))
            }
            _ => None,
        }
    }

    /// The youngest of that scope and id that was told and whose question is `same`.
    pub fn told(&self, scope: Scope, id: u16, same: impl Fn(&Keys) -> bool) -> Option<&Told> {
        self.chain(&(scope, id)).find_map(|number| match &self.get(number)?.live {
            Live { question, state: State::Told(told), .. } if same(question) => Some(told),
            _ => None,
        })
    }

    /// The exchange of a number, which is told now: what is kept of it is for a second response, as long as there is room.
    pub fn tell(&mut self, number: u64) -> Option<Box<DnsExchange>> {
        let live = &mut self.get_mut(number)?.live;
        let State::Waiting(exchange) = &live.state else { return None };
        let told = State::Told(Told::of(exchange));
        let State::Waiting(exchange) = std::mem::replace(&mut live.state, told) else { return None };
        self.told.push_back(number);
        if self.told.len() > self.told_bound
            && let Some(oldest) = self.told.pop_front()
        {
            self.forgotten += u64::from(self.remove(oldest).is_some());
        }
        Some(exchange)
    }

    /// How many that were told had to go for others.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Adds an entry; gives those that had to go for it, with whether it was for the bound on all.
    pub fn insert(&mut self, live: Live, now: Timestamp) -> ArrayVec<(Live, bool), 2> {
        let mut gone = ArrayVec::new();
        let key = (live.scope, live.id);
        let crowded = self.chain(&key).nth(SAME_ID - 1);
        if let Some(oldest) = crowded {
            gone.extend(self.remove(oldest).map(|live| (live, false)));
        }
        // Places that were left behind count too, so that they cannot grow without end behind one entry that stays.
        if self.count >= self.bound || self.entries.len() >= 2 * self.bound {
            gone.extend(self.pop().map(|live| (live, true)));
        }
        let number = self.first + self.entries.len() as u64;
        let older = self.youngest.insert(key, number);
        self.entries.push_back(Some(Entry { live, since: now, older }));
        self.count += 1;
        gone
    }

    /// The oldest entry, if its time is over at `now`.
    pub fn expired(&mut self, now: Timestamp) -> Option<Live> {
        self.skip_gone();
        let oldest = self.entries.front()?.as_ref()?;
        if now.since(oldest.since) > PATIENCE_NS { self.pop() } else { None }
    }

    /// The oldest entry.
    pub fn pop(&mut self) -> Option<Live> {
        self.skip_gone();
        self.remove(self.first)
    }

    /// Entries that went before their time leave their places behind.
    fn skip_gone(&mut self) {
        while let Some(None) = self.entries.front() {
            self.entries.pop_front();
            self.first += 1;
        }
    }

    /// Numbers of one scope and id, the youngest first.
    fn chain(&self, key: &(Scope, u16)) -> impl Iterator<Item = u64> {
        std::iter::successors(self.youngest.get(key).copied(), |number| self.get(*number)?.older)
    }

    fn get(&self, number: u64) -> Option<&Entry> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get(place)?.as_ref()
    }

    fn get_mut(&mut self, number: u64) -> Option<&mut Entry> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get_mut(place)?.as_mut()
    }

    fn remove(&mut self, number: u64) -> Option<Live> {
        let key = self.get(number)?.key();
        let younger = match self.youngest.get(&key) {
            Some(youngest) if *youngest == number => None,
            _ => self.chain(&key).find(|n| self.get(*n).is_some_and(|entry| entry.older == Some(number))),
        };
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let entry = self.entries.get_mut(place)?.take()?;
        self.count -= 1;
        match (younger.and_then(|n| self.get_mut(n)), entry.older) {
            (Some(younger), older) => younger.older = older,
            (None, Some(older)) => {
                self.youngest.insert(key, older);
            }
            (None, None) => {
                self.youngest.remove(&key);
            }
        }
        Some(entry.live)
    }
}
