//! What `ss -i` adds to a socket, as far as packets show it.

use serde::Serialize;

use crate::track::tcp::{End, Socket};
use crate::track::{At, Conversation, Dir, Timestamp, ms};

/// TCP's inside view of one socket; counts in segments where not said otherwise, null where the capture cannot tell.
#[derive(Debug, Clone, Serialize)]
pub struct SocketInfo {
    /// Timestamps, SACK and ECN as agreed in the handshake.
    pub timestamps: Option<bool>,
    /// See `timestamps`.
    pub sack: Option<bool>,
    /// See `timestamps`.
    pub ecn: Option<bool>,
    /// Shift of the windows that it gets, and of those that it advertises.
    pub window_scale: Option<[u8; 2]>,
    /// Retransmission timeout, back-off applied; inferred.
    pub rto_ms: Option<f64>,
    /// Timeouts in a row.
    pub backoff: u32,
    /// Smoothed round-trip time.
    pub rtt_ms: Option<f64>,
    /// Its mean deviation.
    pub rttvar_ms: Option<f64>,
    /// The smallest.
    pub min_rtt_ms: Option<f64>,
    /// Largest payload that it sends in a segment.
    pub mss: Option<u32>,
    /// Largest payload that it asked for.
    pub advmss: Option<u32>,
    /// Congestion control; inferred.
    pub algorithm: Option<&'static str>,
    /// How sure that is, from 0 to 1.
    pub algorithm_confidence: Option<f32>,
    /// Congestion window; inferred.
    pub cwnd: Option<u32>,
    /// Payload bytes sent, retransmissions included.
    pub bytes_sent: u64,
    /// Of these, retransmissions.
    pub bytes_retrans: u64,
    /// Payload bytes that the peer acknowledged.
    pub bytes_acked: u64,
    /// Payload bytes of the peer that it acknowledged.
    pub bytes_received: u64,
    /// Segments sent and received, as captured.
    pub segs_out: u32,
    /// See `segs_out`.
    pub segs_in: u32,
    /// Of these, with payload.
    pub data_segs_out: u32,
    /// See `data_segs_out`.
    pub data_segs_in: u32,
    /// Since it sent payload.
    pub last_sent_ms: Option<f64>,
    /// Since it got payload.
    pub last_received_ms: Option<f64>,
    /// Since it got an acknowledgment.
    pub last_ack_ms: Option<f64>,
    /// In flight.
    pub unacked: u32,
    /// Of these, SACKed.
    pub sacked: u32,
    /// Of these, sent again.
    pub retrans_out: u32,
    /// Sent again in all.
    pub retrans: u32,
    /// Duplicate SACKs received.
    pub dsack_dups: u32,
    /// Window that the peer advertised last, in bytes; null where its scale was not captured.
    pub snd_wnd: Option<u32>,
    /// Window that it advertised last, in bytes; null where its scale was not captured.
    pub rcv_wnd: Option<u32>,
}

impl SocketInfo {
    /// Of one end of a conversation.
    #[must_use]
    pub fn of(conversation: &Conversation, dir: Dir, socket: &Socket, now: Timestamp) -> Option<SocketInfo> {
        let tcp = conversation.tcp()?;
        let (end, peer) = (tcp.end(dir), tcp.end(dir.flip()));
        let scaled = tcp.agreed(|s| s.window_scale.is_some());
        // Without the scale a window's size is unknown, that of a SYN or SYN-ACK excepted (RFC 7323 §2.2).
        let window = |of: &End| {
            Some(of.window).filter(|n| (*n > 0 || of.window_max > 0) && (scaled.is_some() || of.window_max == 0))
        };
        let ago = |at: Option<At>| at.map(|at| now.ms_since(at.ts));
        let timestamps = tcp.agreed(|s| s.timestamps.is_some());
        let room = if timestamps == Some(true) { 12 } else { 0 };
        Some(SocketInfo {
            timestamps,
            sack: tcp.agreed(|s| s.sack_permitted),
            ecn: tcp.agreed(|s| s.ecn_bits != 0),
            window_scale: scaled.filter(|s| *s).map(|_| socket.scales),
            rto_ms: socket.rto_ns.map(ms),
            backoff: socket.backoff,
            rtt_ms: socket.rtt.map(|rtt| ms(rtt.srtt_ns)),
            rttvar_ms: socket.rtt.map(|rtt| ms(rtt.rttvar_ns)),
            min_rtt_ms: socket.rtt.map(|rtt| ms(rtt.min_ns)),
            mss: Some(socket.mss).filter(|mss| *mss > 0),
            advmss: end.syn.and_then(|s| s.mss).map(|mss| u32::from(mss).saturating_sub(room)),
            algorithm: socket.algorithm.map(|(a, _)| a.name()),
            algorithm_confidence: socket.algorithm.map(|(_, sure)| sure),
            cwnd: socket.cwnd,
            bytes_sent: conversation.payload(dir),
            bytes_retrans: end.retransmits.bytes,
            bytes_acked: socket.bytes_acked,
            bytes_received: socket.bytes_received,
            segs_out: end.segments,
            segs_in: peer.segments,
            data_segs_out: end.data_segments,
            data_segs_in: peer.data_segments,
            last_sent_ms: ago(socket.last_sent),
            last_received_ms: ago(socket.last_received),
            last_ack_ms: ago(socket.last_ack),
            unacked: socket.unacked,
            sacked: socket.sacked,
            retrans_out: socket.retransmitted,
            retrans: end.retransmits.total(),
            dsack_dups: peer.dsacks.count,
            snd_wnd: window(peer),
            rcv_wnd: window(end),
        })
    }
}
