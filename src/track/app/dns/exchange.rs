//! What is told of a query and its response.

use crate::decode::dns::Answer;
use crate::track::app::App;

/// How DNS messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DnsTransport {
    /// UDP (RFC 1035 §4.2.1).
    Udp,
    /// TCP (RFC 7766).
    Tcp,
    /// Multicast DNS (RFC 6762); reported as what carries it.
    #[serde(rename = "udp")]
    Mdns,
    /// Link-local multicast name resolution (RFC 4795); reported as what carries it.
    #[serde(rename = "udp")]
    Llmnr,
}

impl DnsTransport {
    /// The transport that a UDP port means: 53, 5353 or 5355.
    #[must_use]
    pub fn of_udp_port(port: u16) -> Option<DnsTransport> {
        match port {
            53 => Some(DnsTransport::Udp),
            5353 => Some(DnsTransport::Mdns),
            5355 => Some(DnsTransport::Llmnr),
            _ => None,
        }
    }

    /// The application's name.
    #[must_use]
    pub fn app(self) -> App {
        match self {
            DnsTransport::Udp | DnsTransport::Tcp => App::Dns,
            DnsTransport::Mdns => App::Mdns,
            DnsTransport::Llmnr => App::Llmnr,
        }
    }
}

/// A query and its response.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct DnsExchange {
    /// Its conversation.
    pub conversation: u32,
    /// Transaction number.
    pub id: u16,
    /// Frame of the query; `None` where it was not captured.
    pub query_frame: Option<u32>,
    /// Frame of the response; `None` where none was captured.
    pub response_frame: Option<u32>,
    /// How it travelled.
    pub transport: DnsTransport,
    /// Name asked for; `None` where the messages have no readable question.
    pub qname: Option<String>,
    /// Type asked for: "A", or "TYPE65280".
    pub qtype: Option<String>,
    /// Response code: "NXDOMAIN", or "RCODE12"; `None` without a response.
    pub rcode: Option<String>,
    /// Milliseconds from the first query to the response.
    pub latency_ms: Option<f64>,
    /// Times that the query was repeated.
    pub retries: u32,
    /// The answer section.
    pub answers: Vec<Answer>,
}

impl DnsExchange {
    /// A multicast message that answers no question: an announcement (RFC 6762 §8.3), not an exchange.
    #[must_use]
    pub fn is_announcement(&self) -> bool {
        self.query_frame.is_none()
            && self.qname.is_none()
            && matches!(self.transport, DnsTransport::Mdns | DnsTransport::Llmnr)
    }

    /// Frame of the query, or of the response where no query was captured.
    #[must_use]
    pub fn first_frame(&self) -> u32 {
        self.query_frame.or(self.response_frame).unwrap_or(0)
    }

    /// One line about it: "A example.com: NOERROR, 93.184.215.14 in 12.3 ms".
    #[must_use]
    pub fn brief(&self) -> String {
        let first = self.answers.first();
        let name = self.qname.as_deref().or(first.map(|a| a.name.as_str())).unwrap_or("?");
        let kind = self.qtype.as_deref().or(first.map(|a| a.kind.as_str())).unwrap_or("?");
        let mut line = format!("{kind} {name}: {}", self.rcode.as_deref().unwrap_or("no response"));
        if let Some(last) = self.answers.last() {
            line.push_str(&format!(", {}", last.data));
        }
        if let Some(ms) = self.latency_ms {
            line.push_str(&format!(" in {ms:.1} ms"));
        }
        line
    }
}
