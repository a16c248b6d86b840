//! Facts of a connection of which nothing is known yet.

use super::facts::{Control, End, Handshake, Hol, Retransmits, Rtt, Stalls, TcpFacts};
use super::state::State;
use crate::source::At;
use crate::track::limits::TcpLimits;
use crate::track::{Spread, Tally};

impl End {
    /// An end that has sent nothing.
    #[must_use]
    pub fn new(limits: TcpLimits) -> End {
        let (tally, spread) = (Tally::default(), Spread::default());
        End {
            isn: None,
            syn: None,
            state: State::Closed,
            states: arrayvec::ArrayVec::new(),
            syns: Control::default(),
            fins: Control::default(),
            resets: tally,
            time_wait: None,
            segments: 0,
            data_segments: 0,
            unique_bytes: 0,
            largest: 0,
            above_mss: tally,
            small_segments: tally,
            pushes: tally,
            urgent: tally,
            data: tally,
            bad_checksums: tally,
            checked_checksums: 0,
            retransmits: Retransmits::default(),
            out_of_order: tally,
            reorder_delay: spread,
            reorder_extent: 0,
            duplicates: tally,
            duplicate_acks: tally,
            sack_segments: tally,
            sack_blocks_max: 0,
            dsacks: tally,
            reneged: tally,
            keepalives: tally,
            keepalive_acks: tally,
            challenge_acks: tally,
            gaps: tally,
            gap_bytes: 0,
            acked_unseen: tally,
            ecn: [0; 4],
            ece: tally,
            cwr: tally,
            window: 0,
            window_max: 0,
            window_min: 0,
            window_first: 0,
            zero_window: Stalls::default(),
            window_full: Stalls::default(),
            silly_windows: tally,
            nagle_stalls: spread,
            ack_delay: spread,
            rtt: Rtt::new(limits.rtt_samples),
            max_in_flight: 0,
            max_in_flight_at: At::default(),
            hol: Hol::default(),
            ttl: 0,
            ttl_changes: tally,
            close_wait: None,
            after_peer_fin: 0,
            congestion: None,
        }
    }
}

impl TcpFacts {
    /// A connection without packets.
    #[must_use]
    pub fn new(limits: TcpLimits) -> TcpFacts {
        TcpFacts {
            ends: [End::new(limits), End::new(limits)],
            handshake: Handshake::default(),
            reset: None,
            first_fin: None,
            reuse: None,
            exchanges: Default::default(),
            icmp: arrayvec::ArrayVec::new(),
            idle: Spread::default(),
            idle_then_reset: None,
            half_open: None,
            assassinated: None,
            black_hole: None,
            one_way: false,
            midstream: false,
            mptcp_join: false,
        }
    }
}
