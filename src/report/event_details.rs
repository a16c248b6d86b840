//! What a line of the event stream says beyond frame, time, conversation and kind.

use serde::Serialize;

use crate::concepts::{Concept, Evidence, Subject};
use crate::track::app::dns::DnsExchange;
use crate::track::{At, Event, What, ms};

/// The fields of one kind of event, by their names in the stream.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Details<'a> {
    State { end: &'static str, state: &'static str, basis: &'static str },
    Retransmit { cause: &'static str, of_frame: Option<u32>, seq: u32, len: u32, after_ms: Option<f64>, sends: u32 },
    Spurious { of_frame: u32, proof: &'static str },
    OutOfOrder { seq: u32, len: u32, late_ms: f64, overtaken_by: u32 },
    Duplicate { of_frame: Option<u32> },
    DuplicateAck { ack: u32, count: u32 },
    Dsack { left: u32, right: u32 },
    Gap { seq: u32, len: u32 },
    AckedUnseen { len: u32 },
    WindowOpened { closed_ms: f64 },
    ChallengeAck { of_frame: u32 },
    NagleStall { first_frame: u32, ack_frame: u32, ms: f64 },
    HolStall { bytes: u32, since_frame: u32 },
    Fin { count: u32 },
    Urgent { pointer: u16 },
    Icmp { by: String, v6: bool, r#type: u8, code: u8, mtu: Option<u32>, quotes: &'static str },
    Phase { phase: &'a str, encrypted: bool, of_frame: u32 },
    Dns { dns: &'a DnsExchange },
    Segment { seq: u32, ack: u32, flags: u16, len: u32, window: u32, states: [&'static str; 2] },
    Datagram { len: u32 },
    Closed { last_frame: u32, last_ns: i64 },
    Finding(FindingDetails<'a>),
    Nothing {},
}

/// A concept that fired.
#[derive(Debug, Serialize)]
pub(super) struct FindingDetails<'a> {
    concept: &'static str,
    severity: &'static str,
    /// How often, where one statement is about several.
    #[serde(skip_serializing_if = "is_one")]
    count: u64,
    /// The frames that show it.
    frames: &'a [u32],
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
}

impl<'a> Details<'a> {
    pub(super) fn of(event: &Event<'a>) -> Details<'a> {
        match event.what {
            What::State { end, state, basis } => {
                Details::State { end: end.name(), state: state.name(), basis: basis.name() }
            }
            What::Retransmit { cause, of, seq, len, after_ns, sends } => Details::Retransmit {
                cause: cause.name(),
                of_frame: of.map(|a| a.frame),
                seq: seq.0,
                len,
                after_ms: of.map(|_| ms(after_ns)),
                sends,
            },
            What::Spurious { of, proof } => Details::Spurious { of_frame: of.frame, proof: proof.name() },
            What::OutOfOrder { seq, len, late_ns, overtaken_by } => {
                Details::OutOfOrder { seq: seq.0, len, late_ms: ms(late_ns), overtaken_by }
            }
            What::Duplicate { of } => Details::Duplicate { of_frame: of.map(|a| a.frame) },
            What::DuplicateAck { ack, count } => Details::DuplicateAck { ack: ack.0, count },
            What::Dsack { left, right } => Details::Dsack { left: left.0, right: right.0 },
            What::Gap { seq, len } => Details::Gap { seq: seq.0, len },
            What::AckedUnseen { len } => Details::AckedUnseen { len },
            What::WindowOpened { ns } => Details::WindowOpened { closed_ms: ms(ns) },
            What::ChallengeAck { of } => Details::ChallengeAck { of_frame: of.frame },
            What::NagleStall { first, ack, ns } => {
                Details::NagleStall { first_frame: first.frame, ack_frame: ack.frame, ms: ms(ns) }
            }
            What::HolStall { bytes, since } => Details::HolStall { bytes, since_frame: since.frame },
            What::Fin { count } => Details::Fin { count },
            What::Urgent { pointer } => Details::Urgent { pointer },
            What::Icmp(error) => Details::Icmp {
                by: error.from.to_string(),
                v6: error.v6,
                r#type: error.kind,
                code: error.code,
                mtu: (error.mtu != 0).then_some(error.mtu),
                quotes: error.quotes.name(),
            },
            What::Phase { name, encrypted, of } => Details::Phase { phase: name, encrypted, of_frame: of },
            What::Dns(dns) => Details::Dns { dns },
            What::Segment(s) => Details::Segment {
                seq: s.seq.0,
                ack: s.ack.0,
                flags: s.flags.0,
                len: s.len,
                window: s.window,
                states: s.states.map(crate::track::tcp::State::name),
            },
            What::Datagram { len } => Details::Datagram { len },
            What::Closed => {
                let At { frame, ts } = event.at;
                Details::Closed { last_frame: frame, last_ns: ts.0 }
            }
            What::Opened
            | What::Reneged
            | What::ZeroWindow
            | What::WindowProbe
            | What::WindowFull
            | What::KeepAlive
            | What::KeepAliveAck
            | What::Reset => Details::Nothing {},
        }
    }

    pub(super) fn finding(concept: &Concept, evidence: &'a Evidence) -> Details<'a> {
        let host = match evidence.subject {
            Some(Subject::Host(host)) => Some(host.to_string()),
            _ => None,
        };
        let severity = concept.severity_of(evidence).name();
        Details::Finding(FindingDetails {
            concept: concept.id,
            severity,
            count: evidence.count,
            frames: &evidence.frames,
            host,
        })
    }
}

fn is_one(count: &u64) -> bool {
    *count == 1
}
