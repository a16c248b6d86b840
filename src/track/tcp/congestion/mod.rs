//! Congestion control of one sender, followed from outside: what is in the network, the window that implies, what
//! made it grow and shrink, what held the sender, the queue it built, and which algorithm does that.
//!
//! Only a sender of more than an initial window has such a record (RFC 6928): what is shorter is never held by its
//! congestion window. The sender's own counters must be visible for most of it, so the capture has to be near it:
//! elsewhere acknowledgments and data pass at other times than the sender sees them.

mod dip;
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

use super::connection::TcpConn;
use super::facts::{Congestion, End};
use super::send::SendSide;
use crate::decode::tcp::{Flags, Seq, TcpView};
use crate::source::{At, NS_PER_MS};
use crate::track::Dir;
use flow::Flow;

/// RFC 6928 §2: the upper bound of an initial window in bytes.
const INITIAL_WINDOW: u64 = 14_600;
/// A sender whose reaction takes longer to pass the capture point than this, and than a quarter of the round trip, is
/// not near.
const NEAR_NS: i64 = 2 * NS_PER_MS;

/// The records of a connection's two senders.
#[derive(Debug, Default)]
pub struct Flows {
    live: [Option<Box<Flow>>; 2],
    /// Bytes that each had sent before the first acknowledgment of any.
    initial: [u32; 2],
}

/// What there is to see of a sender at one packet.
#[derive(Debug, Clone, Copy)]
struct View<'a> {
    at: At,
    send: &'a SendSide,
    end: &'a End,
    /// Segment size.
    mss: u32,
    /// SACK was agreed.
    sack: bool,
    /// Window of the peer; `None` where its scale was not captured.
    peer_window: Option<u32>,
}

/// `dir` sent data, `fresh` numbers of it new.
pub fn sent(conn: &mut TcpConn, points: usize, dir: Dir, tcp: &TcpView<'_>, fresh: u32, at: At) {
    let i = dir.index();
    if conn.flows.live[i].is_none() {
        if conn.facts.ends[i].unique_bytes <= INITIAL_WINDOW || !conn.send[i].acks_seen {
            return;
        }
        conn.flows.live[i] = Some(begin(conn, points, dir, at));
    }
    let Some(mut flow) = conn.flows.live[i].take() else { return };
    let again = conn.facts.ends[i].retransmits.all.last.frame == at.frame;
    flow.sent(&view(conn, dir, at), tcp.len, fresh, again, tcp.flags.has(Flags::CWR));
    conn.flows.live[i] = Some(flow);
}

/// The peer of `dir` acknowledged something; `before` was the lowest number not acknowledged.
pub fn acked(conn: &mut TcpConn, dir: Dir, before: Seq, at: At) {
    let i = dir.index();
    if let Some(mut flow) = conn.flows.live[i].take() {
        flow.acked(&view(conn, dir, at));
        conn.flows.live[i] = Some(flow);
    } else if conn.flows.initial[i] == 0 && conn.send[i].una.after(before) {
        // The SYN's number alone is no data.
        let out = conn.send[i].nxt.since(before);
        conn.flows.initial[i] = if out > 1 { out as u32 } else { 0 };
    }
}

/// The congestion window of `dir` in bytes as its flight implies it at present, where it does.
pub fn window(conn: &TcpConn, dir: Dir) -> Option<u32> {
    let flow = conn.flows.live[dir.index()].as_ref()?;
    flow.window(&conn.facts.ends[dir.index()])
}

/// The connection is over.
pub fn close(conn: &mut TcpConn) {
    for dir in [Dir::Client, Dir::Server] {
        let i = dir.index();
        if let Some(flow) = conn.flows.live[i].take() {
            let facts: Congestion = flow.finish(&conn.facts.ends[i]);
            conn.facts.ends[i].congestion = Some(Box::new(facts));
        }
    }
}

fn begin(conn: &TcpConn, points: usize, dir: Dir, at: At) -> Box<Flow> {
    let end = &conn.facts.ends[dir.index()];
    let shake = &conn.facts.handshake;
    let first = end.data.first;
    let opened = shake.syn.map(|syn| (syn, shake.ack.unwrap_or(first)));
    let start = flow::Start {
        at,
        first,
        handshake_ns: opened.map_or(0, |(syn, done)| done.ts.since(syn.ts)),
        idle_ns: opened.map_or(0, |(_, done)| first.ts.since(done.ts)),
        initial: conn.flows.initial[dir.index()],
        turnaround_ns: conn.live.turnaround_ns[dir.index()],
        points,
    };
    Box::new(Flow::new(&view(conn, dir, at), &start))
}

fn view(conn: &TcpConn, dir: Dir, at: At) -> View<'_> {
    let i = dir.index();
    let (end, peer) = (&conn.facts.ends[i], &conn.facts.ends[dir.flip().index()]);
    View {
        at,
        send: &conn.send[i],
        end,
        mss: conn.mss(dir).max(1),
        sack: conn.facts.agreed(|s| s.sack_permitted).unwrap_or(true),
        peer_window: peer.syn.map(|_| peer.window),
    }
}
