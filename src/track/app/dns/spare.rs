//! Exchanges that are over, to be used again: most of the cost of making one would be its memory.

use super::exchange::{DnsExchange, Exchanges};

/// Of each kind kept. Exchanges end about as fast as others begin; what is beyond it is freed.
const MAX_SPARE: usize = 256;
/// Bytes of the longest message or name whose room is kept.
const MAX_ROOM: usize = 1_232;

/// Boxes, and the room of names and messages.
#[derive(Debug, Clone, Default)]
pub(super) struct Spare {
    exchanges: Exchanges,
    names: Vec<String>,
    messages: Vec<Vec<u8>>,
}

impl Spare {
    /// An exchange in a box.
    pub fn put(&mut self, exchange: DnsExchange) -> Box<DnsExchange> {
        match self.exchanges.pop() {
            Some(mut place) => {
                *place = exchange;
                place
            }
            None => Box::new(exchange),
        }
    }

    /// Room for a name.
    pub fn name(&mut self) -> String {
        self.names.pop().unwrap_or_default()
    }

    /// A message in room of its own.
    pub fn message(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut message = self.messages.pop().unwrap_or_default();
        message.clear();
        message.extend_from_slice(bytes);
        message
    }

    /// An exchange that is not needed any more.
    pub fn take_back(&mut self, mut exchange: Box<DnsExchange>) {
        if self.exchanges.len() >= MAX_SPARE {
            return;
        }
        if let Some(asked) = exchange.question.take()
            && self.names.len() < MAX_SPARE
            && asked.name.capacity() <= MAX_ROOM
        {
            self.names.push(asked.name);
        }
        if let Some(response) = exchange.response.take()
            && self.messages.len() < MAX_SPARE
            && response.message.capacity() <= MAX_ROOM
        {
            self.messages.push(response.message);
        }
        self.exchanges.push(exchange);
    }
}
