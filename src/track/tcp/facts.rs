//! What is known of one TCP connection: the public facts that concepts and reports read.

use arrayvec::ArrayVec;

use super::state::State;
use crate::decode::tcp::Seq;
use crate::source::{At, Timestamp};
use crate::track::{Basis, ConvId, Decimated, Dir, Period, Spread, Tally};

/// One state entered by one end (RFC 9293 §3.3.2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StateChange {
    /// The state entered.
    pub state: State,
    /// The packet that shows it, or after which it must have happened.
    pub at: At,
    /// A FIN is seen; a timer's expiry is inferred.
    pub basis: Basis,
}

/// State changes remembered per end; a connection in a normal life needs seven. Later ones replace the last.
pub const MAX_STATES: usize = 12;

/// What an end offered in its SYN or SYN-ACK.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SynOptions {
    /// Maximum segment size it is willing to receive; `None`: 536 or 1220 by default (RFC 9293 §3.7.1).
    pub mss: Option<u16>,
    /// Window scale shift (RFC 7323).
    pub window_scale: Option<u8>,
    /// SACK permitted (RFC 2018).
    pub sack_permitted: bool,
    /// Timestamps: the TSval.
    pub timestamps: Option<u32>,
    /// Fast Open: `Some(0)` asks for a cookie, else the cookie's length (RFC 7413).
    pub fast_open: Option<u8>,
    /// MPTCP subtype (RFC 8684).
    pub mptcp: Option<u8>,
    /// MD5 signatures (RFC 2385).
    pub md5: bool,
    /// TCP-AO (RFC 5925).
    pub ao: bool,
    /// ECE, CWR and AE bits of the SYN or SYN-ACK: how ECN was negotiated (RFC 3168 §6.1.1, RFC 9768 §3.1).
    pub ecn_bits: u16,
    /// The window field, unscaled.
    pub window: u16,
    /// Option kinds in order, for telling stacks apart; at most 12.
    pub order: [u8; 12],
}

/// Why a segment was sent again, the kernel's own distinction (names as in the JSON report).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Cause {
    /// A SYN again.
    Syn,
    /// A SYN-ACK again.
    SynAck,
    /// The first of a recovery that duplicate ACKs or SACK started (RFC 5681 §3.2, RFC 6675, RFC 8985).
    Fast,
    /// A later one of that recovery.
    Recovery,
    /// A tail loss probe that resent data (RFC 8985 §7).
    Tlp,
    /// The retransmission timer (RFC 6298).
    Rto,
    /// A later one after the timer.
    RtoRecovery,
    /// Resent in smaller pieces after the path MTU proved smaller (RFC 1191, RFC 4821).
    Mtu,
    /// A zero-window probe or keep-alive that resends data (RFC 9293 §3.8.6.1).
    Probe,
    /// The capture cannot tell.
    Unknown,
}

/// All causes, in the order of the JSON report.
pub const CAUSES: [Cause; 10] = [
    Cause::Syn,
    Cause::SynAck,
    Cause::Fast,
    Cause::Recovery,
    Cause::Tlp,
    Cause::Rto,
    Cause::RtoRecovery,
    Cause::Mtu,
    Cause::Probe,
    Cause::Unknown,
];

impl Cause {
    /// The name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Cause::Syn => "syn",
            Cause::SynAck => "synack",
            Cause::Fast => "fast",
            Cause::Recovery => "recovery",
            Cause::Tlp => "tlp",
            Cause::Rto => "rto",
            Cause::RtoRecovery => "rto_recovery",
            Cause::Mtu => "mtu",
            Cause::Probe => "probe",
            Cause::Unknown => "unknown",
        }
    }
}

/// Segments sent again by one end, by cause.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Retransmits {
    /// Count per [`Cause`], indexed by its discriminant.
    pub by_cause: [u32; CAUSES.len()],
    /// Payload bytes in them.
    pub bytes: u64,
    /// First and last of any cause.
    pub all: Tally,
    /// Of these, proven needless.
    pub spurious: Tally,
    /// Of these, retransmissions of a retransmission that was lost too.
    pub lost_again: Tally,
    /// Highest number of times one segment was sent in all.
    pub max_sends: u32,
    /// The longest silence before a timer's retransmission.
    pub longest_rto: Spread,
}

impl Retransmits {
    /// All causes together.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.by_cause.iter().sum()
    }

    /// How many of one cause.
    #[must_use]
    pub fn of(&self, cause: Cause) -> u32 {
        self.by_cause[cause as usize]
    }
}

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
    /// Largest sample in nanoseconds.
    pub max_ns: i64,
    /// Where the largest was seen.
    pub max_at: At,
    /// Samples in microseconds, decimated: `samples.offered` is the exact count.
    pub samples: Decimated<u32>,
}

/// One SYN's or FIN's journey.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Control {
    /// First copy.
    pub first: Option<At>,
    /// Last copy.
    pub last: At,
    /// Copies seen.
    pub count: u32,
    /// The packet of the peer that acknowledged it.
    pub acked: Option<At>,
    /// Longest time between two copies, in nanoseconds.
    pub longest_gap_ns: i64,
}

/// TIME_WAIT as one end holds it (RFC 9293 §3.6.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeWait {
    /// When it began.
    pub from: At,
    /// When 2×MSL is over; restarts with each repeated FIN.
    pub until: Timestamp,
    /// A reset that ended it early (RFC 1337).
    pub killed: Option<At>,
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
}

/// One end of a TCP connection: what it sent, and the state that implies.
#[derive(Debug, Clone)]
pub struct End {
    /// Initial sequence number; `None` when the SYN was not captured.
    pub isn: Option<Seq>,
    /// Options of its SYN or SYN-ACK; `None` when not captured.
    pub syn: Option<SynOptions>,
    /// Current state.
    pub state: State,
    /// States entered, in order.
    pub states: ArrayVec<StateChange, MAX_STATES>,
    /// SYNs or SYN-ACKs sent.
    pub syns: Control,
    /// FINs sent.
    pub fins: Control,
    /// RSTs sent.
    pub resets: Tally,
    /// TIME_WAIT, where this end holds it.
    pub time_wait: Option<TimeWait>,

    /// Segments sent (packets).
    pub segments: u32,
    /// Segments with payload.
    pub data_segments: u32,
    /// Distinct payload bytes: the sequence space covered.
    pub unique_bytes: u64,
    /// Largest payload in one segment, with where.
    pub largest: u32,
    /// First segment above the MSS that the peer offered: segmentation offload at the capture point.
    pub above_mss: Tally,
    /// Data segments of at most a quarter of the MSS that were not the last before a pause or PSH-ended message.
    pub small_segments: Tally,
    /// Segments with PSH and payload.
    pub pushes: Tally,
    /// Segments with URG and payload.
    pub urgent: Tally,
    /// First and last payload.
    pub data: Tally,
    /// Checksums that were verified and wrong (checked on the first segments only).
    pub bad_checksums: Tally,
    /// Checksums that were verified.
    pub checked_checksums: u32,

    /// Segments sent again.
    pub retransmits: Retransmits,
    /// Segments that arrived late without having been sent twice.
    pub out_of_order: Tally,
    /// How late those were.
    pub reorder_delay: Spread,
    /// Largest distance of a late segment, in segments sent after it and seen before it.
    pub reorder_extent: u32,
    /// Copies that the network or the capture made: same IP ID, no retransmission.
    pub duplicates: Tally,
    /// Duplicate ACKs sent (RFC 5681 §2).
    pub duplicate_acks: Tally,
    /// Segments sent with at least one SACK block.
    pub sack_segments: Tally,
    /// Most blocks in one segment.
    pub sack_blocks_max: u8,
    /// Duplicate SACKs sent (RFC 2883).
    pub dsacks: Tally,
    /// SACKed data later reported missing (RFC 2018 §8).
    pub reneged: Tally,
    /// Keep-alive probes sent.
    pub keepalives: Tally,
    /// Answers to keep-alive probes.
    pub keepalive_acks: Tally,
    /// Challenge ACKs sent (RFC 5961).
    pub challenge_acks: Tally,
    /// Stretches of this end's data missing from the capture though acknowledged or passed over for good.
    pub gaps: Tally,
    /// Bytes in those.
    pub gap_bytes: u64,
    /// ACKs of the peer for data of this end that the capture never saw.
    pub acked_unseen: Tally,
    /// Segments sent with each ECN codepoint: Not-ECT, ECT(1), ECT(0), CE.
    pub ecn: [u32; 4],
    /// Segments sent with ECE after the handshake.
    pub ece: Tally,
    /// Segments sent with CWR after the handshake.
    pub cwr: Tally,

    /// Receive window it advertises now, in bytes (scaled where the handshake was seen).
    pub window: u32,
    /// Largest ever advertised.
    pub window_max: u32,
    /// Smallest advertised after the handshake.
    pub window_min: u32,
    /// First advertised after the handshake.
    pub window_first: u32,
    /// Times it advertised a zero window, until it opened.
    pub zero_window: Stalls,
    /// Times it filled the window that the peer advertised.
    pub window_full: Stalls,
    /// Windows above zero but below min(MSS, half the buffer) advertised (RFC 9293 §3.8.6.2).
    pub silly_windows: Tally,
    /// Small writes held until a delayed ACK came (RFC 896 with RFC 1122 §4.2.3.2): the milliseconds lost.
    pub nagle_stalls: Spread,
    /// Time between data of the peer and the pure ACK for it.
    pub ack_delay: Spread,
    /// Round-trip times of this end's data.
    pub rtt: Rtt,
    /// Most bytes sent and not yet acknowledged.
    pub max_in_flight: u32,
    /// Where that was.
    pub max_in_flight_at: At,
    /// Bytes of this end's stream that waited at the receiver behind a hole: how many, how long (RFC 9293 §3.10.7.4).
    pub hol: Hol,
    /// IP TTL of the first packet.
    pub ttl: u8,
    /// Packets whose TTL differs from the one before.
    pub ttl_changes: Tally,
    /// Time in CLOSE_WAIT.
    pub close_wait: Option<Period>,
    /// Payload sent after the peer's FIN was acknowledged.
    pub after_peer_fin: u64,
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

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// Still open at the capture's end.
    Open,
    /// FIN from both sides, or from one.
    Fin,
    /// Reset.
    Rst,
}

/// A reset, and what surrounded it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reset {
    /// Who sent it.
    pub from: Dir,
    /// The packet.
    pub at: At,
    /// The sender's state before it.
    pub state: State,
    /// The receiver's state before it.
    pub peer_state: State,
    /// Payload of the peer that the sender of the reset had not acknowledged, in bytes.
    pub unacked_bytes: u32,
    /// Time since the packet before it, in nanoseconds.
    pub idle_ns: i64,
    /// The packet it answers carried data.
    pub answers_data: Option<At>,
    /// The reset's number is exactly the one expected (RFC 5961 §3.2).
    pub in_window: bool,
}

/// The three-way handshake.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Handshake {
    /// The first SYN.
    pub syn: Option<At>,
    /// The last SYN before the SYN-ACK: the one it answers.
    pub syn_answered: Option<At>,
    /// The first SYN-ACK.
    pub syn_ack: Option<At>,
    /// The ACK that completes it.
    pub ack: Option<At>,
    /// Both ends sent a SYN before either got one.
    pub simultaneous: bool,
    /// Payload bytes in the SYN (RFC 7413).
    pub syn_data: u32,
    /// Of these, acknowledged by the SYN-ACK.
    pub syn_data_acked: u32,
    /// The server refused: RST to the SYN.
    pub refused: Option<At>,
}

impl Handshake {
    /// From the SYN that was answered to the ACK, in milliseconds: a whole round trip, wherever the capture was taken.
    #[must_use]
    pub fn rtt_ms(&self) -> Option<f64> {
        Some(self.ack?.ts.ms_since(self.syn_answered?.ts))
    }

    /// From the SYN-ACK to the ACK: to the client and back.
    #[must_use]
    pub fn client_side_ms(&self) -> Option<f64> {
        Some(self.ack?.ts.ms_since(self.syn_ack?.ts))
    }

    /// From the SYN to the SYN-ACK: to the server and back.
    #[must_use]
    pub fn server_side_ms(&self) -> Option<f64> {
        Some(self.syn_ack?.ts.ms_since(self.syn_answered?.ts))
    }
}

/// The same 4-tuple used by an earlier conversation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reuse {
    /// That conversation.
    pub previous: ConvId,
    /// Last packet of it.
    pub ended: At,
    /// State of the previous connection's client and server when the new SYN came.
    pub states: [State; 2],
    /// TIME_WAIT that was still running, by end of the previous connection.
    pub time_wait: Option<Dir>,
    /// The new SYN's timestamp is later than the last one seen of that host (RFC 6191).
    pub timestamp_later: Option<bool>,
    /// The new ISN lies beyond the last sequence number used.
    pub isn_later: bool,
}

/// Requests and responses: how long each side thought.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Exchanges {
    /// Times that the client's data was followed by the server's.
    pub count: u32,
    /// From the client's last byte to the server's first.
    pub server_think: Spread,
    /// From the server's last byte to the client's next.
    pub client_think: Spread,
}

/// An ICMP error that quoted a packet of this connection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IcmpError {
    /// The frame with the ICMP message.
    pub at: At,
    /// Who sent it.
    pub from: crate::decode::Addr,
    /// Whose packet it quotes.
    pub quotes: Dir,
    /// ICMPv6.
    pub v6: bool,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// Next-hop MTU of "fragmentation needed" or "packet too big"; 0 when absent.
    pub mtu: u32,
    /// Length of the quoted packet.
    pub quoted_len: u32,
    /// Sequence number quoted.
    pub seq: Option<Seq>,
}

/// ICMP errors remembered per conversation; more are counted only.
pub const MAX_ICMP: usize = 4;

/// All that is known of one TCP connection.
#[derive(Debug, Clone)]
pub struct TcpFacts {
    /// Client and server, by [`Dir::index`].
    pub ends: [End; 2],
    /// The handshake.
    pub handshake: Handshake,
    /// The reset that ended it, if one did.
    pub reset: Option<Reset>,
    /// Who sent the first FIN, with the frame.
    pub first_fin: Option<(Dir, At)>,
    /// The 4-tuple had an earlier conversation.
    pub reuse: Option<Reuse>,
    /// Turn-taking.
    pub exchanges: Exchanges,
    /// ICMP errors about it.
    pub icmp: ArrayVec<IcmpError, MAX_ICMP>,
    /// Longest silence between two packets.
    pub idle: Spread,
    /// Data of one side that got no answer after a long idle: the silent retransmissions' first frame.
    pub idle_then_reset: Option<IdleReset>,
    /// One end holds the connection that the other does not know: the packet that showed it.
    pub half_open: Option<HalfOpen>,
    /// TIME_WAIT ended by a reset (RFC 1337).
    pub assassinated: Option<At>,
    /// Large segments vanish while small ones pass.
    pub black_hole: Option<BlackHole>,
    /// Only one direction was captured.
    pub one_way: bool,
    /// The handshake was not captured.
    pub midstream: bool,
    /// MP_JOIN rather than MP_CAPABLE.
    pub mptcp_join: bool,
}

/// A reset in answer to the first data after a long silence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IdleReset {
    /// The last packet before the silence.
    pub before: At,
    /// The data that ended the silence.
    pub data: At,
    /// Who sent that data.
    pub from: Dir,
    /// The reset.
    pub reset: At,
}

/// Evidence that one end does not know the connection any more (RFC 9293 §3.5.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfOpen {
    /// The end that still holds it.
    pub holder: Dir,
    /// The packet that found out.
    pub probe: At,
    /// The answer: a RST, or a SYN of the restarted side.
    pub answer: At,
}

/// Large packets that never arrive (RFC 2923 §2.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlackHole {
    /// Who sends them.
    pub from: Dir,
    /// Largest IP packet that was acknowledged.
    pub passed: u32,
    /// Smallest IP packet that never was.
    pub lost: u32,
    /// First copy of the lost segment.
    pub first: At,
    /// Last copy.
    pub last: At,
    /// Copies sent.
    pub sends: u32,
    /// The size with which it went through in the end, if it did.
    pub passed_after: Option<u32>,
}

impl TcpFacts {
    /// One end.
    #[must_use]
    pub fn end(&self, dir: Dir) -> &End {
        &self.ends[dir.index()]
    }

    /// How it ended.
    #[must_use]
    pub fn close(&self) -> Close {
        match (self.reset, self.first_fin) {
            (Some(_), _) => Close::Rst,
            (None, Some(_)) => Close::Fin,
            (None, None) => Close::Open,
        }
    }

    /// Who closed first: the sender of the first FIN or the RST.
    #[must_use]
    pub fn closed_by(&self) -> Option<Dir> {
        self.first_fin.map(|(dir, _)| dir).or(self.reset.map(|r| r.from))
    }

    /// Both SYNs offered `f`.
    #[must_use]
    pub fn agreed(&self, f: impl Fn(&SynOptions) -> bool) -> Option<bool> {
        match (&self.ends[0].syn, &self.ends[1].syn) {
            (Some(a), Some(b)) => Some(f(a) && f(b)),
            _ => None,
        }
    }
}
