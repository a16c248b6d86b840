//! A 4-tuple used again: what the earlier conversation left behind (RFC 9293 §3.6.1, RFC 6191).

use super::table::Hashed;
use super::tcp::{Reuse, State};
use super::{Conversation, Dir, Tracker};
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

impl Tracker {
    /// The SYN that began the conversation at `index` was answered by a challenge ACK: it may come again.
    pub(super) fn challenge(&mut self, index: u32) {
        if self.challenged.len() >= MAX_CHALLENGED {
            self.challenged.remove(0);
        }
        self.challenged.push(index);
    }

    /// The conversation that a SYN belongs to: the latest `of_key`, or another one that it began; `None` for a new one.
    pub(super) fn of_syn(
        &mut self,
        key: &Hashed,
        of_key: Option<u32>,
        src: (Addr, u16),
        tcp: &TcpView<'_>,
    ) -> Option<u32> {
        self.tried_before(key, src, tcp).or_else(|| of_key.filter(|&index| !self.is_new(index, src, tcp)))
    }

    /// The conversation that this SYN began before a challenge ACK sent its sender back (RFC 5961 §4.2: it resets what the
    /// other side holds, and tries again).
    fn tried_before(&mut self, key: &Hashed, src: (Addr, u16), tcp: &TcpView<'_>) -> Option<u32> {
        let &Hashed { ref key, hash } = key;
        let same = |index: &u32| {
            let record = self.table.get(*index).filter(|r| !r.closed && key.is_of(r));
            record.is_some() && !self.is_new(*index, src, tcp)
        };
        let index = self.challenged.iter().rev().copied().find(same)?;
        self.table.point(key, hash, index);
        Some(index)
    }
}

/// Challenged SYNs remembered; of older ones the repetition begins another conversation.
const MAX_CHALLENGED: usize = 64;
