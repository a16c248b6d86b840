//! What the same question gave earlier, to the same client from the same server: ages of cached answers, and changes.

use std::rc::Rc;

use super::answer::Answer;
use super::bounded::ByHash;
use super::exchange::Response;
use super::facts::AnswerFacts;
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
    /// The earlier answer, where it was another one.
    pub changed: Option<Rc<Answer>>,
}

/// Earlier answers.
#[derive(Debug, Clone)]
pub(super) struct History {
    entries: ByHash<Past>,
}

#[derive(Debug, Clone)]
struct Past {
    answer: Rc<Answer>,
    ttl: u32,
    /// The answer with the greatest TTL, where that is an earlier one.
    fresh: Option<Box<(At, u32)>>,
}

impl History {
    pub fn new(bound: usize) -> History {
        History { entries: ByHash::new(bound) }
    }

    /// Compares an answer with the earlier ones and remembers it; `key` stands for who asked whom for what. Truncated and
    /// cut messages do not hold the answer, and an error says nothing about the name. Those forgotten for it go to `gone`.
    pub fn answered(
        &mut self,
        key: u64,
        response: &Response,
        answer: &Rc<Answer>,
        mut gone: impl FnMut(Rc<Answer>),
    ) -> Option<Box<Recall>> {
        let ttl = ttl(&response.answers)?;
        if answer.partial || !matches!(response.rcode, Rcode::NOERROR | Rcode::NXDOMAIN) {
            return None;
        }
        let mut new = false;
        let first = || {
            new = true;
            Past { answer: Rc::clone(answer), ttl, fresh: None }
        };
        let past = self.entries.of(key, first, |past| gone(past.answer));
        if new {
            return None;
        }
        let before = std::mem::replace(past, Past { answer: Rc::clone(answer), ttl, fresh: None });
        let same = before.answer.says(response);
        let fresh = Some(before.fresh()).filter(|fresh| same && ttl < fresh.1);
        past.fresh = fresh.map(Box::new);
        let fresh = fresh.unwrap_or((response.at, ttl));
        Some(Box::new(Recall {
            previous: before.answer.answered,
            previous_ttl: before.ttl,
            fresh,
            age: age(fresh, ttl, response),
            changed: (!same).then_some(before.answer),
        }))
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}

impl Past {
    fn fresh(&self) -> (At, u32) {
        self.fresh.as_deref().copied().unwrap_or((self.answer.answered, self.ttl))
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
