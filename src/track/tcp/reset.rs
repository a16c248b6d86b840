//! Resets: who, in which state, over which data, and whether the peer will believe it (RFC 9293 §3.10.7, RFC 5961 §3).

use super::connection::{Context, Out, TcpConn};
use super::facts::{HalfOpen, IdleReset, Reset};
use super::state::State;
use crate::decode::tcp::{Flags, TcpView};
use crate::source::{At, NS_PER_S};
use crate::track::{Dir, What};

/// A reset by `dir`.
#[inline(never)]
pub fn reset(conn: &mut TcpConn, ctx: &Context, dir: Dir, tcp: &TcpView<'_>, at: At, out: &mut Out) {
    conn.facts.ends[dir.index()].resets.add(at);
    let peer = dir.flip();
    let (state, peer_state) = (conn.facts.ends[dir.index()].state, conn.facts.ends[peer.index()].state);
    let never_opened = conn.facts.handshake.syn.is_some()
        && conn.facts.ends[dir.index()].syns.count == 0
        && matches!(peer_state, State::SynSent)
        && tcp.flags.has(Flags::ACK);
    if never_opened {
        conn.facts.handshake.refused.get_or_insert(at);
    }
    let in_window = acceptable(conn, dir, tcp);
    let before = conn.live.latest;
    let fins = &conn.facts.ends[peer.index()].fins;
    let fin = u32::from(fins.count > 0 && fins.acked.is_none());
    let unacked = conn.send[peer.index()].in_flight().saturating_sub(fin);
    let answers_data =
        (conn.live.last[peer.index()] == before && before.frame != 0 && before == conn.live.last_data[peer.index()])
            .then_some(before);
    let fresh = Reset {
        from: dir,
        at,
        state,
        peer_state,
        unacked_bytes: unacked,
        idle_ns: at.ts.since(before.ts),
        answers_data,
        in_window,
    };
    if in_window
        && conn.facts.reset.is_none()
        && !(state == State::Closed && peer_state == State::Closed && conn.facts.first_fin.is_some())
    {
        conn.facts.reset = Some(fresh);
    }
    forgotten(conn, dir, tcp, at);
    out.push((dir, What::Reset));
    if in_window {
        conn.machine(ctx, at, out).reset(dir);
    }
}

/// RFC 5961 §3.2: only the exact next number is obeyed at once; RFC 9293 §3.10.7.3: in SYN-SENT the ACK must fit.
fn acceptable(conn: &TcpConn, dir: Dir, tcp: &TcpView<'_>) -> bool {
    let peer = dir.flip();
    if conn.facts.ends[peer.index()].state == State::SynSent && tcp.flags.has(Flags::ACK) {
        return conn.facts.ends[peer.index()].isn.is_none_or(|isn| tcp.ack.after(isn));
    }
    let send = &conn.send[dir.index()];
    if !send.started {
        return true;
    }
    let peer_expects = conn.live.last_ack[peer.index()].map(|(ack, _)| ack);
    tcp.seq == send.nxt || tcp.seq == send.una || peer_expects == Some(tcp.seq)
}

/// A reset without ACK, numbered as the segment it answers acknowledged, comes from a host without such a connection
/// (RFC 9293 §3.5.2, first group).
fn forgotten(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, at: At) {
    let peer = dir.flip();
    let probe = conn.live.last[peer.index()];
    let stray = !tcp.flags.has(Flags::ACK) && conn.live.last_ack[peer.index()].is_some_and(|(ack, _)| ack == tcp.seq);
    let closed = conn.facts.ends[dir.index()].fins.count > 0 || conn.facts.ends[dir.index()].resets.count > 1;
    let open = matches!(conn.facts.ends[peer.index()].state, State::Established | State::CloseWait);
    // Who has sent no more than its SYN or SYN-ACK had nothing to forget yet.
    let end = &conn.facts.ends[dir.index()];
    let began = end.syns.count > 0 && end.segments <= end.syns.count + end.resets.count;
    if stray && !closed && !began && open && probe.frame != 0 && conn.facts.ends[dir.index()].syns.count <= 1 {
        conn.facts.half_open.get_or_insert(HalfOpen { holder: peer, probe, answer: at });
    }
    if let Some((before, data)) = conn.live.silence
        && data == probe
        && probe == conn.live.last_data[peer.index()]
        && at.ts.since(data.ts) < 5 * NS_PER_S
        && !closed
    {
        conn.facts.idle_then_reset.get_or_insert(IdleReset { before, data, from: peer, reset: at });
    }
}
