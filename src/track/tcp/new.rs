//! Facts of a connection of which nothing is known yet.

use super::facts::{Control, End, Handshake, Rtt, TcpFacts};
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
            small_segments: tally,
            pushes: tally,
            data: tally,
            checked_checksums: 0,
            ecn: [0; 4],
            window: 0,
            window_max: 0,
            window_min: 0,
            window_first: 0,
            ack_delay: spread,
            rtt: Rtt::new(limits.rtt_samples),
            max_in_flight: 0,
            max_in_flight_at: At::default(),
            ttl: 0,
            close_wait: None,
            congestion: None,
            trouble: None,
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
            icmp: Vec::new(),
            idle: Spread::default(),
            idle_then_reset: None,
            half_open: None,
            assassinated: None,
            black_hole: None,
            unheard_ns: 0,
            one_way: false,
            midstream: false,
            mptcp_join: false,
        }
    }
}
