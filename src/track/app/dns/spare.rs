//! Exchanges that are over, to be used again: most of the cost of making one would be its memory.

use super::exchange::{DnsExchange, Exchanges, Response};

/// Of each kind kept. Exchanges end about as fast as others begin; what is beyond it is freed.
const MAX_SPARE: usize = 256;
/// Bytes of the longest message whose room is kept.
const MAX_ROOM: usize = 1_232;

/// Boxes of exchanges and of responses, and the room of names; a response keeps that of its message.
#[derive(Debug, Clone, Default)]
pub(super) struct Spare {
    exchanges: Exchanges,
    #[expect(clippy::vec_box, reason = "the boxes are what is used again")]
    responses: Vec<Box<Response>>,
    names: Vec<Vec<u8>>,
}

impl Spare {
    /// Room for a name.
    pub fn name(&mut self) -> Vec<u8> {
        self.names.pop().unwrap_or_default()
    }

    /// An exchange in a box.
    pub fn exchange(&mut self, exchange: DnsExchange) -> Box<DnsExchange> {
        fill(self.exchanges.pop(), exchange)
    }

    /// A response in a box, with its message.
    pub fn response(&mut self, response: Response, message: &[u8]) -> Box<Response> {
        let mut place = self.responses.pop();
        let mut room = place.as_mut().map(|old| std::mem::take(&mut old.message)).unwrap_or_default();
        room.clear();
        room.extend_from_slice(message);
        fill(place, Response { message: room, ..response })
    }

    /// An exchange that is not needed any more.
    pub fn take_back(&mut self, mut exchange: Box<DnsExchange>) {
        if self.exchanges.len() >= MAX_SPARE {
            return;
        }
        if let Some(asked) = exchange.question.take()
            && self.names.len() < MAX_SPARE
        {
            self.names.push(asked.name.into_room());
        }
        if let Some(response) = exchange.response.take()
            && self.responses.len() < MAX_SPARE
            && response.message.capacity() <= MAX_ROOM
        {
            self.responses.push(response);
        }
        self.exchanges.push(exchange);
    }
}

fn fill<T>(place: Option<Box<T>>, value: T) -> Box<T> {
    match place {
        Some(mut place) => {
            *place = value;
            place
        }
        None => Box::new(value),
    }
}
