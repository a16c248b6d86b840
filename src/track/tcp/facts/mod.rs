//! What is known of one TCP connection: the public facts that concepts and reports read.

mod congestion;
mod end;
mod ending;
mod handshake;
mod loss;
mod path;
mod trouble;

pub use congestion::{
    Algorithm, Congestion, Episode, EpisodeKind, IdleRestart, LIMITS, Limit, MAX_EPISODES, MAX_REASONS, Pacing, Point,
    Queue, Sight, SlowStart, SlowStartExit, Verdict,
};
pub use end::{End, Hol, MAX_STATES, Rtt, RttMethod, Stalls, StateChange};
pub use ending::{Close, HalfOpen, IdleReset, Reset, Reuse, TimeWait};
pub use handshake::{Control, Handshake, SynOptions};
pub use loss::{CAUSES, Cause, Retransmits};
pub use path::{BlackHole, IcmpError, MAX_ICMP};
pub use trouble::Trouble;

use crate::source::At;
use crate::track::{Dir, Spread};

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

/// All that is known of one TCP connection.
///
/// In memory as it stands here: what every segment touches lies together.
#[derive(Debug, Clone)]
#[repr(C)]
pub struct TcpFacts {
    /// ICMP errors about it, at most [`MAX_ICMP`].
    pub icmp: Vec<IcmpError>,
    /// Turn-taking.
    pub exchanges: Exchanges,
    /// Client and server, by [`Dir::index`].
    pub ends: [End; 2],
    /// The handshake.
    pub handshake: Handshake,
    /// Who sent the first FIN, with the frame.
    pub first_fin: Option<(Dir, At)>,
    /// The reset that ended it, if one did.
    pub reset: Option<Reset>,
    /// From its last packet to the end of the capture, or to where nothing more was expected of it, in nanoseconds.
    pub unheard_ns: i64,
    /// Only one direction was captured.
    pub one_way: bool,
    /// The handshake was not captured.
    pub midstream: bool,
    /// MP_JOIN rather than MP_CAPABLE.
    pub mptcp_join: bool,
    /// The 4-tuple had an earlier conversation.
    pub reuse: Option<Reuse>,
    /// Data of one side that got no answer after a long idle: the silent retransmissions' first frame.
    pub idle_then_reset: Option<IdleReset>,
    /// One end holds the connection that the other does not know: the packet that showed it.
    pub half_open: Option<HalfOpen>,
    /// TIME_WAIT ended by a reset (RFC 1337).
    pub assassinated: Option<At>,
    /// Large segments vanish while small ones pass.
    pub black_hole: Option<BlackHole>,
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

    /// Both SYNs offered `f`; `None` where one was not captured, or not wholly.
    #[must_use]
    pub fn agreed(&self, f: impl Fn(&SynOptions) -> bool) -> Option<bool> {
        match (&self.ends[0].syn, &self.ends[1].syn) {
            (Some(a), Some(b)) => match (a.tells(f(a)), b.tells(f(b))) {
                (Some(a), Some(b)) => Some(a && b),
                (Some(false), None) | (None, Some(false)) => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// How many bytes a window field stands for is known: both SYNs tell whether windows are scaled (RFC 7323 §2.2).
    #[must_use]
    pub fn knows_windows(&self) -> bool {
        self.agreed(|syn| syn.window_scale.is_some()).is_some()
    }
}
