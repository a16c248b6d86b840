//! The lookup that gave a conversation its server's address.

use schemars::JsonSchema;
use serde::Serialize;

use crate::track::app::dns::Answer;
use crate::track::ms;

/// The latest answer before the conversation that gave the server's address to the client, or, over the other address
/// family, to somebody else in the capture.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ResolvedReport {
    /// The name that was asked for.
    pub name: String,
    /// Who asked.
    pub client: String,
    /// The conversation of the lookup.
    pub conversation: u32,
    /// Frame of the answer.
    pub frame: u32,
    /// Seconds that the answer was good for.
    pub ttl_s: u32,
    /// Milliseconds from the first query to the answer; null where the query was not captured.
    pub took_ms: Option<f64>,
}

impl From<&Answer> for ResolvedReport {
    fn from(resolved: &Answer) -> ResolvedReport {
        ResolvedReport {
            name: resolved.name(),
            client: resolved.client.to_string(),
            conversation: resolved.conversation,
            frame: resolved.answered.frame,
            ttl_s: resolved.ttl,
            took_ms: resolved.took_ns().map(ms),
        }
    }
}
