//! Flow control: what each end can take, when it is full or closed, and what small writes cost.

use super::connection::{Out, TcpConn};
use crate::decode::tcp::{Flags, TcpView};
use crate::source::{At, NS_PER_MS};
use crate::track::{Dir, What};

/// A small write that is alone in flight, and the pure ACK that ended its wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nagle {
    /// The latest payload is such a write.
    pub small: bool,
    /// The ACK for it, if it came late.
    pub ack: Option<At>,
}

/// Shorter waits for an ACK are no delayed ACKs (Linux waits 40 ms at least, RFC 1122 allows 500 ms).
const DELAYED_ACK_MIN_NS: i64 = 20 * NS_PER_MS;
/// RFC 1122 §4.2.3.2: a delayed ACK comes within 500 ms.
const DELAYED_ACK_MAX_NS: i64 = 550 * NS_PER_MS;
/// A write that had to wait for the ACK leaves at once; an application that paused leaves more time.
const REACTION_NS: i64 = NS_PER_MS;

/// The window that `dir` advertises in this segment.
pub fn advertised(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, at: At, out: &mut Out) {
    if !tcp.flags.has(Flags::ACK) {
        return;
    }
    let syn = tcp.flags.has(Flags::SYN);
    let scale = if syn { 0 } else { conn.live.agreed.scale[dir.index()] };
    let window = u32::from(tcp.window) << scale;
    let end = &conn.facts.ends[dir.index()];
    let grew = window > end.window;
    // The window of the packet before, and none that opens or shuts anything: most packets.
    let stands = window == end.window && window > 0 && end.window_min <= window && window <= end.window_max;
    if !stands {
        moved(conn, dir, window, tcp, at, out);
    }
    if let Some(probed) = &mut conn.live.probed[dir.flip().index()] {
        probed.heard();
    }
    if conn.live.full[dir.flip().index()] && (grew || conn.send[dir.flip().index()].una == tcp.ack) {
        reached(conn, dir.flip(), at);
    }
}

/// The window is another than before, or the first.
fn moved(conn: &mut TcpConn, dir: Dir, window: u32, tcp: &TcpView<'_>, at: At, out: &mut Out) {
    let end = &mut conn.facts.ends[dir.index()];
    if !tcp.flags.has(Flags::SYN) {
        if end.window_max == 0 {
            (end.window_first, end.window_min) = (window, window);
        }
        end.window_min = end.window_min.min(window);
        end.window_max = end.window_max.max(window);
        if window > end.window && window < end.window_max / 2 && !tcp.flags.has(Flags::FIN) {
            silly(conn, dir, window, at);
        }
    }
    zero(conn, dir, window, tcp, at, out);
    conn.facts.ends[dir.index()].window = window;
}

/// The window that `dir` had filled has room again, or all of it is acknowledged.
#[cold]
fn reached(conn: &mut TcpConn, dir: Dir, at: At) {
    conn.live.full[dir.index()] = false;
    let stalls = &mut conn.facts.ends[dir.index()].window_full;
    let since = stalls.tally.last;
    stalls.time.add(since, at);
}

/// RFC 9293 §3.8.6.2.2: a receiver should not open by less than a segment or half its buffer; this is less than half.
#[cold]
fn silly(conn: &mut TcpConn, dir: Dir, window: u32, at: At) {
    if window < conn.mss(dir.flip()) {
        conn.facts.ends[dir.index()].silly_windows.add(at);
    }
}

fn zero(conn: &mut TcpConn, dir: Dir, window: u32, tcp: &TcpView<'_>, at: At, out: &mut Out) {
    let end = &conn.facts.ends[dir.index()];
    if (window == 0 || end.window == 0) && end.window_max > 0 {
        turned(conn, dir, window, tcp, at, out);
    }
}

/// The window is zero, or was. Of who has sent its FIN nothing is waited for: there is no more to send.
#[cold]
fn turned(conn: &mut TcpConn, dir: Dir, window: u32, tcp: &TcpView<'_>, at: At, out: &mut Out) {
    let waited_for = !conn.facts.ends[dir.flip().index()].finished;
    let end = &mut conn.facts.ends[dir.index()];
    let closed = end.window == 0;
    if window == 0 && !closed && waited_for && tcp.flags.0 & (Flags::SYN | Flags::FIN) == 0 {
        end.zero_window.tally.add(at);
        out.push((dir, What::ZeroWindow));
    } else if window > 0 && closed && end.zero_window.tally.count > end.zero_window.time.count {
        let base = conn.facts.ends[dir.flip().index()].rtt.min().unwrap_or(0);
        let asked = conn.live.probed(dir.flip()).answers(at, base);
        let end = &mut conn.facts.ends[dir.index()];
        let since = end.zero_window.tally.last;
        end.zero_window.time.add(since, at);
        end.zero_window.told_by_probe += u32::from(asked);
        out.push((dir, What::WindowOpened { ns: at.ts.since(since.ts) }));
    }
}

/// Whether new data of this segment reaches exactly the edge of the peer's window.
pub fn about_to_fill(conn: &TcpConn, dir: Dir, tcp: &TcpView<'_>) -> bool {
    let peer = &conn.facts.ends[dir.flip().index()];
    let send = &conn.send[dir.index()];
    let edge = send.una.plus(peer.window);
    send.acks_seen && peer.window_max > 0 && peer.window > 0 && tcp.len > 0 && tcp.seq.plus(tcp.len) == edge
}

/// How much room the peer's window has for the first unacknowledged data, sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// Enough for a segment.
    #[default]
    Enough,
    /// Less: the data were cut to fill it when the window had stayed so small for a while (RFC 9293 §3.8.6.2.1).
    Cut,
    /// None: the copy asks whether the window opened (RFC 9293 §3.8.6.1).
    Closed,
}

/// The room that this segment of `dir` meets.
pub fn room(conn: &TcpConn, dir: Dir, tcp: &TcpView<'_>) -> Room {
    let peer = &conn.facts.ends[dir.flip().index()];
    let send = &conn.send[dir.index()];
    let head = send.acks_seen && peer.window_max > 0 && tcp.len > 0 && tcp.seq == send.una;
    match peer.window {
        0 if head => Room::Closed,
        window if head && tcp.len == window && window < conn.mss(dir) => Room::Cut,
        _ => Room::Enough,
    }
}

/// New data (`fresh` numbers of it) left `dir`.
pub fn sent(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, fresh: u32, full: bool, at: At, out: &mut Out) {
    let mss = conn.mss(dir);
    let send = &conn.send[dir.index()];
    let in_flight = send.in_flight();
    let alone = in_flight == fresh;
    let end = &mut conn.facts.ends[dir.index()];
    if fresh > 0 {
        if let Some(probed) = &mut conn.live.probed[dir.index()] {
            probed.resumed();
        }
        end.unique_bytes += u64::from(fresh.min(tcp.len));
        if send.acks_seen && in_flight > end.max_in_flight {
            (end.max_in_flight, end.max_in_flight_at) = (in_flight, at);
        }
    }
    if mss > 0 && tcp.len > mss && conn.facts.handshake.syn.is_some() {
        end.above_mss.add(at);
    }
    if tcp.len > 0 && fresh > 0 && tcp.len * 4 <= mss {
        end.small_segments.add(at);
    }
    if full && fresh > 0 && !conn.live.full[dir.index()] {
        end.window_full.tally.add(at);
        conn.live.full[dir.index()] = true;
        out.push((dir, What::WindowFull));
    }
    // What fills the peer's window is small for lack of room, and the next piece waits for room, not for Nagle.
    nagle(conn, dir, tcp, fresh, alone && !full, mss, at, out);
}

/// RFC 896 holds a small write while another is unacknowledged, RFC 1122's delayed ACK holds that acknowledgment.
#[expect(clippy::too_many_arguments, reason = "the parts of one segment")]
fn nagle(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, fresh: u32, alone: bool, mss: u32, at: At, out: &mut Out) {
    let reaction = REACTION_NS + conn.live.turnaround_ns[dir.index()];
    let state = &mut conn.live.nagle[dir.index()];
    if let Some(ack) = state.ack.take()
        && state.small
        && fresh > 0
        && tcp.len > 0
        && tcp.len < mss
        && at.ts.since(ack.ts) <= reaction
    {
        let base = conn.facts.ends[dir.index()].rtt.min().unwrap_or(0);
        let first = conn.live.last_data[dir.index()];
        let ns = ack.ts.since(first.ts).saturating_sub(base);
        let end = &mut conn.facts.ends[dir.index()];
        end.nagle_stalls.count += 1;
        end.nagle_stalls.total_ns = end.nagle_stalls.total_ns.saturating_add(ns);
        if ns > end.nagle_stalls.max_ns {
            (end.nagle_stalls.max_ns, end.nagle_stalls.max_from, end.nagle_stalls.max_at) = (ns, first, ack);
        }
        out.push((dir, What::NagleStall { first, ack, ns }));
    }
    let small = alone && tcp.len > 0 && tcp.len < mss && !tcp.flags.has(Flags::FIN) && fresh > 0;
    conn.live.nagle[dir.index()].small = small;
}

/// A pure ACK released everything that `dir` had in flight.
pub fn released(conn: &mut TcpConn, dir: Dir, at: At) {
    let send = &conn.send[dir.index()];
    let last_data = conn.live.last_data[dir.index()];
    // Once the FIN is sent, the acknowledgment may be for that alone.
    if last_data.frame != 0 && !conn.facts.ends[dir.index()].finished {
        conn.facts.ends[dir.flip().index()].ack_delay.add(last_data, at);
    }
    let state = &mut conn.live.nagle[dir.index()];
    if !state.small || send.nxt.after(send.una) {
        *state = Nagle::default();
        return;
    }
    let base = conn.facts.ends[dir.index()].rtt.min().unwrap_or(0);
    let wait = at.ts.since(last_data.ts).saturating_sub(base);
    if (DELAYED_ACK_MIN_NS..=DELAYED_ACK_MAX_NS).contains(&wait) {
        state.ack = Some(at);
    } else {
        *state = Nagle::default();
    }
}

/// The connection is over: stalls that still last end here.
pub fn close(conn: &mut TcpConn, dir: Dir, now: At) {
    let end = &mut conn.facts.ends[dir.index()];
    if end.window == 0 && end.zero_window.tally.count > end.zero_window.time.count {
        let since = end.zero_window.tally.last;
        end.zero_window.time.add(since, now);
    }
}

impl TcpConn {
    /// The largest payload that `dir` may send in one segment: the peer's MSS less the timestamp option (RFC 6691).
    pub(super) fn mss(&self, dir: Dir) -> u32 {
        let offered = u32::from(self.live.agreed.mss[dir.flip().index()]);
        let own = self.facts.ends[dir.index()].largest.min(1_460);
        let mss = if offered > 0 { offered } else { own };
        mss.saturating_sub(if self.live.agreed.timestamps { 12 } else { 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Limits;
    use crate::track::testing::at;

    #[test]
    fn a_window_that_closes_when_the_peer_has_sent_all_stops_nobody() {
        for finished in [false, true] {
            let mut conn = TcpConn::new(Limits::default().tcp());
            conn.facts.ends[0].finished = finished;
            let mut out = Out::new();
            for (n, window) in [(1, 500), (2, 0), (7, 500)] {
                let ack = TcpView { flags: Flags(Flags::ACK), window, ..TcpView::default() };
                advertised(&mut conn, Dir::Server, &ack, at(n), &mut out);
            }
            let closed = &conn.facts.ends[1].zero_window;
            let expected = if finished { (0, 0) } else { (1, 5 * NS_PER_MS) };
            assert_eq!((closed.tally.count, closed.time.total_ns), expected);
            assert_eq!(out.len(), if finished { 0 } else { 2 });
        }
    }
}
