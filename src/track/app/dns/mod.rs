//! DNS queries matched to their responses, over UDP, TCP and multicast.
//!
//! [`DnsTable`] takes every message of a capture and gives back finished [`DnsExchange`]s, each with what the messages
//! before it say about it: how often it was asked, what the same question gave earlier, which lookup it belongs to.

mod answer;
mod attempts;
mod bounded;
mod companions;
mod exchange;
mod facts;
mod history;
mod join;
mod live;
mod probe;
mod race;
mod report;
mod resolved;
mod search;
mod spare;
mod stream;
mod table;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;

pub use answer::Answer;
pub use attempts::Lookup;
pub use companions::Companions;
pub use exchange::{Asked, DnsExchange, Exchanges, Matching, Protocol, Query, Response};
pub use facts::{AnswerFacts, EdnsFacts, Negative};
pub use history::Recall;
pub use probe::{is_dns, protocol_of_udp};
pub use race::Race;
pub use report::{AnswerReport, DnsReport, Transport};
pub use search::Tried;
pub use stream::{DnsStream, StreamMessage};
pub use table::{DnsTable, Incoming};
