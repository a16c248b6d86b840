//! One end of a connection: what it sent and how it behaved.

use arrayvec::ArrayVec;

use super::{Congestion, Control, SynOptions, TimeWait, Trouble};
use crate::decode::tcp::Seq;
use crate::source::At;
use crate::track::tcp::State;
use crate::track::{Decimated, Period, Spread, Tally};

/// One state entered by one end (RFC 9293 §3.3.2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StateChange {
    /// The state entered.
    pub state: State,
    /// The packet that shows it, or after which it must have happened.
    pub at: At,
    /// Seen, as a FIN is, and not inferred, as a timer's expiry.
    pub observed: bool,
}

/// State changes remembered per end; a connection in a normal life needs seven. Later ones replace the last.
pub const MAX_STATES: usize = 12;

/// Round-trip times as this end would measure them (RFC 6298, Karn's rule), seen from the capture point.
#[derive(Debug, Clone)]
pub struct Rtt {
    /// Smoothed RTT in nanoseconds; 0 before the first sample.
    pub srtt_ns: i64,
    /// Mean deviation in nanoseconds.
    pub rttvar_ns: i64,
    /// Smallest sample in nanoseconds; `i64::MAX` before the first.
    pub min_ns: i64,
    /// Where the smallest was seen.
    pub min_at: At,
    /// Latest sample in nanoseconds; 0 before the first.
    pub latest_ns: i64,
    /// Largest sample in nanoseconds.
    pub max_ns: i64,
    /// Where the largest was seen.
    pub max_at: At,
    /// Samples in microseconds, decimated: `samples.offered` is the exact count.
    pub samples: Decimated<u32>,
    /// How they are taken.
    pub method: RttMethod,
}

/// How round-trip times are measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RttMethod {
    /// From data to their acknowledgment.
    #[default]
    Acknowledgment,
    /// From an acknowledgment to the data that echo its timestamp: far from the data's sender.
    TimestampEcho,
}

impl RttMethod {
    /// The name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            RttMethod::Acknowledgment => "acknowledgment",
            RttMethod::TimestampEcho => "timestamp-echo",
        }
    }
}

/// A repeated observation with sizes: zero windows, full windows …
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stalls {
    /// How often, first and last.
    pub tally: Tally,
    /// How long each lasted.
    pub time: Spread,
    /// Probes sent while it lasted.
    pub probes: u32,
    /// Times that the answer to a probe, and no message of its own, told of the end.
    pub told_by_probe: u32,
}

/// One end of a TCP connection: what it sent, and the state that implies.
///
/// In memory as it stands here: what every segment touches lies together and comes first, by cache lines.
#[derive(Debug, Clone)]
#[repr(C)]
pub struct End {
    /// Segments sent (packets).
    pub segments: u32,
    /// Segments sent with each ECN codepoint: Not-ECT, ECT(1), ECT(0), CE.
    pub ecn: [u32; 4],
    /// Current state.
    pub state: State,
    /// IP TTL of the first packet.
    pub ttl: u8,
    /// Its SYN is acknowledged: what every segment asks of [`End::syns`].
    pub(in crate::track::tcp) opened: bool,
    /// A FIN was sent: what every segment asks of [`End::fins`].
    pub(in crate::track::tcp) finished: bool,
    /// Initial sequence number; `None` when the SYN was not captured.
    pub isn: Option<Seq>,
    /// Segments with payload.
    pub data_segments: u32,
    /// Largest payload in one segment, with where.
    pub largest: u32,
    /// Receive window it advertises now, in bytes (scaled where the handshake was seen).
    pub window: u32,
    /// Largest ever advertised.
    pub window_max: u32,
    /// Smallest advertised after the handshake.
    pub window_min: u32,
    /// First advertised after the handshake.
    pub window_first: u32,
    /// Distinct payload bytes: the sequence space covered.
    pub unique_bytes: u64,
    /// Segments with PSH and payload.
    pub pushes: Tally,
    /// First and last payload.
    pub data: Tally,
    /// Most bytes sent and not yet acknowledged.
    pub max_in_flight: u32,
    /// Where that was.
    pub max_in_flight_at: At,
    pub(in crate::track::tcp) trouble: Option<Box<Trouble>>,
    /// Round-trip times of this end's data.
    pub rtt: Rtt,
    /// Time between data of the peer and the pure ACK for it.
    pub ack_delay: Spread,
    /// Data segments of at most a quarter of the MSS that were not the last before a pause or PSH-ended message.
    pub small_segments: Tally,
    /// SYNs or SYN-ACKs sent.
    pub syns: Control,
    /// FINs sent.
    pub fins: Control,
    /// Options of its SYN or SYN-ACK; `None` when not captured.
    pub syn: Option<SynOptions>,
    /// RSTs sent.
    pub resets: Tally,
    /// States entered, in order.
    pub states: ArrayVec<StateChange, MAX_STATES>,
    /// TIME_WAIT, where this end holds it.
    pub time_wait: Option<TimeWait>,
    /// Time in CLOSE_WAIT.
    pub close_wait: Option<Period>,
    /// Its congestion control, once the connection is over and if it sent more than an initial window.
    pub congestion: Option<Box<Congestion>>,
}

/// Head-of-line blocking of one stream: bytes that arrived and could not be delivered yet.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hol {
    /// Stalls, from the first byte that had to wait until the hole was filled.
    pub time: Spread,
    /// Bytes that waited, in all.
    pub bytes: u64,
    /// Most bytes that waited behind one hole.
    pub max_bytes: u32,
}
