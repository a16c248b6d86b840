//! Path-MTU black holes: large segments vanish, small ones pass (RFC 2923 §2.1).

use super::connection::TcpConn;
use super::facts::BlackHole;
use crate::track::Dir;

/// Fewer copies of a segment may be ordinary loss.
const MIN_SENDS: u16 = 3;
/// Header bytes around a payload: IPv4 or IPv6 without options, TCP with timestamps; only for the size shown.
const HEADERS: u32 = 52;

/// Looks at what never arrived, once the connection is over.
pub fn judge(conn: &mut TcpConn) {
    for dir in [Dir::Client, Dir::Server] {
        let send = &conn.send[dir.index()];
        let passed = send.largest_acked;
        let stuck = send.queue.iter().skip(send.acked).find(|s| s.sends >= MIN_SENDS && !s.sacked && s.len > passed);
        let Some(stuck) = stuck else { continue };
        let small_passes = conn.live.last[dir.flip().index()].ts > stuck.first.ts || passed > 0;
        if !small_passes || !send.acks_seen || stuck.len < 512 {
            continue;
        }
        conn.facts.black_hole = Some(BlackHole {
            from: dir,
            passed: passed + HEADERS,
            lost: stuck.len + HEADERS,
            first: stuck.first,
            last: stuck.last,
            sends: u32::from(stuck.sends),
            passed_after: None,
        });
    }
}
