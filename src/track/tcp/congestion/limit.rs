//! What held the sender, from packet to packet.

use crate::source::{At, Timestamp};
use crate::track::tcp::{LIMITS, Limit};

/// A clock that charges each stretch of time to what held the sender in it.
#[derive(Debug, Clone)]
pub struct LimitClock {
    /// Nanoseconds charged, by [`Limit`].
    charged: [i64; LIMITS.len()],
    /// Charged once more data are sent: the wait for the last acknowledgments is not part of the transfer.
    waiting: [i64; LIMITS.len()],
    /// Anything waits to be charged.
    waits: bool,
    since: Timestamp,
    now: Limit,
}

/// What the packet at hand carries of the sender's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// Nothing: it is an acknowledgment.
    Nothing,
    /// New data.
    New,
    /// Data again.
    Again,
}

/// What there is to judge from after a packet.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// In recovery.
    pub recovering: bool,
    /// Bytes out and not acknowledged.
    pub out: u32,
    /// Bytes in the network.
    pub flight: u32,
    /// Window that earlier flights imply.
    pub window: u32,
    /// Window of the peer, if known.
    pub peer_window: Option<u32>,
    /// Segment size.
    pub mss: u32,
    /// The latest new segment was no full one: the send buffer was empty then.
    pub ran_dry: bool,
}

impl LimitClock {
    /// Begins at `at`; `handshake_ns` and `idle_ns` passed before.
    pub fn new(at: At, handshake_ns: i64, idle_ns: i64, first_ns: i64) -> LimitClock {
        let mut charged = [0; LIMITS.len()];
        charged[Limit::Handshake as usize] = handshake_ns.max(0);
        charged[Limit::Application as usize] = idle_ns.max(0);
        charged[Limit::Congestion as usize] = first_ns.max(0);
        LimitClock { charged, waiting: [0; LIMITS.len()], waits: false, since: at.ts, now: Limit::Congestion }
    }

    /// What holds the sender now.
    pub fn now(&self) -> Limit {
        self.now
    }

    /// Time passed up to the packet at hand.
    pub fn pass(&mut self, at: At, sending: Sending) {
        let took = at.ts.since(self.since).max(0);
        self.since = at.ts;
        if sending == Sending::New && !self.waits {
            let charged = &mut self.charged[self.now as usize];
            *charged = charged.saturating_add(took);
            return;
        }
        let waiting = &mut self.waiting[self.now as usize];
        *waiting = waiting.saturating_add(took);
        self.waits = sending == Sending::Nothing;
        if sending == Sending::Again {
            // Nothing more to send, and what was sent is lost: the wait was for the probe or the timer.
            let idle = std::mem::take(&mut self.waiting[Limit::Application as usize]);
            let recovery = &mut self.waiting[Limit::Recovery as usize];
            *recovery = recovery.saturating_add(idle);
        }
        if sending != Sending::Nothing {
            for (charged, waiting) in self.charged.iter_mut().zip(&self.waiting) {
                *charged = charged.saturating_add(*waiting);
            }
            self.waiting = [0; LIMITS.len()];
        }
    }

    /// Judges anew after a packet.
    pub fn judge(&mut self, s: &Standing) {
        self.now = if s.recovering {
            Limit::Recovery
        } else if s.peer_window.is_some_and(|w| w < s.out.saturating_add(s.mss)) {
            Limit::Receiver
        } else if s.out == 0 {
            Limit::Application
        } else if s.is_window_limited() {
            Limit::Congestion
        } else {
            Limit::Application
        };
    }

    /// Nanoseconds by [`Limit`].
    pub fn shares(&self) -> [i64; LIMITS.len()] {
        self.charged
    }
}

impl Standing {
    /// The flight fills the window as far as it is known, a burst's worth of slack allowed (RFC 7661 §4.3 has the same
    /// question). A short segment before the window is full says that there was nothing more to send.
    fn is_window_limited(&self) -> bool {
        let nearly = self.window - self.window / 10;
        let slack = self.window - self.window / 5;
        let full = self.flight >= nearly;
        if self.ran_dry {
            full && self.window > INITIAL_SEGMENTS * self.mss
        } else {
            self.flight + 2 * self.mss >= slack
        }
    }
}

/// RFC 6928 §2: up to so many segments are sent without any acknowledgment.
const INITIAL_SEGMENTS: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Standing = Standing {
        recovering: false,
        out: 40_000,
        flight: 40_000,
        window: 40_000,
        peer_window: Some(100_000),
        mss: 1_000,
        ran_dry: false,
    };

    fn judged(s: &Standing) -> Limit {
        let mut clock = LimitClock::new(At::default(), 0, 0, 0);
        clock.judge(s);
        clock.now()
    }

    #[test]
    fn one_thing_holds_the_sender_at_a_time() {
        assert_eq!(judged(&FULL), Limit::Congestion);
        assert_eq!(judged(&Standing { recovering: true, ..FULL }), Limit::Recovery);
        assert_eq!(judged(&Standing { peer_window: Some(40_500), ..FULL }), Limit::Receiver);
        assert_eq!(judged(&Standing { peer_window: None, ..FULL }), Limit::Congestion);
        assert_eq!(judged(&Standing { out: 0, flight: 0, ..FULL }), Limit::Application);
        assert_eq!(judged(&Standing { out: 0, flight: 0, peer_window: Some(0), ..FULL }), Limit::Receiver);
        assert_eq!(judged(&Standing { flight: 20_000, ..FULL }), Limit::Application);
        assert_eq!(judged(&Standing { flight: 35_000, ran_dry: true, ..FULL }), Limit::Application);
    }

    #[test]
    fn the_wait_for_the_last_acknowledgments_is_not_charged() {
        let at = |ms: i64| At { frame: 1, ts: Timestamp(ms * 1_000_000) };
        let mut clock = LimitClock::new(at(0), 5, 0, 0);
        clock.judge(&FULL);
        clock.pass(at(10), Sending::New);
        clock.pass(at(20), Sending::Nothing);
        assert_eq!(clock.shares(), [5, 0, 0, 10_000_000, 0]);
    }

    #[test]
    fn the_wait_for_a_probe_is_recovery() {
        let at = |ms: i64| At { frame: 1, ts: Timestamp(ms * 1_000_000) };
        let mut clock = LimitClock::new(at(0), 0, 0, 0);
        clock.judge(&Standing { flight: 2_000, out: 2_000, ran_dry: true, ..FULL });
        clock.pass(at(10), Sending::Again);
        assert_eq!(clock.shares(), [0, 0, 0, 0, 10_000_000]);
    }
}
