//! Addresses that clients learnt from answers: the link from a connection to the lookup before it.

use std::rc::Rc;

use super::bounded::ByHash;
use super::exchange::DnsExchange;
use crate::decode::Addr;
use crate::source::{At, NS_PER_S, Timestamp};
use crate::track::Endpoint;

/// An address as an answer gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Who asked. For a connection of the other address family that is another address of the same host, unless some
    /// other host asked.
    pub client: Addr,
    /// The name that was asked for, in the case sent.
    pub name: Rc<str>,
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
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    entries: ByHash<Resolved>,
}

impl Addresses {
    pub fn new(bound: usize) -> Addresses {
        Addresses { entries: ByHash::new(bound) }
    }

    /// The latest answer that gave `address` to `client`; else to a host of the other family, as a host that asks over
    /// IPv4 connects over IPv6, too.
    pub fn get(&self, client: Addr, address: Addr) -> Option<&Resolved> {
        if self.entries.is_empty() {
            return None;
        }
        self.entries.get((client, address)).or_else(|| self.entries.get((anyone(!client.is_v4()), address)))
    }

    /// An answer gave these addresses.
    pub fn learn(&mut self, exchange: &DnsExchange, addresses: &[Addr]) {
        let (Some(question), Some(response)) = (&exchange.question, &exchange.response) else { return };
        let asked = exchange.lookup.map(|l| l.first).or(exchange.query.map(|q| q.at));
        for address in addresses {
            let client = exchange.client.addr;
            let resolved = Resolved {
                client,
                name: Rc::clone(&question.name),
                server: exchange.server,
                conversation: exchange.conversation,
                asked,
                answered: response.at,
                ttl: response.answers.least_ttl.unwrap_or(0),
            };
            if address.is_v4() != client.is_v4() {
                self.entries.insert((anyone(client.is_v4()), *address), resolved.clone());
            }
            self.entries.insert((client, *address), resolved);
        }
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}

/// Stands for whoever asked over that family.
fn anyone(v4: bool) -> Addr {
    if v4 { Addr::from([0; 4]) } else { Addr::from([0; 16]) }
}
