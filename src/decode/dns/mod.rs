//! DNS messages (RFC 1035 §4.1): the header, the first question and the answers, as text.
//!
//! `dns-parser` reads the ordinary ones, `domain` what it rejects (types and names it does not know, what the snapshot
//! length cut), and where neither finds a question the header alone is told.

mod common;
mod full;
mod header;
mod names;
#[cfg(test)]
mod tests;

pub use header::looks_like_dns;
pub use names::rcode_name;

use header::Header;

/// Messages beyond this go to `domain`, whose work on chained compression pointers is bounded; the size is the one
/// that UDP without EDNS allows (RFC 1035 §4.2.1).
const COMMON_MAX: usize = 512;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Transaction number.
    pub id: u16,
    /// A response rather than a query (QR).
    pub response: bool,
    /// Response code, with the upper bits of EDNS (RFC 6891 §6.1.3).
    pub rcode: u16,
    /// The first question; `None` where there is none or it cannot be read.
    pub question: Option<Question>,
    /// The answer section as far as it can be read.
    pub answers: Vec<Answer>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Name in presentation form without the last dot, in the case sent; "." is the root.
    pub name: String,
    /// Type: "A", or "TYPE65280" (RFC 3597 §5).
    pub kind: String,
}

/// A resource record of the answer section.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Answer {
    /// Owner name.
    pub name: String,
    /// Type: "A", or "TYPE65280" (RFC 3597 §5).
    #[serde(rename = "type")]
    pub kind: String,
    /// Time to live in seconds.
    pub ttl: u32,
    /// Data in the text form of zone files.
    pub data: String,
}

/// Reads a message; `None` where not even its header is there.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Message> {
    let header = Header::read(bytes)?;
    let common =
        if bytes.len() <= COMMON_MAX && header.is_plausible(bytes.len()) { common::parse(bytes) } else { None };
    Some(common.unwrap_or_else(|| full::parse(&header, bytes)))
}
