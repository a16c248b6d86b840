//! The sockets of every host at the instant that the tracker has reached.

use super::tcp::{Socket, State, TcpConn};
use super::{At, Conversation, Dir, Proto, Timestamp, Tracker};

/// An instant at which the sockets are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub now: Timestamp,
    /// The last packet before it; frame 0 when there is none.
    pub last: At,
    /// The first packet of the capture.
    pub first: At,
    /// The capture ends before it.
    pub ended: bool,
}

impl Tracker {
    /// Shows every TCP socket that exists at `now`, in order of conversation; `now` is no earlier than the last packet
    /// taken. Listening sockets are no part of a conversation and not among them.
    pub fn sockets(&self, now: Timestamp, look: &mut dyn FnMut(&Conversation, Dir, &Socket)) {
        for record in self.table.records().iter().filter(|r| r.proto == Proto::Tcp && !r.closed) {
            let mut each = |conn: &TcpConn| {
                for dir in [Dir::Client, Dir::Server] {
                    let socket = conn.socket(dir, now);
                    let there = !matches!(socket.state, State::Closed | State::Listen);
                    if there && !self.is_superseded(record, dir) {
                        look(record, dir, &socket);
                    }
                }
            };
            match (record.detail.as_ref().and_then(|d| d.tcp.as_ref()), record.syn) {
                (Some(conn), _) => each(conn),
                (None, Some(syn)) => {
                    let mut conn = TcpConn::new(self.options.limits.tcp());
                    conn.resume(&self.context, syn, [record.first, record.last], &mut Vec::new());
                    each(&conn);
                }
                (None, None) => {}
            }
        }
    }

    /// The host of this end has opened or accepted another connection on the same ports since: the old socket is gone.
    fn is_superseded(&self, record: &Conversation, dir: Dir) -> bool {
        let key = record.key();
        let latest = self.table.find(&key, self.table.hash(&key)).and_then(|index| self.table.get(index));
        let own = record.end(dir);
        latest.is_some_and(|l| l.id > record.id && l.packets(l.dir_of((own.addr, own.port))) > 0)
    }

    /// TCP connections that ended less than 2×MSL before `now` and whose details were let go of for want of room
    /// (`lingering`): each may have left a TIME_WAIT that [`Tracker::sockets`] does not show.
    #[must_use]
    pub fn forgotten_time_waits(&self, now: Timestamp) -> usize {
        let recent = |r: &&Conversation| r.closed && now.since(r.last.ts) < self.options.two_msl_ns;
        self.table.records().iter().filter(|r| r.proto == Proto::Tcp && r.is_answered()).filter(recent).count()
    }
}

impl Conversation {
    fn is_answered(&self) -> bool {
        self.packets.iter().all(|n| *n > 0)
    }
}
