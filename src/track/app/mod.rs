//! Application protocols over the in-order byte stream of a connection, one file a protocol.
//!
//! A parser is chosen by probing the first bytes, never by the port alone. It sees each direction's bytes in order,
//! keeps only what it still needs (bounded), and says when it has seen enough, after which the tracker stops
//! reassembling for it.

mod application;
mod datagrams;
pub mod dns;
mod kind;
mod phase;
mod proxy;
pub mod quic;
pub mod starttls;
mod tcp_probe;
pub mod tls;
mod udp_probe;

pub use application::Application;
pub use datagrams::Datagrams;
pub use kind::App;
pub use phase::Phase;
pub use quic::QuicFacts;
pub use starttls::StartTls;
pub use tcp_probe::{Guess, http_version, tcp_app};
pub use tls::TlsFacts;
pub use udp_probe::{RtpWatch, udp_app};

use crate::source::At;
use crate::track::Dir;

/// What the application parsers learnt about one conversation.
#[derive(Debug, Clone, Default)]
pub struct AppFacts {
    /// TLS in TCP, DTLS or QUIC.
    pub tls: Option<Box<TlsFacts>>,
    /// QUIC.
    pub quic: Option<Box<QuicFacts>>,
    /// The request for TLS in a conversation that began in clear.
    pub starttls: Option<StartTls>,
    /// The server's address also answers DNS questions in this capture.
    pub dns_server: bool,
    /// The first question that the client asked in the clear until this conversation was over, and how many it asked.
    pub plain_dns: Option<(At, u32)>,
    /// The version of HTTP in clear, by the first line or the preface.
    pub http_version: Option<&'static str>,
}

/// What a look at the first bytes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// It is this protocol.
    Certain,
    /// More bytes are needed.
    Unsure,
    /// It is not.
    NotForUs,
}

/// Whether a parser wants to see more of a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Keep the bytes coming.
    More,
    /// This parser has all that it can use of this direction.
    Enough,
}

/// An application parser fed with the ordered bytes of one TCP connection.
pub trait StreamParser {
    /// The next bytes of `dir`, first captured by the frame `at` that completed them. Never larger than a segment.
    fn data(&mut self, dir: Dir, bytes: &[u8], at: At) -> Want;

    /// `len` bytes of `dir` are missing for good: not captured, cut by the snapshot length, or given up.
    fn gap(&mut self, dir: Dir, len: u32, at: At) -> Want;

    /// The end of `dir` (FIN, RST or the capture's end).
    fn end(&mut self, _dir: Dir, _at: At) {}
}
