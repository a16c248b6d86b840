//! Exchanges that are over, to be used again: most of the cost of making one would be its memory.

use std::rc::Rc;

use super::answer::Answer;
use super::exchange::{DnsExchange, Exchanges, Response};
use super::live::Keys;

/// Of each kind kept. Exchanges end about as fast as others begin; what is beyond it is freed.
const MAX_SPARE: usize = 256;
/// Answers kept: tables forget half of theirs at once.
const MAX_ANSWERS: usize = 2_048;
/// Bytes of the longest message whose room is kept.
const MAX_ROOM: usize = 1_232;

/// Boxes of exchanges, responses and answers, and the room of names; that of messages stays in what they belong to.
#[derive(Debug, Clone, Default)]
pub(super) struct Spare {
    exchanges: Exchanges,
    #[expect(clippy::vec_box, reason = "the boxes are what is used again")]
    responses: Vec<Box<Response>>,
    names: Vec<Vec<u8>>,
    answers: Vec<Rc<Answer>>,
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

    /// What is kept of an exchange that was answered.
    pub fn answer(&mut self, exchange: &DnsExchange, question: Keys) -> Option<Rc<Answer>> {
        let response = exchange.response.as_ref()?;
        let mut place = self.answers.pop();
        if let Some(old) = place.as_mut().and_then(Rc::get_mut) {
            let room = old.take_room();
            *old = Answer::of(exchange, response, question.name, room);
            return place;
        }
        Some(Rc::new(Answer::of(exchange, response, question.name, Vec::new())))
    }

    /// An answer that a table forgot, where nobody else has it.
    pub fn take_back_answer(&mut self, answer: Rc<Answer>) {
        if self.answers.len() < MAX_ANSWERS && Rc::strong_count(&answer) == 1 {
            self.answers.push(answer);
        }
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
