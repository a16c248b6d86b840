//! Search lists: names that a client tried with its suffixes before the name that exists (RFC 1123 §6.1.4.3).

use std::collections::VecDeque;

use super::bounded::Bounded;
use crate::decode::Addr;
use crate::source::{At, NS_PER_S, Timestamp};

/// Failed names remembered per client: a resolver has at most a handful of suffixes, and asks for two types of each.
const FAILED: usize = 24;
/// A failure longer ago belongs to something else.
const RECENT_NS: i64 = 15 * NS_PER_S;

/// Names that did not exist, by client.
#[derive(Debug)]
pub(super) struct Failures {
    clients: Bounded<Addr, VecDeque<(Box<str>, Timestamp)>>,
}

impl Failures {
    pub fn new(bound: usize) -> Failures {
        Failures { clients: Bounded::new(bound) }
    }

    /// A name does not exist.
    pub fn failed(&mut self, client: Addr, name: &str, at: At) {
        let entry = (name.to_ascii_lowercase().into_boxed_str(), at.ts);
        match self.clients.get_mut(&client) {
            Some(names) => {
                if names.len() >= FAILED {
                    names.pop_front();
                }
                names.push_back(entry);
            }
            None => {
                self.clients.insert(client, VecDeque::from([entry]));
            }
        }
    }

    /// A name exists: the suffixes that had been appended to it before, in order, each once.
    pub fn found(&self, client: Addr, name: &str, at: At) -> Vec<Box<str>> {
        let mut out: Vec<Box<str>> = Vec::new();
        let Some(failures) = self.clients.get(&client) else { return out };
        let name = name.to_ascii_lowercase();
        for (failed, when) in failures {
            let suffix = failed.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            let Some(suffix) = suffix.filter(|s| !s.is_empty() && at.ts.since(*when) <= RECENT_NS) else { continue };
            if !out.iter().any(|known| **known == *suffix) {
                out.push(suffix.into());
            }
        }
        out
    }

    pub fn forgotten(&self) -> u64 {
        self.clients.forgotten()
    }
}
