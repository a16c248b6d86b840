//! DNS queries matched to their responses.

/// A query and its response.
#[derive(Debug, Clone)]
pub struct DnsExchange {}
