//! The queries waiting for a response.

use std::collections::BTreeMap;

use super::exchange::{DnsExchange, DnsTransport};
use crate::decode::dns::{self, Message};
use crate::source::{At, NS_PER_S, Timestamp};

/// Queries waiting at once; the oldest are told as unanswered first, and a later response stands alone.
const PENDING: usize = 65_536;
/// Nanoseconds without a response or a repeat after which a query is told as unanswered.
const PATIENCE_NS: i64 = 60 * NS_PER_S;

/// Matches responses to queries by conversation, direction, number and question.
#[derive(Debug, Default)]
pub struct DnsTable {
    pending: BTreeMap<Key, Pending>,
    /// Keys of `pending` by the order of their latest query.
    order: BTreeMap<u64, Key>,
    next: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    conversation: u32,
    /// Whether the client of the conversation asked.
    client: bool,
    id: u16,
    /// Name in lower case, and type.
    question: Option<(String, String)>,
}

#[derive(Debug)]
struct Pending {
    exchange: DnsExchange,
    first: At,
    latest: Timestamp,
    order: u64,
}

impl DnsTable {
    /// Takes a message of a conversation, sent by its client or its server; exchanges that it completes go to `out`.
    pub fn message(
        &mut self,
        conversation: u32,
        transport: DnsTransport,
        from_client: bool,
        bytes: &[u8],
        at: At,
        out: &mut Vec<DnsExchange>,
    ) {
        let Some(message) = dns::parse(bytes) else { return };
        let question = message.question.as_ref().map(|q| (q.name.to_ascii_lowercase(), q.kind.clone()));
        let client = from_client != message.response;
        let key = Key { conversation, client, id: message.id, question };
        if message.response {
            let pending = self.take(key);
            out.push(answered(pending, conversation, transport, message, at));
        } else {
            self.query(key, transport, message, at, out);
        }
    }

    /// Gives up the queries whose time is over at `now`.
    pub fn expire(&mut self, now: Timestamp, out: &mut Vec<DnsExchange>) {
        while let Some(key) = self.order.first_key_value().map(|(_, key)| key) {
            if self.pending.get(key).is_some_and(|p| now.since(p.latest) <= PATIENCE_NS) {
                return;
            }
            self.give_up_oldest(out);
        }
    }

    /// The capture is over: everything left is unanswered.
    pub fn finish(&mut self, out: &mut Vec<DnsExchange>) {
        while !self.order.is_empty() {
            self.give_up_oldest(out);
        }
    }

    fn query(&mut self, key: Key, transport: DnsTransport, message: Message, at: At, out: &mut Vec<DnsExchange>) {
        let order = self.next;
        self.next += 1;
        if let Some(pending) = self.pending.get_mut(&key) {
            pending.exchange.retries = pending.exchange.retries.saturating_add(1);
            pending.latest = at.ts;
            self.order.remove(&pending.order);
            pending.order = order;
        } else {
            if self.pending.len() >= PENDING {
                self.give_up_oldest(out);
            }
            let mut exchange = unmatched(key.conversation, transport, message);
            exchange.query_frame = Some(at.frame);
            self.pending.insert(key.clone(), Pending { exchange, first: at, latest: at.ts, order });
        }
        self.order.insert(order, key);
    }

    /// The query that a response answers. One without a question, as servers send that could not read it, answers the
    /// only kind of query that has its number.
    fn take(&mut self, key: Key) -> Option<Pending> {
        let key = match key.question {
            Some(_) => key,
            None => {
                let same = |k: &Key| (k.conversation, k.client, k.id) == (key.conversation, key.client, key.id);
                self.pending.range(&key..).next().map(|(k, _)| k).filter(|k| same(k))?.clone()
            }
        };
        let pending = self.pending.remove(&key)?;
        self.order.remove(&pending.order);
        Some(pending)
    }

    fn give_up_oldest(&mut self, out: &mut Vec<DnsExchange>) {
        let Some((_, key)) = self.order.pop_first() else { return };
        out.extend(self.pending.remove(&key).map(|p| p.exchange));
    }
}

/// The exchange that a response completes, or begins where its query was not captured.
fn answered(
    pending: Option<Pending>,
    conversation: u32,
    transport: DnsTransport,
    message: Message,
    at: At,
) -> DnsExchange {
    let rcode = dns::rcode_name(message.rcode);
    let mut exchange = match pending {
        Some(pending) => DnsExchange {
            latency_ms: Some(at.ts.ms_since(pending.first.ts)),
            answers: message.answers,
            ..pending.exchange
        },
        None => unmatched(conversation, transport, message),
    };
    exchange.rcode = Some(rcode);
    exchange.response_frame = Some(at.frame);
    exchange
}

fn unmatched(conversation: u32, transport: DnsTransport, message: Message) -> DnsExchange {
    let (qname, qtype) = message.question.map(|q| (q.name, q.kind)).unzip();
    DnsExchange {
        conversation,
        id: message.id,
        query_frame: None,
        response_frame: None,
        transport,
        qname,
        qtype,
        rcode: None,
        latency_ms: None,
        retries: 0,
        answers: if message.response { message.answers } else { Vec::new() },
    }
}
