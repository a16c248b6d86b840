//! What is kept of an answer after it was told: one copy, for whatever refers to it later.

use super::exchange::{Asked, DnsExchange, Response};
use crate::decode::Addr;
use crate::decode::dns::{Class, HeaderFlags, OwnedName, Rcode, Rtype};
use crate::source::{At, NS_PER_S, Timestamp};
use crate::track::Endpoint;

/// Bytes of a message that is kept after it was told, to compare later ones with it; of a longer one only that the
/// later one differs is told.
const MAX_KEPT: usize = 1_232;

/// Room is made in steps of so many bytes, so that the next answer fits, too.
const ROOM: usize = 128;

/// An answer that a client got.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Who asked. For a connection of the other address family that is another address of the same host, unless some
    /// other host asked.
    pub client: Addr,
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
    question: Option<(Rtype, Class)>,
    said: Said,
    /// It does not show all that was answered.
    pub(super) partial: bool,
    /// It was asked more than once.
    pub(super) repeated: bool,
    /// Of the name and who asked for it; see [`Keys`](super::live::Keys).
    pub(super) name_key: u64,
    /// The name as [`OwnedName`] has it, then the message.
    bytes: Vec<u8>,
    /// 255 at most; 0 without a question.
    name_len: u8,
}

/// What answers are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Said {
    rcode: Rcode,
    records: u16,
    set: u64,
}

impl Said {
    pub fn of(response: &Response) -> Said {
        Said { rcode: response.rcode, records: response.answers.records, set: response.answers.set }
    }
}

impl Answer {
    /// Becomes that of an exchange and its response, in the room of its bytes.
    pub(super) fn fill(&mut self, exchange: &DnsExchange, response: &Response, name_key: u64) {
        let name = exchange.question.as_ref().map_or(&[][..], |asked| asked.name.wire());
        let message = if response.message.len() <= MAX_KEPT { response.message.as_slice() } else { &[] };
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        bytes.reserve_exact((name.len() + message.len()).next_multiple_of(ROOM));
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(message);
        *self = Answer {
            client: exchange.client.addr,
            server: exchange.server,
            conversation: exchange.conversation,
            asked: exchange.lookup.map(|l| l.first).or(exchange.query.map(|q| q.at)),
            answered: response.at,
            ttl: response.answers.least_ttl.unwrap_or(0),
            question: exchange.question.as_ref().map(|asked| (asked.rtype, asked.class)),
            said: Said::of(response),
            partial: is_partial(response),
            repeated: exchange.retries > 0,
            name_key,
            bytes,
            name_len: name.len() as u8,
        };
    }

    /// The name that was asked for, in the case sent; empty where there was none.
    #[must_use]
    pub fn name(&self) -> String {
        self.question().map_or_else(String::new, |asked| asked.name.to_string())
    }

    /// The message as captured; empty where it is too long to be kept.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        self.bytes.get(usize::from(self.name_len)..).unwrap_or_default()
    }

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

    /// What was asked.
    pub(super) fn question(&self) -> Option<Asked> {
        let ((rtype, class), name) = (self.question?, self.bytes.get(..usize::from(self.name_len))?);
        Some(Asked { name: OwnedName::of_wire(name), rtype, class })
    }

    /// Whether a response says the same, whatever the order and the TTLs of its records.
    pub(super) fn says(&self, response: &Response) -> bool {
        self.said == Said::of(response)
    }
}

/// Whether a response does not show all that was answered.
pub(super) fn is_partial(response: &Response) -> bool {
    response.header.flags.has(HeaderFlags::TC) || response.cut || response.fault.is_some()
}
