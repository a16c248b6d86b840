//! TCP's facts as the report shows them.

use schemars::JsonSchema;
use serde::Serialize;

use super::congestion::{CongestionReport, LimitedByReport, SeriesReport};
use crate::track::tcp::{Cause, Close, End, Handshake, Retransmits, StateChange, TcpFacts};
use crate::track::{Conversation, Dir, Timestamp, ms};

/// A TCP connection.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TcpReport {
    /// The three-way handshake.
    pub handshake: HandshakeReport,
    /// Who sent the first FIN or RST; null while open.
    pub closed_by: Option<&'static str>,
    /// `fin`, `rst` or `open`.
    pub close: &'static str,
    /// The initiator.
    pub client: EndReport,
    /// The other side.
    pub server: EndReport,
}

/// The three-way handshake.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HandshakeReport {
    /// Frame of the first SYN.
    pub syn_frame: Option<u32>,
    /// Frame of the first SYN-ACK.
    pub syn_ack_frame: Option<u32>,
    /// Frame of the ACK that completes it.
    pub ack_frame: Option<u32>,
    /// From the SYN that was answered to the ACK.
    pub rtt_ms: Option<f64>,
    /// From the SYN-ACK to the ACK: between the capture point and the client, and back.
    pub client_side_rtt_ms: Option<f64>,
    /// From the SYN to the SYN-ACK: between the capture point and the server, and back.
    pub server_side_rtt_ms: Option<f64>,
}

/// A state entered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StateReport {
    /// RFC 9293's name, words joined by `_`.
    pub state: &'static str,
    /// When.
    pub at_ns: i64,
    /// The packet that shows it.
    pub frame: u32,
    /// `observed` or `inferred`.
    pub basis: &'static str,
}

/// Segments sent again, each under exactly one cause.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "each names a `Cause`")]
pub struct RetransmitsReport {
    /// All causes together.
    pub total: u32,
    pub syn: u32,
    pub synack: u32,
    pub fast: u32,
    pub recovery: u32,
    pub tlp: u32,
    pub rto: u32,
    pub rto_recovery: u32,
    pub mtu: u32,
    pub probe: u32,
    pub unknown: u32,
}

/// Round-trip times.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "milliseconds, by their usual names")]
pub struct RttReport {
    pub samples: u64,
    pub min: f64,
    pub median: f64,
    pub p95: f64,
    pub max: f64,
    pub srtt: f64,
    pub rttvar: f64,
    /// "acknowledgment", or "timestamp-echo" where the capture is far from the data's sender.
    pub method: &'static str,
}

/// One end of a connection.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EndReport {
    /// Initial sequence number.
    pub isn: Option<u32>,
    /// MSS offered.
    pub mss: Option<u16>,
    /// Window scale shift offered.
    pub window_scale: Option<u8>,
    /// SACK permitted offered; null when its SYN was not captured wholly.
    pub sack_permitted: Option<bool>,
    /// Timestamps offered; null when its SYN was not captured wholly.
    pub timestamps: Option<bool>,
    /// States entered.
    pub states: Vec<StateReport>,
    /// The last of them; null where nothing tells.
    pub final_state: Option<&'static str>,
    /// Until when it holds TIME_WAIT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_wait_until_ns: Option<i64>,
    /// Packets sent.
    pub segments: u32,
    /// Packets with payload.
    pub data_segments: u32,
    /// Distinct payload bytes.
    pub unique_bytes: u64,
    /// Segments sent again, in all and by cause.
    pub retransmits: RetransmitsReport,
    /// Of those, proven needless.
    pub spurious_retransmits: u32,
    /// Late originals.
    pub out_of_order: u32,
    /// Copies by the network or the capture.
    pub duplicates: u32,
    /// Duplicate ACKs sent.
    pub duplicate_acks: u32,
    /// Keep-alive probes sent.
    pub keepalives: u32,
    /// Zero windows advertised.
    pub zero_windows: u32,
    /// Times it filled the peer's window.
    pub window_full: u32,
    /// Stretches of its data missing from the capture.
    pub gaps: u32,
    /// Bytes in those.
    pub gap_bytes: u64,
    /// Round-trip times of its data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<RttReport>,
    /// Most bytes in flight.
    pub max_in_flight: u32,
    /// What held the sender, as shares of the transfer time; of bulk senders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limited_by: Option<Box<LimitedByReport>>,
    /// Its congestion control; of bulk senders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub congestion: Option<Box<CongestionReport>>,
    /// The course of the transfer, where series were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Box<SeriesReport>>,
}

impl TcpReport {
    /// The report of a connection that is over.
    #[must_use]
    pub fn of(tcp: &TcpFacts, conversation: &Conversation, series: bool) -> TcpReport {
        let origin = series.then_some(conversation.first().ts);
        TcpReport {
            handshake: HandshakeReport::of(&tcp.handshake),
            closed_by: tcp.closed_by().map(Dir::name),
            close: match tcp.close() {
                Close::Open => "open",
                Close::Fin => "fin",
                Close::Rst => "rst",
            },
            client: EndReport::of(tcp.end(Dir::Client), origin),
            server: EndReport::of(tcp.end(Dir::Server), origin),
        }
    }
}

impl HandshakeReport {
    fn of(shake: &Handshake) -> HandshakeReport {
        HandshakeReport {
            syn_frame: shake.syn.map(|a| a.frame),
            syn_ack_frame: shake.syn_ack.map(|a| a.frame),
            ack_frame: shake.ack.map(|a| a.frame),
            rtt_ms: shake.rtt_ms(),
            client_side_rtt_ms: shake.client_side_ms(),
            server_side_rtt_ms: shake.server_side_ms(),
        }
    }
}

impl EndReport {
    fn of(end: &End, origin: Option<Timestamp>) -> EndReport {
        let congestion = end.congestion.as_deref();
        EndReport {
            isn: end.isn.map(|s| s.0),
            mss: end.syn.and_then(|s| s.mss),
            window_scale: end.syn.and_then(|s| s.window_scale),
            sack_permitted: end.syn.and_then(|s| s.tells(s.sack_permitted)),
            timestamps: end.syn.and_then(|s| s.tells(s.timestamps.is_some())),
            states: end.states.iter().map(state).collect(),
            final_state: (end.segments > 0 || !end.states.is_empty()).then(|| end.state.name()),
            time_wait_until_ns: end.time_wait.filter(|w| w.killed.is_none()).map(|w| w.until.0),
            segments: end.segments,
            data_segments: end.data_segments,
            unique_bytes: end.unique_bytes,
            retransmits: RetransmitsReport::of(&end.retransmits),
            spurious_retransmits: end.retransmits.spurious.count,
            out_of_order: end.out_of_order.count,
            duplicates: end.duplicates.count,
            duplicate_acks: end.duplicate_acks.count,
            keepalives: end.keepalives.count,
            zero_windows: end.zero_window.tally.count,
            window_full: end.window_full.tally.count,
            gaps: end.gaps.count,
            gap_bytes: end.gap_bytes,
            rtt_ms: rtt(end),
            max_in_flight: end.max_in_flight,
            limited_by: congestion.and_then(LimitedByReport::of).map(Box::new),
            congestion: congestion.map(|c| Box::new(CongestionReport::of(c))),
            series: congestion.zip(origin).map(|(c, origin)| Box::new(SeriesReport::of(c, origin))),
        }
    }
}

impl EndReport {
    /// About how many bytes its parts take that only bulk senders have.
    pub(in crate::report) fn bulk_bytes(&self) -> usize {
        /// With its texts and episodes, and what the allocator adds.
        const CONGESTION: usize = 2_048;
        /// Over the five series.
        const POINT: usize = 48;
        let points = self.series.as_ref().map_or(0, |s| s.t_ms.len());
        usize::from(self.congestion.is_some()) * CONGESTION + points * POINT
    }
}

impl RetransmitsReport {
    fn of(sent: &Retransmits) -> RetransmitsReport {
        RetransmitsReport {
            total: sent.total(),
            syn: sent.of(Cause::Syn),
            synack: sent.of(Cause::SynAck),
            fast: sent.of(Cause::Fast),
            recovery: sent.of(Cause::Recovery),
            tlp: sent.of(Cause::Tlp),
            rto: sent.of(Cause::Rto),
            rto_recovery: sent.of(Cause::RtoRecovery),
            mtu: sent.of(Cause::Mtu),
            probe: sent.of(Cause::Probe),
            unknown: sent.of(Cause::Unknown),
        }
    }
}

fn state(change: &StateChange) -> StateReport {
    let (state, basis) = (change.state.name(), if change.observed { "observed" } else { "inferred" });
    StateReport { state, at_ns: change.at.ts.0, frame: change.at.frame, basis }
}

fn rtt(end: &End) -> Option<RttReport> {
    let rtt = &end.rtt;
    let min = rtt.min().filter(|_| rtt.samples.offered > 0)?;
    // Samples are kept in microseconds, the extremes exactly.
    let quantile = |q| rtt.quantile_ns(q).map(|ns| ms(ns.max(min)));
    Some(RttReport {
        samples: rtt.samples.offered,
        min: ms(min),
        median: quantile(0.5)?,
        p95: quantile(0.95)?,
        max: ms(rtt.max_ns),
        srtt: ms(rtt.srtt_ns),
        rttvar: ms(rtt.rttvar_ns),
        method: rtt.method.name(),
    })
}
