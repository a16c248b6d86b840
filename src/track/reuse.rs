//! A 4-tuple used again: what the earlier conversation left behind (RFC 9293 §3.6.1, RFC 6191).

use super::tcp::{Reuse, State};
use super::{Conversation, Dir};
use crate::decode::Addr;
use crate::decode::tcp::{Seq, TcpView, options};
use crate::source::At;

/// What a closed TCP conversation leaves in its record once its details are dropped.
#[derive(Debug, Clone, Copy)]
pub struct Remains {
    /// Highest number each end sent.
    pub nxt: [Seq; 2],
    /// Latest TSval of each end; 0 for none.
    pub tsval: [u32; 2],
    /// Final state of each end.
    pub states: [State; 2],
}

/// How `previous` bears on a SYN by `src` that reuses its 4-tuple.
pub fn of(previous: &Conversation, src: (Addr, u16), tcp: &TcpView<'_>, at: At) -> Option<Reuse> {
    let tcp_before = previous.detail.as_ref().and_then(|d| d.tcp.as_ref());
    let (remains, facts) = (tcp_before?.remains(), previous.tcp()?);
    let dir = previous.dir_of(src);
    let running = |end: Dir| facts.end(end).time_wait.filter(|w| w.killed.is_none() && at.ts < w.until).map(|_| end);
    let tsval = options(tcp.options).timestamps.map(|t| t.0);
    let last = remains.tsval[dir.index()];
    Some(Reuse {
        previous: previous.id,
        ended: previous.last,
        states: remains.states,
        time_wait: running(Dir::Client).or(running(Dir::Server)),
        timestamp_later: tsval.filter(|_| last != 0).map(|t| (t.wrapping_sub(last) as i32) > 0),
        isn_later: tcp.seq.after(remains.nxt[dir.index()]),
    })
}
