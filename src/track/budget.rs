//! How much the details of live conversations may take together: beyond it those that were idle longest are closed as
//! they stand, so that a capture of any size fits into the same memory.

use std::collections::VecDeque;

use super::conversation::Detail;
use super::event::Sink;
use super::tcp::TcpConn;
use super::tracker::Tracker;

/// What all details take, and their conversations by the time they were last looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget {
    bytes: usize,
    /// Number of the conversation, and the frame that was its last at the time.
    order: VecDeque<(u32, u32)>,
    /// As many as there may be before those that are over are sorted out.
    due: usize,
}

/// Conversations in order before it is looked for the first time which of them are over.
const FIRST_DUE: usize = 4_096;

impl Tracker {
    /// Notes what the details of a conversation take after a packet, and closes others where all take too much.
    pub(super) fn weigh(&mut self, index: u32, sink: &mut impl Sink) {
        let Some(record) = self.table.get_mut(index).filter(|record| !record.closed) else { return };
        let Some(detail) = &mut record.detail else { return };
        let weight = detail.weigh(record.payload);
        let before = std::mem::replace(&mut detail.weight, weight);
        if weight == before {
            return;
        }
        self.budget.bytes = self.budget.bytes - before + weight;
        if before == 0 {
            self.budget.order.push_back((index, record.last.frame));
            self.sort_out();
        }
        while self.budget.bytes > self.options.limits.live_bytes {
            let Some((index, frame)) = self.budget.order.pop_front() else { return };
            let Some(record) = self.table.get(index).filter(|record| !record.closed) else { continue };
            if record.last.frame != frame {
                // It was active since: it waits for its next turn.
                self.budget.order.push_back((index, record.last.frame));
                continue;
            }
            self.census.hit("live_bytes");
            self.close(index, sink);
        }
    }

    /// Forgets those that are over, once they may be as many as those that are not.
    fn sort_out(&mut self) {
        let (order, table) = (&mut self.budget.order, &self.table);
        if order.len() > self.budget.due.max(FIRST_DUE) {
            order.retain(|(index, _)| table.get(*index).is_some_and(|record| !record.closed));
            self.budget.due = 2 * order.len();
        }
    }

    /// The details of a conversation are about to be dropped.
    pub(super) fn lighten(&mut self, weight: usize) {
        self.budget.bytes = self.budget.bytes.saturating_sub(weight);
    }
}

impl Detail {
    /// About how many bytes the details take, given the payload of both sides: what an application parser holds is made
    /// of the first of it.
    pub(super) fn weigh(&self, payload: [u64; 2]) -> usize {
        let read = payload.iter().map(|n| (*n).min(PARSED) as usize).sum::<usize>();
        size_of::<Detail>() + read + self.tcp.as_ref().map_or(0, |tcp| size_of::<TcpConn>() + tcp.queued_bytes())
    }
}

/// Bytes of one side that a parser may still hold something of.
const PARSED: u64 = 65_536;
