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
    // The latest acknowledgment may be one that a later one overtook.
    let old = send.una.after(tcp.seq);
    let peer_expects = conn.live.last_ack[peer.index()].map(|(ack, _)| ack);
    tcp.seq == send.nxt || tcp.seq == send.una || (!old && peer_expects == Some(tcp.seq))
}

/// A reset without ACK, numbered as the segment it answers acknowledged, comes from a host without such a connection
/// (RFC 9293 §3.5.2, first group). Such a host says nothing else, and that at once; some that end a connection of theirs
/// send no ACK either.
fn forgotten(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, at: At) {
    let peer = dir.flip();
    let probe = conn.live.last[peer.index()];
    let prompt = conn.live.last[dir.index()].frame < probe.frame && at.ts.since(probe.ts) < AT_ONCE_NS;
    let numbered = conn.live.last_ack[peer.index()].is_some_and(|(ack, _)| ack == tcp.seq);
    let stray = !tcp.flags.has(Flags::ACK) && numbered && prompt;
    let end = &conn.facts.ends[dir.index()];
    let closed = end.fins.count > 0 || end.resets.count > 1;
    // What was acknowledged and not captured may have been its FIN.
    let whole = end.acked_unseen.count == 0;
    let open = matches!(conn.facts.ends[peer.index()].state, State::Established | State::CloseWait);
    // Who has sent no more than its SYN or SYN-ACK had nothing to forget yet.
    let began = end.syns.count > 0 && end.segments <= end.syns.count + end.resets.count;
    if stray && whole && !closed && !began && open && probe.frame != 0 && conn.facts.ends[dir.index()].syns.count <= 1 {
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

/// Longer than any round trip: what comes later is no answer.
const AT_ONCE_NS: i64 = 3 * NS_PER_S;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::NS_PER_MS;
    use crate::track::testing::{ACK, Deaf, FIN, RST, SYN, Segment, tracked_every};

    /// Who is told to hold a connection that the other has forgotten, after these segments so far apart.
    fn holder(ns: i64, segments: &[Segment]) -> Option<Dir> {
        let mut tracker = tracked_every(ns, segments, &mut Deaf);
        let ctx = &tracker.context;
        let record = tracker.table.get_mut(0).expect("a conversation");
        record.connection(ctx, &mut tracker.pool).facts.half_open.map(|half| half.holder)
    }

    #[test]
    fn a_reset_numbered_by_an_overtaken_acknowledgment_is_not_obeyed() {
        let closed = [
            (0, 100, 0, SYN, 0),
            (1, 900, 101, SYN | ACK, 0),
            (0, 101, 901, ACK | FIN, 0),
            (1, 901, 102, ACK | FIN, 0),
            (0, 102, 902, ACK, 0),
            (0, 102, 901, ACK, 0),
        ];
        for (number, killed) in [(901, false), (902, true)] {
            let segments = [&closed[..], &[(1, number, 0, RST, 0)]].concat();
            let mut tracker = tracked_every(NS_PER_MS, &segments, &mut Deaf);
            let ctx = &tracker.context;
            let record = tracker.table.get_mut(0).expect("a conversation");
            let facts = &record.connection(ctx, &mut tracker.pool).facts;
            assert_eq!(facts.assassinated.is_some(), killed, "{number}");
        }
    }

    #[test]
    fn a_host_that_answers_otherwise_or_late_has_forgotten_nothing() {
        let opening = [(0, 100, 0, SYN, 0), (1, 900, 101, SYN | ACK, 0), (0, 101, 901, ACK, 9), (1, 901, 110, ACK, 50)];
        let reset: Segment = (0, 110, 0, RST, 0);
        let then = |rest: &[Segment]| [&opening[..], rest].concat();
        assert_eq!(holder(NS_PER_MS, &then(&[reset])), Some(Dir::Server));
        assert_eq!(holder(5 * NS_PER_S, &then(&[reset])), None, "so long after the packet it is no answer");
        assert_eq!(holder(NS_PER_MS, &then(&[(0, 110, 951, ACK, 0), reset])), None, "it had the packet");
        let unseen = (1, 951, 111, ACK, 20);
        assert_eq!(holder(NS_PER_MS, &then(&[unseen, (0, 111, 0, RST, 0)])), None, "its FIN may be what is missing");
    }
}
