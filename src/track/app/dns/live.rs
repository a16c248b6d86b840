//! Exchanges that a later message may still concern: queries waiting for a response, and answered ones for which a
//! second response may come.

use std::collections::VecDeque;

use arrayvec::ArrayVec;
use foldhash::HashMap;

use super::exchange::DnsExchange;
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
#[derive(Debug)]
pub(super) struct Live {
    pub exchange: DnsExchange,
    pub scope: Scope,
    /// What it asks.
    pub question: Keys,
    /// It was answered and told.
    pub told: bool,
}

/// All of them.
#[derive(Debug)]
pub(super) struct LiveTable {
    entries: HashMap<u64, Live>,
    by_id: HashMap<(Scope, u16), ArrayVec<u64, SAME_ID>>,
    /// Entry numbers by age; a repeated query does not renew.
    order: VecDeque<(Timestamp, u64)>,
    next: u64,
    bound: usize,
}

impl LiveTable {
    pub fn new(bound: usize) -> LiveTable {
        let (entries, by_id) = (HashMap::default(), HashMap::default());
        LiveTable { entries, by_id, order: VecDeque::new(), next: 0, bound: bound.max(1) }
    }

    /// The youngest entry of that scope and id which `wanted` accepts.
    pub fn find(&mut self, scope: Scope, id: u16, wanted: impl Fn(&Live) -> bool) -> Option<&mut Live> {
        let numbers = self.by_id.get(&(scope, id))?;
        let number = *numbers.iter().rev().find(|n| self.entries.get(n).is_some_and(&wanted))?;
        self.entries.get_mut(&number)
    }

    /// Adds an entry; gives those that had to go for it, with whether it was for the bound on all.
    pub fn insert(&mut self, live: Live, now: Timestamp) -> ArrayVec<(Live, bool), 2> {
        let mut gone = ArrayVec::new();
        let key = (live.scope, live.exchange.id);
        if self.by_id.get(&key).is_some_and(ArrayVec::is_full)
            && let Some(oldest) = self.by_id.get(&key).and_then(|numbers| numbers.first().copied())
        {
            gone.extend(self.remove(oldest).map(|live| (live, false)));
        }
        if self.entries.len() >= self.bound {
            gone.extend(self.pop().map(|live| (live, true)));
        }
        // Entries that went before their time leave their numbers behind; half of the queue at most.
        if self.order.len() > 2 * self.bound {
            self.order.retain(|(_, number)| self.entries.contains_key(number));
        }
        let number = self.next;
        self.next += 1;
        self.by_id.entry(key).or_default().push(number);
        self.order.push_back((now, number));
        self.entries.insert(number, live);
        gone
    }

    /// The oldest entry, if its time is over at `now`.
    pub fn expired(&mut self, now: Timestamp) -> Option<Live> {
        while let Some((since, number)) = self.order.front().copied() {
            if !self.entries.contains_key(&number) {
                self.order.pop_front();
            } else if now.since(since) > PATIENCE_NS {
                return self.pop();
            } else {
                return None;
            }
        }
        None
    }

    /// The oldest entry.
    pub fn pop(&mut self) -> Option<Live> {
        while let Some((_, number)) = self.order.pop_front() {
            if let Some(live) = self.remove(number) {
                return Some(live);
            }
        }
        None
    }

    fn remove(&mut self, number: u64) -> Option<Live> {
        let live = self.entries.remove(&number)?;
        let key = (live.scope, live.exchange.id);
        if let Some(numbers) = self.by_id.get_mut(&key) {
            numbers.retain(|n| *n != number);
            if numbers.is_empty() {
                self.by_id.remove(&key);
            }
        }
        Some(live)
    }
}
