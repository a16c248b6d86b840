//! One conversation as the report shows it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::resolved::ResolvedReport;
use super::tcp::TcpReport;
use crate::report::Interest;
use crate::track::app::{App, QuicFacts, TlsFacts};
use crate::track::{Conversation, Dir, Endpoint, Proto};

/// A value for each side.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct PerSide<T> {
    /// The initiator's.
    pub client: T,
    /// The other side's.
    pub server: T,
}

/// An endpoint.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Side {
    /// Address.
    pub ip: String,
    /// Port; null where the protocol has none.
    pub port: Option<u16>,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) if self.ip.contains(':') => write!(f, "[{}]:{port}", self.ip),
            Some(port) => write!(f, "{}:{port}", self.ip),
            None => f.write_str(&self.ip),
        }
    }
}

impl From<Endpoint> for Side {
    fn from(end: Endpoint) -> Side {
        Side { ip: end.addr.to_string(), port: (end.port != 0).then_some(end.port) }
    }
}

/// A conversation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConversationReport {
    /// Number in order of first packet.
    pub id: u32,
    /// `tcp`, `udp`, `quic`, `icmp`, `icmpv6`, `sctp` or `ip-N`.
    pub protocol: String,
    /// The application, null when not recognised.
    pub app: Option<&'static str>,
    /// `observed` or `guessed`.
    pub initiator: &'static str,
    /// Who began.
    pub client: Side,
    /// The other side.
    pub server: Side,
    /// Time of the first packet.
    pub first_ns: i64,
    /// Time of the last packet.
    pub last_ns: i64,
    /// Frame of the first packet.
    pub first_frame: u32,
    /// Frame of the last packet.
    pub last_frame: u32,
    /// Packets by sender.
    pub packets: PerSide<u32>,
    /// Transport payload by sender, retransmissions included.
    pub payload_bytes: PerSide<u64>,
    /// The lookup that gave the server's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<ResolvedReport>,
    /// TCP's facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp: Option<TcpReport>,
    /// TLS facts, in TCP or DTLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Box<TlsFacts>>,
    /// QUIC facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quic: Option<Box<QuicFacts>>,
    /// How telling it is.
    #[serde(skip)]
    pub interest: Interest,
}

impl ConversationReport {
    /// The report of a conversation that is over; `series` asks for time series too.
    #[must_use]
    pub fn of(c: &Conversation, interest: Interest, series: bool) -> ConversationReport {
        let facts = c.facts();
        ConversationReport {
            id: c.id().0,
            protocol: protocol(c),
            app: c.app().name(),
            initiator: if c.is_guessed() { "guessed" } else { "observed" },
            client: c.client().into(),
            server: c.server().into(),
            first_ns: c.first().ts.0,
            last_ns: c.last().ts.0,
            first_frame: c.first().frame,
            last_frame: c.last().frame,
            packets: PerSide { client: c.packets(Dir::Client), server: c.packets(Dir::Server) },
            payload_bytes: PerSide { client: c.payload(Dir::Client), server: c.payload(Dir::Server) },
            resolved: c.resolved().map(ResolvedReport::from),
            tcp: c.tcp().map(|tcp| TcpReport::of(tcp, c, series)),
            tls: facts.and_then(|f| f.tls.clone()).map(fingerprinted),
            quic: facts.and_then(|f| f.quic.clone()),
            interest,
        }
    }

    /// The server's name, where one is known: as the client said it (SNI), else as it was looked up.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        let google = self.quic.as_ref().and_then(|quic| quic.gquic()?.server_name.as_deref());
        let said = self.tls.as_ref().and_then(|tls| tls.server_name()).or(google);
        said.or_else(|| self.resolved.as_ref().map(|resolved| resolved.name.as_str()))
    }
}

fn fingerprinted(mut tls: Box<TlsFacts>) -> Box<TlsFacts> {
    tls.fingerprint();
    tls
}

fn protocol(c: &Conversation) -> String {
    match (c.proto(), c.app()) {
        (Proto::Udp, App::Quic | App::Http3 | App::Gquic) => "quic".to_owned(),
        (proto, _) => proto.name(),
    }
}

impl Proto {
    /// The name in the JSON report.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Proto::Tcp => "tcp".to_owned(),
            Proto::Udp => "udp".to_owned(),
            Proto::Icmp => "icmp".to_owned(),
            Proto::Icmpv6 => "icmpv6".to_owned(),
            Proto::Sctp => "sctp".to_owned(),
            Proto::Ip(n) => format!("ip-{n}"),
        }
    }
}
