//! DNS queries matched to their responses.

/// A query and its response.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
pub struct DnsExchange {
    /// Its conversation.
    pub conversation: u32,
}

impl DnsExchange {
    /// Frame of the query, or of the response where no query was captured.
    #[must_use]
    pub fn first_frame(&self) -> u32 {
        0
    }

    /// One line about it.
    #[must_use]
    pub fn brief(&self) -> String {
        String::new()
    }
}
