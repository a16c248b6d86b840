//! The report's model, named as the JSON document names it: additive changes only, [`SCHEMA`] counts breaking ones.
//!
//! Times are nanoseconds since the epoch (`_ns`), durations milliseconds (`_ms`), sizes bytes. What the capture cannot
//! tell is absent or null.

mod congestion;
mod conversation;
mod finding;
mod resolved;
mod tcp;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

pub use conversation::{ConversationReport, PerSide, Side};
pub use finding::{EvidenceReport, FindingReport, SubjectReport};
pub use resolved::ResolvedReport;
pub use tcp::{EndReport, HandshakeReport, RetransmitsReport, RttReport, StateReport, TcpReport};

/// Version of the document; only breaking changes raise it.
pub const SCHEMA: u32 = 1;

/// The whole report.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Report {
    /// See [`SCHEMA`].
    pub schema: u32,
    /// Program and version.
    pub generator: String,
    /// The capture as a whole.
    pub capture: CaptureReport,
    /// Conversations in order of first packet; beyond the bound the less telling ones are in the totals only.
    pub conversations: Vec<ConversationReport>,
    /// DNS exchanges in order of their first frame.
    pub dns: Vec<crate::track::app::dns::DnsExchange>,
    /// Findings: by section of the guide; in it the concept with the severest finding first, its worst finding first.
    pub findings: Vec<FindingReport>,
    /// Conversations that were asked for, listed or not.
    #[serde(skip)]
    pub wanted_conversations: u64,
    /// Those by application (transport where that is not known), most payload first.
    #[serde(skip)]
    pub mix: Vec<Share>,
}

/// What one application, or one transport whose application is not known, has of the conversations.
#[derive(Debug, Clone, Default)]
pub struct Share {
    /// Its name.
    pub name: String,
    /// Conversations.
    pub conversations: u64,
    /// Payload bytes in them.
    pub payload: u64,
}

/// The capture as a whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaptureReport {
    /// File names as given.
    pub files: Vec<String>,
    /// Names of the link types.
    pub link_types: Vec<String>,
    /// Bytes captured of a packet at most; null without limit.
    pub snaplen: Option<u32>,
    /// Packets read.
    pub packets: u64,
    /// Bytes on the wire.
    pub bytes: u64,
    /// Time of the first packet.
    pub first_ns: Option<i64>,
    /// Time of the last packet.
    pub last_ns: Option<i64>,
    /// Conversations in all, listed or not.
    pub conversations: u64,
    /// DNS exchanges in all, listed or not.
    pub dns_exchanges: u64,
    /// What could not be decoded.
    pub undecoded: Undecoded,
    /// What was wrong with the files themselves, in words, with how often.
    pub file_problems: BTreeMap<String, u64>,
    /// Name of a bound and how often it cut something.
    pub limits_hit: BTreeMap<String, u64>,
}

/// Packets with something that could not be decoded.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Undecoded {
    /// How many.
    pub count: u64,
    /// By layer and reason.
    pub reasons: BTreeMap<String, u64>,
}
