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

/// Boxes of exchanges, responses and answers; the room of names and messages stays in what they belong to.
#[derive(Debug, Clone, Default)]
pub(super) struct Spare {
    exchanges: Exchanges,
    #[expect(clippy::vec_box, reason = "the boxes are what is used again")]
    responses: Vec<Box<Response>>,
    answers: Vec<Rc<Answer>>,
}

impl Spare {
    /// A box for an exchange, with what another has left in it.
    pub fn exchange(&mut self) -> Box<DnsExchange> {
        self.exchanges.pop().unwrap_or_default()
    }

    /// A box for a response, with what another has left in it.
    pub fn response(&mut self) -> Box<Response> {
        self.responses.pop().unwrap_or_default()
    }

    /// What is kept of an exchange that was answered.
    pub fn answer(&mut self, exchange: &DnsExchange, question: Keys) -> Option<Rc<Answer>> {
        let response = exchange.response.as_ref()?;
        let mut place = self.answers.pop().unwrap_or_default();
        Rc::make_mut(&mut place).fill(exchange, response, question.name);
        Some(place)
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
        if let Some(response) = exchange.response.take()
            && self.responses.len() < MAX_SPARE
            && response.message.capacity() <= MAX_ROOM
        {
            self.responses.push(response);
        }
        self.exchanges.push(exchange);
    }
}
