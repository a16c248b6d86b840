//! Search lists: names that a client tried with its suffixes before the name that exists (RFC 1123 §6.1.4.3).

use std::collections::VecDeque;

use super::bounded::{Bounded, host};
use crate::decode::Addr;
use crate::decode::dns::OwnedName;
use crate::source::{At, NS_PER_S, Timestamp};

/// Failed names remembered per client: a resolver has at most a handful of suffixes, and asks for two types of each.
const FAILED: usize = 24;
/// A failure longer ago belongs to something else.
const RECENT_NS: i64 = 15 * NS_PER_S;

/// A suffix that a client appended to a name, in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The suffix.
    pub suffix: Box<str>,
    /// The first query with it; the answer where no query was captured.
    pub asked: At,
}

/// Names that did not exist, by client.
#[derive(Debug, Clone)]
pub(super) struct Failures {
    clients: Bounded<u128, VecDeque<Failed>>,
}

/// A name that did not exist.
#[derive(Debug, Clone)]
struct Failed {
    /// In lower case; see [`OwnedName::wire`].
    name: Box<[u8]>,
    asked: At,
    answered: Timestamp,
}

impl Failed {
    /// What follows `name` in this one.
    fn suffix(&self, name: &OwnedName) -> Option<Box<str>> {
        let labels = name.wire().strip_suffix(&[0]).filter(|labels| !labels.is_empty())?;
        let (begin, suffix) = self.name.split_at_checked(labels.len())?;
        // Lengths of labels are below 64, so none of them is taken for a letter.
        let follows = suffix.len() > 1 && begin.eq_ignore_ascii_case(labels);
        follows.then(|| OwnedName::of_wire(suffix).to_string().into_boxed_str())
    }
}

impl Failures {
    pub fn new(bound: usize) -> Failures {
        Failures { clients: Bounded::new(bound) }
    }

    /// A name does not exist.
    pub fn failed(&mut self, client: Addr, name: &OwnedName, asked: At, answered: At) {
        let entry = Failed { name: name.wire().to_ascii_lowercase().into_boxed_slice(), asked, answered: answered.ts };
        match self.clients.get_mut(&host(client)) {
            Some(names) => {
                if names.len() >= FAILED {
                    names.pop_front();
                }
                names.push_back(entry);
            }
            None => {
                self.clients.insert(host(client), VecDeque::from([entry]), drop);
            }
        }
    }

    /// A name exists: the suffixes that had been appended to it before, in order, each once; and they are forgotten.
    pub fn found(&mut self, client: Addr, name: &OwnedName, at: At) -> Vec<Tried> {
        let mut out: Vec<Tried> = Vec::new();
        let Some(failures) = self.clients.get_mut(&host(client)) else { return out };
        failures.retain(|failed| {
            let Some(suffix) = failed.suffix(name) else { return true };
            let recent = at.ts.since(failed.answered) <= RECENT_NS;
            if recent && !out.iter().any(|known| known.suffix == suffix) {
                out.push(Tried { suffix, asked: failed.asked });
            }
            false
        });
        out
    }

    pub fn forgotten(&self) -> u64 {
        self.clients.forgotten()
    }
}
