//! Facts of a connection of which nothing is known yet: made once, and then forgotten in place for the next one.

use super::facts::{Control, End, Exchanges, Handshake, Rtt, TcpFacts};
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
            opened: false,
            finished: false,
            close_wait: None,
            congestion: None,
            trouble: None,
        }
    }

    /// Forgets everything but the room for samples, as [`End::new`] has it.
    fn forget(&mut self) {
        self.segments = 0;
        self.ecn = [0; 4];
        self.state = State::Closed;
        (self.ttl, self.opened, self.finished) = (0, false, false);
        self.isn = None;
        (self.unique_bytes, self.data_segments, self.largest) = (0, 0, 0);
        (self.window, self.window_max, self.window_min, self.window_first) = (0, 0, 0, 0);
        (self.max_in_flight, self.max_in_flight_at) = (0, At::default());
        (self.data, self.pushes) = (Tally::default(), Tally::default());
        self.trouble = None;
        (self.fins, self.syns) = (Control::default(), Control::default());
        self.rtt.forget();
        self.ack_delay = Spread::default();
        (self.small_segments, self.resets) = (Tally::default(), Tally::default());
        self.syn = None;
        self.states.clear();
        (self.time_wait, self.close_wait) = (None, None);
        self.congestion = None;
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

    /// Forgets everything but the room for samples, as [`TcpFacts::new`] has it.
    pub fn forget(&mut self) {
        self.ends.iter_mut().for_each(End::forget);
        self.icmp.clear();
        (self.handshake, self.exchanges) = (Handshake::default(), Exchanges::default());
        (self.first_fin, self.reset, self.reuse) = (None, None, None);
        self.unheard_ns = 0;
        (self.one_way, self.midstream, self.mptcp_join) = (false, false, false);
        (self.idle_then_reset, self.half_open, self.assassinated, self.black_hole) = (None, None, None, None);
    }
}
