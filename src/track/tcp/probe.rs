//! Keep-alives and zero-window probes: one number below what is expected, no news inside (RFC 9293 §3.8.4, §3.8.6.1).

use super::connection::{Out, TcpConn};
use crate::decode::tcp::{Flags, TcpView};
use crate::source::At;
use crate::track::{Dir, What};

/// The rhythm of one end's keep-alives or zero-window probes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Probed {
    /// The latest.
    pub last: At,
    /// Time from the packet or probe before it, in nanoseconds; 0 before the first.
    pub gap_ns: i64,
    /// The same for the latest probe that began a series: the idle time before a keep-alive, in nanoseconds.
    pub idle_ns: i64,
    /// How many since the peer was heard.
    pub unanswered: u32,
    /// How many in the present series of zero-window probes.
    pub in_row: u32,
    /// Zero-window probes of a window that is still closed, rather than keep-alives.
    pub in_stall: bool,
}

impl Probed {
    fn sent(&mut self, at: At, latest: At, in_stall: bool) {
        let before = if in_stall && self.in_stall { self.last } else { latest };
        self.gap_ns = at.ts.since(before.ts);
        if self.unanswered == 0 {
            self.idle_ns = self.gap_ns;
        }
        self.in_row = if in_stall && self.in_stall { self.in_row.saturating_add(1) } else { 1 };
        (self.last, self.in_stall) = (at, in_stall);
        self.unanswered = self.unanswered.saturating_add(1);
    }

    /// The peer was heard; its window is `window`.
    pub fn heard(&mut self, window: u32) {
        self.unanswered = 0;
        if self.in_stall && window > 0 {
            *self = Probed::default();
        }
    }
}

/// Recognises a probe of `dir` or the answer to one; true when the segment must not be taken for data.
pub fn is_probe(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, at: At, out: &mut Out) -> bool {
    if tcp.flags.0 & (Flags::SYN | Flags::FIN | Flags::RST) != 0 {
        return false;
    }
    let send = &conn.send[dir.index()];
    let below = send.started && send.acks_seen && tcp.seq.plus(1) == send.una && tcp.len <= 1;
    let idle = !send.nxt.after(send.una);
    let closed_window = conn.facts.ends[dir.flip().index()].window == 0;
    if below && closed_window {
        conn.facts.ends[dir.flip().index()].zero_window.probes += 1;
        conn.live.probe[dir.index()] = Some(at);
        conn.live.probed[dir.index()].sent(at, conn.live.latest, true);
        out.push((dir, What::WindowProbe));
        return true;
    }
    if below && idle {
        conn.facts.ends[dir.index()].keepalives.add(at);
        conn.live.probe[dir.index()] = Some(at);
        conn.live.probed[dir.index()].sent(at, conn.live.latest, false);
        out.push((dir, What::KeepAlive));
        return true;
    }
    answered(conn, dir, tcp, at, out);
    false
}

/// A pure ACK right after the peer's probe answers it.
fn answered(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, at: At, out: &mut Out) {
    let peer = dir.flip();
    if conn.live.probe[peer.index()].take().is_none() || tcp.len > 0 {
        return;
    }
    if tcp.ack == conn.send[peer.index()].una && conn.facts.ends[dir.index()].window > 0 {
        conn.facts.ends[dir.index()].keepalive_acks.add(at);
        out.push((dir, What::KeepAliveAck));
    }
}
