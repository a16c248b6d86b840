//! Congestion control of one sender, followed from outside: what is in the network, the window that implies, what
//! made it grow and shrink, what held the sender, the queue it built, and which algorithm does that.
//!
//! Only a sender of more than an initial window has such a record (RFC 6928): what is shorter is never held by its
//! congestion window. Its counters are rebuilt from what passes a capture point near it; farther away acknowledgments
//! and data pass at other times than the sender sees them, and only the timestamps that it echoes tell what it knew.

mod dip;
mod echo;
mod episode;
mod flow;
mod growth;
mod identify;
mod idle;
mod limit;
mod pacing;
mod pipe;
mod queue;
mod round;
mod series;
mod slow_start;
mod space;

use super::connection::TcpConn;
use super::facts::{End, Sight};
use crate::decode::tcp::{Flags, Seq, TcpView};
use crate::source::{At, NS_PER_MS};
use crate::track::Dir;
use echo::Echo;
use flow::{Flow, Present, Start};
use space::Space;

/// RFC 6928 §2: the upper bound of an initial window in bytes.
const INITIAL_WINDOW: u64 = 14_600;
/// A sender whose reaction takes longer to pass the capture point than this, and than a quarter of the round trip, is
/// not near.
const NEAR_NS: i64 = 2 * NS_PER_MS;

/// The records of a connection's two senders.
#[derive(Debug, Clone, Default)]
pub struct Flows {
    live: [Option<Box<Flow>>; 2],
    /// Bytes that each had sent before the first acknowledgment of any.
    initial: [u32; 2],
}

/// What there is to see of a sender at one packet.
#[derive(Debug, Clone, Copy)]
struct View<'a> {
    at: At,
    /// Its sequence space, as it knows it.
    space: &'a Space,
    /// Latest round-trip sample; 0 before the first.
    latest_ns: i64,
    /// Smallest round-trip time so far; 0 before the first.
    base_ns: i64,
    /// Its retransmission timeout.
    rto_ns: i64,
    /// Round-trip samples so far.
    samples: u64,
    /// Retransmissions proven needless so far.
    spurious: u32,
    /// Segment size.
    mss: u32,
    /// SACK was agreed.
    sack: bool,
    /// Window of the peer; `None` where its scale was not captured.
    peer_window: Option<u32>,
}

/// `dir` sent data, `fresh` numbers of it new.
pub fn sent(
    conn: &mut TcpConn,
    points: usize,
    dir: Dir,
    tcp: &TcpView<'_>,
    timestamps: Option<(u32, u32)>,
    fresh: u32,
    at: At,
) {
    let i = dir.index();
    if conn.live.flows.live[i].is_none() {
        if conn.facts.ends[i].unique_bytes <= INITIAL_WINDOW || !conn.send[i].acks_seen {
            return;
        }
        conn.live.flows.live[i] = Some(begin(conn, points, dir, at));
    }
    if let Some(mut flow) = conn.live.flows.live[i].take() {
        sent_by(&mut flow, conn, dir, tcp, timestamps, fresh, at);
        conn.live.flows.live[i] = Some(flow);
    }
}

/// A bulk sender sent data.
#[inline(never)]
fn sent_by(
    flow: &mut Flow,
    conn: &TcpConn,
    dir: Dir,
    tcp: &TcpView<'_>,
    timestamps: Option<(u32, u32)>,
    fresh: u32,
    at: At,
) {
    let i = dir.index();
    let again = conn.facts.ends[i].trouble().is_some_and(|t| t.retransmits.all.last.frame == at.frame);
    let here = Space::of(&conn.send[i]);
    let now = view(conn, dir, &here, at);
    let (len, reduced) = (tcp.len, has_reduced(&conn.facts.ends[i], tcp.flags));
    if let Some(mut echo) = flow.echo.take() {
        let (tsval, tsecr) = timestamps.unwrap_or_default();
        let late = conn.send[i].clock_at(at.ts).map_or(0, |clock| i64::from(clock.wrapping_sub(tsval) as i32));
        // A retransmission comes from a timer that ran: the silence before it was no pause of the application.
        let late_ns = if again { i64::MAX } else { late.max(0) * NS_PER_MS };
        while let Some(arrived) = echo.next(tsecr, at, late_ns) {
            flow.acked(&echoed(&now, &echo, arrived));
        }
        echo.sent(conn.send[i].nxt, again, conn.send[i].ca);
        flow.sent(&echoed(&now, &echo, at), len, fresh, again, reduced);
        flow.echo = Some(echo);
    } else {
        flow.sent(&now, len, fresh, again, reduced);
    }
}

/// Whether a segment answers a congestion mark (RFC 3168 §6.1.2). Who can be marked says so in his packets; others set the
/// bit for reasons of their own.
fn has_reduced(end: &End, flags: Flags) -> bool {
    flags.has(Flags::CWR) && end.ecn[1] + end.ecn[2] > 0
}

/// The peer of `dir` acknowledged something, with this window field and timestamps; `before` was the lowest number not
/// acknowledged.
pub fn acked(conn: &mut TcpConn, dir: Dir, window: u16, timestamps: Option<(u32, u32)>, before: Seq, at: At) {
    let i = dir.index();
    if let Some(mut flow) = conn.live.flows.live[i].take() {
        acked_of(&mut flow, conn, dir, window, timestamps, at);
        conn.live.flows.live[i] = Some(flow);
    } else if conn.send[i].una.after(before) && conn.live.flows.initial[i] == 0 {
        // The SYN's number alone is no data.
        let out = conn.send[i].nxt.since(before);
        conn.live.flows.initial[i] = if out > 1 { out as u32 } else { 0 };
    }
}

/// Data of a bulk sender were acknowledged.
#[inline(never)]
fn acked_of(flow: &mut Flow, conn: &TcpConn, dir: Dir, window: u16, timestamps: Option<(u32, u32)>, at: At) {
    let window = u32::from(window) << conn.live.agreed.scale[dir.flip().index()];
    let here = Space::of(&conn.send[dir.index()]);
    let mut now = view(conn, dir, &here, at);
    now.peer_window = now.peer_window.map(|_| window);
    if let Some(echo) = &mut flow.echo {
        echo.acked(&conn.send[dir.index()], timestamps.map_or(0, |t| t.0), now.peer_window, at);
    } else {
        flow.acked(&now);
    }
}

/// What is known of the sender `dir` at present, where it sent enough to be followed.
pub fn present(conn: &TcpConn, dir: Dir) -> Option<Present> {
    conn.live.flows.live[dir.index()].as_ref().map(|flow| flow.present())
}

/// The connection is over.
pub fn close(conn: &mut TcpConn) {
    for dir in [Dir::Client, Dir::Server] {
        let i = dir.index();
        if let Some(flow) = conn.live.flows.live[i].take() {
            let here = Space::of(&conn.send[i]);
            let now = view(conn, dir, &here, conn.live.latest);
            let facts = flow.finish(&now);
            conn.facts.ends[i].congestion = Some(Box::new(facts));
        }
    }
}

fn begin(conn: &TcpConn, points: usize, dir: Dir, at: At) -> Box<Flow> {
    let i = dir.index();
    let (end, shake) = (&conn.facts.ends[i], &conn.facts.handshake);
    let first = end.data.first;
    let opened = shake.syn.map(|syn| (syn, shake.ack.unwrap_or(first)));
    let turnaround_ns = conn.live.turnaround_ns[i];
    let base_ns = end.rtt.min().unwrap_or(0);
    let near = turnaround_ns <= NEAR_NS.max(base_ns / 4);
    let sight = match (shake.ack, conn.facts.agreed(|s| s.timestamps.is_some())) {
        (Some(_), _) if near => Sight::Near,
        (Some(_), Some(true)) => Sight::Echoed,
        (Some(_), _) => Sight::Hidden,
        (None, _) => Sight::Unsure,
    };
    let start = Start {
        at,
        first,
        handshake_ns: opened.map_or(0, |(syn, done)| done.ts.since(syn.ts)),
        idle_ns: opened.map_or(0, |(_, done)| first.ts.since(done.ts)),
        // What a far sender had in flight at first does not show.
        initial: if near { conn.live.flows.initial[i] } else { 0 },
        turnaround_ns,
        points,
        sight,
    };
    let echo = (sight == Sight::Echoed).then(|| Box::new(Echo::new(&conn.send[i], turnaround_ns)));
    let here = Space::of(&conn.send[i]);
    Box::new(Flow::new(&view(conn, dir, &here, at), &start, echo))
}

/// As it is at the capture point, `here` being its sequence space there.
#[inline]
fn view<'a>(conn: &TcpConn, dir: Dir, here: &'a Space, at: At) -> View<'a> {
    let i = dir.index();
    let (end, peer) = (&conn.facts.ends[i], &conn.facts.ends[dir.flip().index()]);
    View {
        at,
        space: here,
        latest_ns: end.rtt.latest_ns,
        base_ns: end.rtt.min().unwrap_or(0),
        rto_ns: end.rtt.rto_ns(),
        samples: end.rtt.samples.offered,
        spurious: end.trouble().map_or(0, |t| t.retransmits.spurious.count),
        mss: conn.mss(dir).max(1),
        sack: conn.live.agreed.sack,
        peer_window: (peer.syn.is_some() && end.syn.is_some()).then_some(peer.window),
    }
}

/// As the far sender knows it, by what it echoes.
fn echoed<'a>(here: &View<'_>, echo: &'a Echo, at: At) -> View<'a> {
    View {
        at,
        space: &echo.space,
        latest_ns: echo.latest_ns,
        base_ns: echo.base_ns,
        rto_ns: echo.latest_ns.saturating_add(here.rto_ns),
        samples: echo.samples,
        peer_window: echo.window,
        spurious: here.spurious,
        mss: here.mss,
        sack: here.sack,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Limits;

    #[test]
    fn a_reduction_is_that_of_a_sender_whose_packets_can_be_marked() {
        let mut end = End::new(Limits::default().tcp());
        let cwr = Flags(Flags::ACK | Flags::CWR);
        assert!(!has_reduced(&end, cwr));
        end.ecn[2] = 1;
        assert!(has_reduced(&end, cwr) && !has_reduced(&end, Flags(Flags::ACK)));
    }
}
