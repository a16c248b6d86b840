//! Round-trip times by timestamp echo, for captures far from the sender of the data.
//!
//! There an acknowledgment follows the data at once and says nothing of the path. But the data that an acknowledgment
//! releases echo its timestamp (RFC 7323 §4): from the acknowledgment to the first data with its echo it is a whole round
//! trip, to the sender and back, and a little more where the sender had nothing to send. Without timestamps there is only
//! the handshake's.

use super::connection::TcpConn;
use super::facts::RttMethod;
use crate::source::{At, NS_PER_MS, Timestamp};
use crate::track::Dir;

/// The acknowledgment whose echo is awaited, one at a time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Echo {
    /// Its TSval and when it passed.
    waiting: Option<(u32, Timestamp)>,
    /// TSval of the latest, so that only the first packet with a value is timed.
    latest: u32,
}

impl Echo {
    /// The receiver sends `tsval`.
    pub fn sent(&mut self, tsval: u32, at: Timestamp) {
        if self.waiting.is_none() && self.latest != tsval {
            self.waiting = Some((tsval, at));
        }
        self.latest = tsval;
    }

    /// Data echo `tsecr`: the round trip in nanoseconds, if this is the first echo of the value awaited.
    pub fn came(&mut self, tsecr: u32, at: Timestamp) -> Option<i64> {
        let (tsval, since) = self.waiting?;
        let past = tsecr.wrapping_sub(tsval) as i32;
        if past < 0 {
            return None;
        }
        self.waiting = None;
        (past == 0).then(|| at.since(since))
    }
}

/// The peer is this many times nearer than the sender: the capture is at the receiver's side.
const FAR: i64 = 4;

/// Which method tells the round trips of each end's data, as the handshake shows how far each end is.
pub fn choose(conn: &mut TcpConn) {
    let [client, server] = conn.live.turnaround_ns;
    for (own, other, end) in [(client, server, Dir::Client), (server, client, Dir::Server)] {
        if own > NS_PER_MS && own > FAR * other {
            conn.facts.ends[end.index()].rtt.method = RttMethod::TimestampEcho;
            conn.live.echoed[end.index()] = true;
        }
    }
}

/// A segment of `dir` with timestamps passes; `data` when it carries some that were not sent before.
pub fn pass(conn: &mut TcpConn, dir: Dir, (tsval, tsecr): (u32, u32), data: bool, at: At) {
    let echoed = conn.live.echoed;
    if echoed[dir.flip().index()] {
        conn.send[dir.flip().index()].echo.sent(tsval, at.ts);
    }
    if !data || !echoed[dir.index()] {
        return;
    }
    let send = &mut conn.send[dir.index()];
    let pause = at.ts.since(send.last_send.ts);
    let Some(ns) = send.echo.came(tsecr, at.ts) else { return };
    let rtt = &mut conn.facts.ends[dir.index()].rtt;
    // After a longer pause it was the application that let the echo wait.
    if pause <= 2 * rtt.srtt_ns {
        rtt.sample(ns, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: i64) -> Timestamp {
        Timestamp(n * NS_PER_MS)
    }

    #[test]
    fn the_first_echo_of_a_timestamp_ends_the_round_trip() {
        let mut echo = Echo::default();
        echo.sent(100, ms(0));
        echo.sent(105, ms(5));
        assert_eq!(echo.came(99, ms(20)), None);
        assert_eq!(echo.came(100, ms(40)), Some(40 * NS_PER_MS));
        assert_eq!(echo.came(100, ms(41)), None);
    }

    #[test]
    fn an_echo_that_was_passed_over_times_nothing() {
        let mut echo = Echo::default();
        echo.sent(100, ms(0));
        assert_eq!(echo.came(105, ms(40)), None);
        echo.sent(140, ms(50));
        assert_eq!(echo.came(140, ms(90)), Some(40 * NS_PER_MS));
    }

    #[test]
    fn a_later_packet_with_the_same_timestamp_is_not_timed() {
        let mut echo = Echo::default();
        echo.sent(100, ms(0));
        assert!(echo.came(100, ms(40)).is_some());
        echo.sent(100, ms(41));
        assert_eq!(echo.came(100, ms(42)), None);
    }
}
