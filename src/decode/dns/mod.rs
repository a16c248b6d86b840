//! DNS messages (RFC 1035): a cheap outline of every message, a full reading of those that are looked at.
//!
//! Everything here is pure and total: any bytes give as much as can be read, and a [`Fault`] that says what is wrong.

mod by_dns_parser;
mod by_domain;
mod by_outline;
mod edns;
mod header;
mod message;
mod name;
mod owned;
mod rdata;
mod rtype;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
mod text;
mod wire;

pub use edns::{ClientSubnet, Edns, EdnsOption, RawOptions, extended_error};
pub use header::{HEADER_LEN, Header, HeaderFlags, Opcode, Rcode};
pub use message::{Message, Question, Reader, Record};
pub use name::{Canonical, Labels, MAX_NAME, MAX_POINTERS, Name};
pub use owned::OwnedName;
pub use rdata::{Data, Soa, SvcParam, Svcb, algorithm_name};
pub use rtype::{Class, Rtype};
pub use text::{quoted, time as dnssec_time};
pub use wire::{Fault, Outline, RawQuestion, RawRecord, RawRecords, Section};
