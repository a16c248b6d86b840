//! DNS queries matched to their responses.

mod exchange;
mod stream;
mod table;
mod tcp;
#[cfg(test)]
mod tests;

pub use exchange::{DnsExchange, DnsTransport};
pub use stream::DnsStream;
pub use table::DnsTable;
pub use tcp::{DnsMessage, DnsTcp};
