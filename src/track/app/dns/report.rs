//! A DNS exchange in the JSON report.

use super::exchange::{DnsExchange, Protocol, Response};
use crate::decode::dns::{Record, Rtype};

/// What carried an exchange; that it was multicast is in its conversation's `app`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
}

/// A DNS exchange.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct DnsReport {
    /// Its conversation.
    pub conversation: u32,
    /// Transaction number.
    pub id: u16,
    /// Frame of the query; null where it was not captured.
    pub query_frame: Option<u32>,
    /// Frame of the response; null where none was captured.
    pub response_frame: Option<u32>,
    /// How it travelled.
    pub transport: Transport,
    /// Name asked for; null where the messages have no readable question.
    pub qname: Option<String>,
    /// Type asked for: "A", or "TYPE65280".
    pub qtype: Option<String>,
    /// Response code: "NXDOMAIN", or "RCODE12"; null without a response.
    pub rcode: Option<String>,
    /// Milliseconds from the first query to the response.
    pub latency_ms: Option<f64>,
    /// Times that the query was repeated.
    pub retries: u32,
    /// The answer section.
    pub answers: Vec<AnswerReport>,
}

/// A record of the answer section.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct AnswerReport {
    /// Owner name.
    pub name: String,
    /// Type: "A", or "TYPE65280".
    #[serde(rename = "type")]
    pub rtype: String,
    /// Time to live in seconds.
    pub ttl: u32,
    /// Data in the text form of zone files.
    pub data: String,
}

impl From<&Record> for AnswerReport {
    fn from(record: &Record) -> AnswerReport {
        let (name, data) = (record.name.clone(), record.data.to_string());
        AnswerReport { name, rtype: record.rtype.to_string(), ttl: record.ttl, data }
    }
}

impl From<&DnsExchange> for DnsReport {
    fn from(exchange: &DnsExchange) -> DnsReport {
        let response = exchange.response.as_deref();
        let message = response.and_then(Response::read);
        DnsReport {
            conversation: exchange.conversation,
            id: exchange.id,
            query_frame: exchange.query.map(|q| q.at.frame),
            response_frame: response.map(|r| r.at.frame),
            transport: transport(exchange),
            qname: exchange.question.as_ref().map(|q| q.name.to_string()),
            qtype: exchange.rtype().map(|t: Rtype| t.to_string()),
            rcode: response.map(|r| r.rcode.to_string()),
            latency_ms: exchange.latency_ns().map(crate::source::ms),
            retries: exchange.retries,
            answers: message.iter().flat_map(|m| m.answers()).map(AnswerReport::from).collect(),
        }
    }
}

fn transport(exchange: &DnsExchange) -> Transport {
    match exchange.protocol {
        Protocol::Tcp => Transport::Tcp,
        Protocol::Udp | Protocol::Mdns | Protocol::Llmnr => Transport::Udp,
    }
}

impl serde::Serialize for DnsExchange {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        DnsReport::from(self).serialize(serializer)
    }
}

impl schemars::JsonSchema for DnsExchange {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        DnsReport::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        DnsReport::json_schema(generator)
    }
}
