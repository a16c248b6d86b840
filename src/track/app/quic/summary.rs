//! The `quic` object of the JSON report.

use schemars::JsonSchema;
use serde::Serialize;

use super::{PacketKind, QuicFacts};

/// QUIC in one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct QuicSummary {
    /// The version in use: `v1`, `v2`, `draft-29`, `Q046` or a number such as `0x1a2a3a4a`.
    pub version: Option<String>,
    /// The destination connection id of the client's first Initial, in hexadecimal.
    pub client_dcid: Option<String>,
    /// The server asked the client to prove its address.
    pub retry: bool,
    /// The server refused the client's first version.
    pub version_negotiation: bool,
    /// The client sent 0-RTT packets.
    pub zero_rtt: bool,
    /// The server's name in the hello of Google's QUIC; that of a TLS hello is in `tls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
}

impl From<&QuicFacts> for QuicSummary {
    fn from(facts: &QuicFacts) -> Self {
        QuicSummary {
            version: facts.version().map(|v| v.to_string()),
            client_dcid: facts.client_dcid().map(|cid| cid.to_string()),
            retry: facts.retry().is_some(),
            version_negotiation: facts.version_negotiation().is_some(),
            zero_rtt: facts.seen(PacketKind::ZeroRtt, facts.client()).count > 0,
            server_name: facts.gquic().and_then(|gquic| gquic.server_name.clone()),
        }
    }
}

impl Serialize for QuicFacts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        QuicSummary::from(self).serialize(serializer)
    }
}

impl JsonSchema for QuicFacts {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        QuicSummary::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        QuicSummary::json_schema(generator)
    }
}
