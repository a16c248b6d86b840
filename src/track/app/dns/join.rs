//! How one more response belongs to a query: the next message of a zone transfer, a copy, or somebody else's answer.

use std::sync::Arc;

use super::exchange::{DnsExchange, Matching, Protocol, Response};
use super::facts::{AnswerFacts, comparable};
use super::live::Live;
use crate::decode::dns::{HeaderFlags, Rcode, Rtype};

/// Puts a response to its query; false while a zone transfer goes on.
pub(super) fn join(waiting: &mut Live, response: Response) -> bool {
    let exchange = &mut waiting.exchange;
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

/// What one more response to an answered query is.
pub(super) fn second(told: &DnsExchange, response: &Response) -> Matching {
    let Some(first) = &told.response else { return Matching::Unasked };
    let partial = |r: &Response| r.header.flags.has(HeaderFlags::TC) || r.cut || r.fault.is_some();
    let same = (first.rcode, first.answers.records, first.answers.set)
        == (response.rcode, response.answers.records, response.answers.set);
    // As many responses as queries may differ without anybody else having answered.
    if same || told.retries > 0 || partial(first) || partial(response) || !comparable(&response.header) {
        Matching::Repeated { first: first.at }
    } else {
        Matching::Rival { first: first.at, message: Arc::clone(&first.message) }
    }
}
