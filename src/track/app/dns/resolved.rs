//! Addresses that clients learnt from answers: the link from a connection to the lookup before it.

use std::sync::Arc;

use super::bounded::Bounded;
use super::exchange::DnsExchange;
use crate::decode::Addr;
use crate::source::{At, NS_PER_S, Timestamp};
use crate::track::Endpoint;

/// An address as an answer gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The name that was asked for, in the case sent.
    pub name: Arc<str>,
    /// Who answered.
    pub server: Endpoint,
    /// The conversation of the lookup.
    pub conversation: u32,
    /// The first query of the lookup; `None` where it was not captured.
    pub asked: Option<At>,
    /// The answer.
    pub answered: At,
    /// The least TTL of the answer, in seconds.
    pub ttl: u32,
}

impl Resolved {
    /// When the answer may not be used any more.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.answered.ts.plus(i64::from(self.ttl) * NS_PER_S)
    }

    /// Nanoseconds from the first query of the lookup to the answer.
    #[must_use]
    pub fn took_ns(&self) -> Option<i64> {
        Some(self.answered.ts.since(self.asked?.ts))
    }
}

/// Addresses by the client that learnt them.
#[derive(Debug)]
pub(super) struct Addresses {
    entries: Bounded<(Addr, Addr), Resolved>,
}

impl Addresses {
    pub fn new(bound: usize) -> Addresses {
        Addresses { entries: Bounded::new(bound) }
    }

    /// The latest answer that gave `address` to `client`.
    pub fn get(&self, client: Addr, address: Addr) -> Option<&Resolved> {
        self.entries.get(&(client, address))
    }

    /// An answer gave these addresses.
    pub fn learn(&mut self, exchange: &DnsExchange, addresses: &[Addr]) {
        let (Some(question), Some(response)) = (&exchange.question, &exchange.response) else { return };
        let asked = exchange.lookup.map(|l| l.first).or(exchange.query.map(|q| q.at));
        for address in addresses {
            let resolved = Resolved {
                name: Arc::clone(&question.name),
                server: exchange.server,
                conversation: exchange.conversation,
                asked,
                answered: response.at,
                ttl: response.answers.least_ttl.unwrap_or(0),
            };
            self.entries.insert((exchange.client.addr, *address), resolved);
        }
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}
