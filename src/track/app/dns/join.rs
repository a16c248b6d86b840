//! How one more response belongs to a query: the next message of a zone transfer, a copy, or somebody else's answer.

use std::rc::Rc;

use super::exchange::{Asked, DnsExchange, Matching, Protocol, Response};
use super::facts::{AnswerFacts, comparable};
use crate::decode::dns::{HeaderFlags, Rcode, Rtype};
use crate::source::At;

/// Puts a response to its query; false while a zone transfer goes on.
pub(super) fn join(exchange: &mut DnsExchange, response: Response) -> bool {
    let transfer = matches!(exchange.rtype(), Some(Rtype::AXFR | Rtype::IXFR)) && exchange.protocol == Protocol::Tcp;
    exchange.until = response.at;
    let over = match &mut exchange.response {
        Some(first) => {
            first.messages = first.messages.saturating_add(1);
            first.records += response.records;
            first.answers.soas = first.answers.soas.saturating_add(response.answers.soas);
            is_over(&response, first.answers.soas)
        }
        None => {
            let over = is_over(&response, response.answers.soas);
            exchange.response = Some(response);
            over
        }
    };
    !transfer || over
}

/// Whether a zone transfer ends with this message, given the SOA records so far. It begins and ends with the zone's SOA
/// (RFC 5936 §2.2); a single SOA in answer to IXFR says that there is nothing new (RFC 1995 §4), and cannot be told from
/// a first message of one record, which waits for the next.
fn is_over(response: &Response, soas: u16) -> bool {
    response.rcode != Rcode::NOERROR || response.answers == AnswerFacts::default() || soas >= 2
}

/// What is kept of an answered exchange, to compare a second response with it.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// What was asked.
    pub question: Option<Asked>,
    first: Option<First>,
    /// It was asked more than once.
    repeated: bool,
}

#[derive(Debug, Clone)]
struct First {
    at: At,
    rcode: Rcode,
    records: u16,
    set: u64,
    partial: bool,
    message: Rc<[u8]>,
}

impl Told {
    /// Of an exchange with its response.
    pub fn of(exchange: &DnsExchange) -> Told {
        let first = exchange.response.as_ref().map(|response| First {
            at: response.at,
            rcode: response.rcode,
            records: response.answers.records,
            set: response.answers.set,
            partial: is_partial(response),
            message: super::table::kept(&response.message),
        });
        Told { question: exchange.question.clone(), first, repeated: exchange.retries > 0 }
    }

    /// What one more response is.
    pub fn second(&self, response: &Response) -> Matching {
        let Some(first) = &self.first else { return Matching::Unasked };
        let same =
            (first.rcode, first.records, first.set) == (response.rcode, response.answers.records, response.answers.set);
        // As many responses as queries may differ without anybody else having answered.
        if same || self.repeated || first.partial || is_partial(response) || !comparable(&response.header) {
            Matching::Repeated { first: first.at }
        } else {
            Matching::Rival { first: first.at, message: Rc::clone(&first.message) }
        }
    }
}

/// Whether a response does not show all that was answered.
fn is_partial(response: &Response) -> bool {
    response.header.flags.has(HeaderFlags::TC) || response.cut || response.fault.is_some()
}
