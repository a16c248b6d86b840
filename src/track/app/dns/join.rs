//! How one more response belongs to a query: the next message of a zone transfer, a copy, or somebody else's answer.

use std::rc::Rc;

use super::answer::{Answer, is_partial};
use super::exchange::{DnsExchange, Matching, Protocol, Response};
use super::facts::{AnswerFacts, comparable};
use crate::decode::dns::{Rcode, Rtype};

/// Puts a response to its query; false while a zone transfer goes on.
pub(super) fn join(exchange: &mut DnsExchange, response: Box<Response>) -> bool {
    let transfer = matches!(exchange.rtype(), Some(Rtype::AXFR | Rtype::IXFR)) && exchange.protocol == Protocol::Tcp;
    exchange.until = response.at;
    match &mut exchange.response {
        Some(first) => {
            first.messages = first.messages.saturating_add(1);
            first.records += response.records;
            first.answers.soas = first.answers.soas.saturating_add(response.answers.soas);
            !transfer || is_over(&response, first.answers.soas)
        }
        None => {
            let over = !transfer || is_over(&response, response.answers.soas);
            exchange.response = Some(response);
            over
        }
    }
}

/// Whether a zone transfer ends with this message, given the SOA records so far. It begins and ends with the zone's SOA
/// (RFC 5936 §2.2); a single SOA in answer to IXFR says that there is nothing new (RFC 1995 §4), and cannot be told from
/// a first message of one record, which waits for the next.
fn is_over(response: &Response, soas: u16) -> bool {
    response.rcode != Rcode::NOERROR || response.answers == AnswerFacts::default() || soas >= 2
}

/// What one more response to an answered query is.
pub(super) fn second(first: &Rc<Answer>, response: &Response) -> Matching {
    // As many responses as queries may differ without anybody else having answered.
    let telling = !first.repeated && !first.partial && !is_partial(response) && comparable(&response.header);
    if first.says(response) || !telling {
        Matching::Repeated { first: first.answered }
    } else {
        Matching::Rival { first: Rc::clone(first) }
    }
}
