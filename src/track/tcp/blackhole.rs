//! Path-MTU black holes: large segments vanish, small ones pass (RFC 2923 §2.1). Size tells them from ordinary loss.

use super::connection::TcpConn;
use super::facts::BlackHole;
use super::send::Sent;
use crate::decode::tcp::{Seq, TcpView};
use crate::track::Dir;

/// Fewer copies of a segment may be ordinary loss.
const MIN_SENDS: u16 = 3;
/// Every link takes packets of this size (RFC 791 §3.2: every host takes 576 bytes), headers of 64 bytes included.
const ALWAYS_PASSES: u32 = 512;

/// Data sent again in a smaller piece than it was sent in before, in vain.
#[derive(Debug, Clone, Copy)]
pub struct Shrunk {
    /// What was sent in vain.
    full: Sent,
    /// Number after the smaller piece.
    end: Seq,
    /// Payload of the smaller piece.
    len: u32,
}

/// A segment of `dir` that begins below the highest number sent: remembers what it makes smaller.
#[inline(never)]
pub fn resent(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>) {
    let send = &conn.send[dir.index()];
    let Some(full) = send.queue.get(send.find(tcp.seq)).copied() else { return };
    let in_vain = full.sends >= MIN_SENDS && !full.acked && !full.sacked && full.len > send.largest_acked;
    if in_vain && full.seq == tcp.seq && full.len > tcp.len && tcp.len > 0 && full.len > ALWAYS_PASSES {
        let shrunk = Shrunk { full, end: tcp.seq.plus(tcp.len), len: tcp.len };
        conn.live.shrunk[dir.index()] = Some(Box::new(shrunk));
    }
}

/// The peer acknowledged new data of `dir`: if it is the smaller piece, then size was what kept the larger one back.
pub fn acknowledged(conn: &mut TcpConn, dir: Dir) {
    if conn.live.shrunk[dir.index()].is_some() {
        smaller_acknowledged(conn, dir);
    }
}

#[cold]
fn smaller_acknowledged(conn: &mut TcpConn, dir: Dir) {
    let una = conn.send[dir.index()].una;
    let Some(shrunk) = conn.live.shrunk[dir.index()].take_if(|shrunk| !shrunk.end.after(una)) else { return };
    // Acknowledged as far as the whole: the full copies may have arrived, only late.
    if una.after(shrunk.end) {
        return;
    }
    let headers = conn.live.headers[dir.index()];
    let after = Some(shrunk.len + headers);
    found(conn, dir, &shrunk.full, after);
}

/// Looks at what never arrived, once the connection is over.
pub fn judge(conn: &mut TcpConn) {
    for dir in [Dir::Client, Dir::Server] {
        let send = &conn.send[dir.index()];
        let passed = send.largest_acked;
        let stuck = |s: &&Sent| s.sends >= MIN_SENDS && !s.sacked && s.len > passed && s.len > ALWAYS_PASSES;
        let Some(stuck) = send.queue.iter().skip(send.acked).find(stuck).copied() else { continue };
        let small_passes = conn.live.last[dir.flip().index()].ts > stuck.first.ts || passed > 0;
        if small_passes && send.acks_seen {
            found(conn, dir, &stuck, None);
        }
    }
}

#[cold]
fn found(conn: &mut TcpConn, dir: Dir, lost: &Sent, passed_after: Option<u32>) {
    // A router said so: no black hole.
    if conn.facts.icmp.iter().any(|e| e.quotes == dir && e.is_too_big()) {
        return;
    }
    let (send, headers) = (&conn.send[dir.index()], conn.live.headers[dir.index()]);
    let beside = send.queue.iter().filter(|s| s.sacked && s.len < lost.len && s.sends == 1).map(|s| s.len).max();
    let passed = send.largest_acked.max(beside.unwrap_or(0));
    conn.facts.black_hole = Some(BlackHole {
        from: dir,
        passed: passed + headers,
        lost: lost.len + headers,
        first: lost.first,
        last: lost.last,
        sends: u32::from(lost.sends),
        passed_beside: beside.map(|len| len + headers),
        passed_after,
    });
}
