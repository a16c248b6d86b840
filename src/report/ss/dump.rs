//! The list of sockets: which are wanted, and what is told of each.

use std::io::{self, Write};
use std::net::IpAddr;

use serde::Serialize;

use super::info::SocketInfo;
use super::lookout::Lookout;
use crate::report::model::Side;
use crate::track::tcp::{Socket, State, Timer, TimerKind};
use crate::track::{Addr, Conversation, Dir, Endpoint, Moment, Tracker, ms};

/// Which sockets are wanted; `None` is no condition.
#[derive(Debug, Clone, Default)]
pub struct Select {
    /// Those of this host.
    pub host: Option<IpAddr>,
    /// Those with this port at either end.
    pub port: Option<u16>,
    /// Those in one of these states; empty: in any.
    pub states: Vec<State>,
}

impl Select {
    /// Whether a socket is wanted.
    #[must_use]
    pub fn wants(&self, local: Endpoint, peer: Option<Endpoint>, state: State) -> bool {
        self.host.is_none_or(|host| local.addr.ip() == host)
            && self.port.is_none_or(|port| local.port == port || peer.is_some_and(|p| p.port == port))
            && (self.states.is_empty() || self.states.contains(&state))
    }
}

/// All sockets at one instant, by host.
#[derive(Debug, Serialize)]
pub struct Dump {
    /// The instant.
    pub at_ns: i64,
    /// The same in milliseconds after the first packet.
    pub t_ms: f64,
    /// The last frame before it; 0 when there is none.
    pub frame: u32,
    /// How long before it the capture had ended; 0 when it had not.
    pub after_end_ms: f64,
    /// Sockets in TIME_WAIT that may be missing, since the tracker let their details go.
    pub forgotten_time_waits: usize,
    /// The sockets, by local address, listening ones first.
    pub sockets: Vec<SocketReport>,
    #[serde(skip)]
    moment: Moment,
}

/// One socket.
#[derive(Debug, Clone, Serialize)]
pub struct SocketReport {
    /// RFC 9293's name, words joined by `_`.
    pub state: &'static str,
    /// `inferred` where no packet before the instant shows the socket itself.
    pub basis: &'static str,
    /// Its conversation; null for a listening socket.
    pub conversation: Option<u32>,
    /// Its own end.
    pub local: Side,
    /// The other end; null for a listening socket.
    pub peer: Option<Side>,
    /// Bytes sent and not acknowledged; null where nothing of it was captured.
    pub send_queue: Option<u32>,
    /// The timer that runs.
    pub timer: Option<TimerReport>,
    /// What `ss -i` adds; null where nothing of it was captured.
    pub info: Option<SocketInfo>,
    #[serde(skip)]
    pub(super) shown: State,
    #[serde(skip)]
    host: Addr,
}

/// A timer, inferred from what was sent.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TimerReport {
    /// `on`, `keepalive`, `timewait` or `persist`.
    pub kind: &'static str,
    /// Until it ends; null where the capture does not tell.
    pub left_ms: Option<f64>,
    /// Times that it ran out since something was heard of the peer.
    pub tries: u32,
}

impl Dump {
    /// The sockets that packets up to the instant show.
    #[must_use]
    pub fn take(tracker: &Tracker, lookout: &Lookout, moment: Moment, select: &Select) -> Dump {
        let mut sockets = Vec::new();
        for local in lookout.listening().filter(|local| select.wants(*local, None, State::Listen)) {
            sockets.push(SocketReport::bare(State::Listen, local, None, None));
        }
        tracker.sockets(moment.now, &mut |conversation, dir, socket| {
            let (local, peer) = (conversation.end(dir), conversation.end(dir.flip()));
            if select.wants(local, Some(peer), socket.state) {
                sockets.push(SocketReport::of(conversation, dir, socket, moment));
            }
        });
        let after_end_ms = if moment.ended { moment.now.ms_since(moment.last.ts) } else { 0.0 };
        Dump {
            at_ns: moment.now.0,
            t_ms: moment.now.ms_since(moment.first.ts),
            frame: moment.last.frame,
            after_end_ms,
            forgotten_time_waits: tracker.forgotten_time_waits(moment.now),
            sockets,
            moment,
        }
    }

    /// Adds those that only packets after the instant show, once the whole capture is known, and sorts by host.
    pub fn complete(&mut self, lookout: &Lookout, select: &Select) {
        for silent in lookout.silent_at(self.moment.now) {
            for (local, peer) in [(silent.ends[0], silent.ends[1]), (silent.ends[1], silent.ends[0])] {
                if select.wants(local, Some(peer), State::Established) {
                    self.sockets.push(SocketReport::bare(State::Established, local, Some(peer), Some(silent.id)));
                }
            }
        }
        self.sockets.sort_by_key(|s| (s.host, s.shown != State::Listen, s.conversation, s.local.port));
    }

    /// Writes it as one JSON document and a newline.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self).map_err(io::Error::from)?;
        out.write_all(b"\n")
    }
}

impl SocketReport {
    /// A socket of which no packet up to the instant tells more than that it is there.
    fn bare(state: State, local: Endpoint, peer: Option<Endpoint>, conversation: Option<u32>) -> SocketReport {
        SocketReport {
            state: state.name(),
            basis: "inferred",
            conversation,
            local: local.into(),
            peer: peer.map(Side::from),
            send_queue: None,
            timer: None,
            info: None,
            shown: state,
            host: local.addr,
        }
    }

    fn of(conversation: &Conversation, dir: Dir, socket: &Socket, moment: Moment) -> SocketReport {
        let local = conversation.end(dir);
        // A TIME_WAIT keeps nothing but its timer, as in the kernel.
        let bare = socket.state == State::TimeWait;
        SocketReport {
            state: socket.state.name(),
            basis: "observed",
            conversation: Some(conversation.id().0),
            local: local.into(),
            peer: Some(conversation.end(dir.flip()).into()),
            send_queue: Some(if bare { 0 } else { socket.send_queue }),
            timer: socket.timer.map(TimerReport::from),
            info: if bare { None } else { SocketInfo::of(conversation, dir, socket, moment.now) },
            shown: socket.state,
            host: local.addr,
        }
    }

    /// Whether it is inferred rather than seen.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.basis == "inferred"
    }
}

impl From<Timer> for TimerReport {
    fn from(timer: Timer) -> TimerReport {
        let kind: TimerKind = timer.kind;
        TimerReport { kind: kind.name(), left_ms: timer.left_ns.map(ms), tries: timer.tries }
    }
}
