//! What the same question gave earlier, to the same client from the same server: ages of cached answers, and changes.

use std::rc::Rc;

use super::bounded::ByHash;
use super::exchange::Response;
use super::facts::AnswerFacts;
use crate::decode::Addr;
use crate::decode::dns::{HeaderFlags, Rcode};
use crate::source::{At, NS_PER_S};

/// What an earlier answer to the same question says about this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// The latest earlier answer.
    pub previous: At,
    /// Its TTL in seconds.
    pub previous_ttl: u32,
    /// The answer with the greatest TTL since it last rose, and that TTL in seconds.
    pub fresh: (At, u32),
    /// Seconds that the answer has been in a cache at least: the TTL fell from the fresh one as time passed, and the
    /// server does not claim authority.
    pub age: Option<u32>,
    /// The answer is another one.
    pub changed: Option<Changed>,
}

/// An answer that differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// When the earlier one came.
    pub previous: At,
    /// Its message.
    pub message: Rc<[u8]>,
}

/// Earlier answers.
#[derive(Debug, Clone)]
pub(super) struct History {
    entries: ByHash<Past>,
}

#[derive(Debug, Clone)]
struct Past {
    at: At,
    ttl: u32,
    fresh: (At, u32),
    rcode: Rcode,
    records: u16,
    set: u64,
    message: Rc<[u8]>,
}

impl History {
    pub fn new(bound: usize) -> History {
        History { entries: ByHash::new(bound) }
    }

    /// Compares an answer with the earlier ones and remembers it. Truncated and cut messages do not hold the answer,
    /// and an error says nothing about the name.
    pub fn answered(&mut self, client: Addr, server: Addr, question: u64, response: &Response) -> Option<Recall> {
        let complete = !response.header.flags.has(HeaderFlags::TC) && !response.cut && response.fault.is_none();
        let ttl = ttl(&response.answers)?;
        if !complete || !matches!(response.rcode, Rcode::NOERROR | Rcode::NXDOMAIN) {
            return None;
        }
        let key = (client, server, question);
        let past = self.entries.get(key);
        let same = past.filter(|p| p.same(response));
        let fresh = same.map(|p| p.fresh).filter(|fresh| ttl < fresh.1).unwrap_or((response.at, ttl));
        let recall = past.map(|past| Recall {
            previous: past.at,
            previous_ttl: past.ttl,
            fresh,
            age: age(fresh, ttl, response),
            changed: changed(past, response),
        });
        let (at, rcode, message) = (response.at, response.rcode, super::table::kept(&response.message));
        let (records, set) = (response.answers.records, response.answers.set);
        self.entries.insert(key, Past { at, ttl, fresh, rcode, records, set, message });
        recall
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}

impl Past {
    fn same(&self, response: &Response) -> bool {
        (self.rcode, self.records, self.set) == (response.rcode, response.answers.records, response.answers.set)
    }
}

/// The TTL that tells how long the answer may be kept: the least, or the SOA's where the answer is no (RFC 2308 §5).
fn ttl(answers: &AnswerFacts) -> Option<u32> {
    answers.least_ttl.or(answers.negative.map(|n| n.ttl))
}

/// A TTL that fell by no more than the time that passed: the same copy, out of a cache. More means another copy.
fn age((fresh, greatest): (At, u32), ttl: u32, response: &Response) -> Option<u32> {
    let fell = greatest.checked_sub(ttl).filter(|fell| *fell > 0)?;
    let passed = response.at.ts.since(fresh.ts);
    let authoritative = response.header.flags.has(HeaderFlags::AA);
    // TTLs are whole seconds, rounded by the cache: one second of tolerance.
    (!authoritative && i64::from(fell) * NS_PER_S <= passed.saturating_add(NS_PER_S)).then_some(fell)
}

/// Another set of records, or from yes to no and back. Order and TTL do not count.
fn changed(past: &Past, response: &Response) -> Option<Changed> {
    (!past.same(response)).then(|| Changed { previous: past.at, message: Rc::clone(&past.message) })
}
