//! One sender's sequence space: what was sent, what is acknowledged, and what was sent again.
//!
//! The queue holds every stretch in flight in order of sequence number, preceded by a few that were acknowledged
//! lately, so that late copies find the original. A stretch that the capture never showed but later data passed over
//! is in the queue too, with `sends == 0`.

use std::collections::VecDeque;

use super::echo::Echo;
use super::patience::Patience;
use super::recovery::{Rack, Undo};
use super::trail::Trail;
use crate::decode::tcp::Seq;
use crate::source::{At, Timestamp};

/// A stretch of sequence space sent in one packet (or never seen).
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// First byte.
    pub seq: Seq,
    /// Sequence space: payload, and one for a FIN.
    pub len: u32,
    /// First copy; for a hole, the packet that passed over it.
    pub first: At,
    /// Latest copy.
    pub last: At,
    /// TSval of the first copy.
    pub first_tsval: u32,
    /// TSval of the latest copy.
    pub tsval: u32,
    /// IP identification of the latest copy.
    pub id: u32,
    /// Copies seen; 0 for a hole.
    pub sends: u16,
    /// Retransmissions of it that were proven needless.
    pub needless: u16,
    /// The receiver has it (SACK).
    pub sacked: bool,
    /// Acknowledged by the cumulative ACK.
    pub acked: bool,
    /// It was first reported received sooner than the latest copy could be answered: an earlier one arrived.
    pub early: bool,
    /// A D-SACK says that it arrived twice, which is not told yet.
    pub twice: bool,
    /// A proof of needlessness other than DSACK was already given for the latest copy.
    pub proven: bool,
}

impl Sent {
    /// The number after its last byte.
    #[must_use]
    pub fn end(&self) -> Seq {
        self.seq.plus(self.len)
    }
}

/// Stretches that a queue has room for at first: most senders need no more in all.
const FIRST_SENT: usize = 16;
/// Acknowledged stretches kept for late copies.
const KEPT_ACKED: usize = 48;

/// What the congestion control of the sender must believe (the kernel's names).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ca {
    /// No loss.
    #[default]
    Open,
    /// Fast retransmit and recovery.
    Recovery,
    /// After the retransmission timer.
    Loss,
}

/// The live state of one sender.
///
/// In memory as it stands here: what every segment touches lies together and comes first, by cache lines.
#[derive(Debug, Clone, Default)]
#[repr(C)]
pub struct SendSide {
    /// Lowest number not acknowledged.
    pub una: Seq,
    /// Highest number sent, plus one.
    pub nxt: Seq,
    /// Recovery or loss ends when this is acknowledged.
    pub high: Seq,
    /// Highest number SACKed, plus one.
    pub sacked_to: Seq,
    /// Bytes SACKed above `una`.
    pub sacked_bytes: u32,
    /// Duplicate ACKs in a row.
    pub dup_acks: u32,
    /// Segments that arrived above the hole, as duplicate ACKs without SACK tell.
    pub reno: u32,
    /// Stretches in flight that were passed over and never seen.
    pub holes: u32,
    /// Something with sequence space was seen or acknowledged: `una` and `nxt` mean something.
    pub started: bool,
    /// Any acknowledgment from the peer was captured.
    pub acks_seen: bool,
    /// Congestion state.
    pub ca: Ca,
    /// The timeout may yet prove needless by data sent before it (RFC 5682).
    pub frto: bool,
    /// The probe resent data; else it was new data, and only the silence before it tells.
    pub tlp_again: bool,
    /// Something that was sent once arrived out of order.
    pub reordered: bool,
    /// Something that was sent once arrived twice: a D-SACK may be the network's doing.
    pub duplicated: bool,
    /// An ACK proved a loss and nothing was sent again yet: the number that the recovery has to reach.
    pub suspect: Option<Seq>,
    /// A tail loss probe is outstanding: the number up to which it asks for an acknowledgment.
    pub tlp: Option<Seq>,
    /// Segments were asked for in smaller pieces (ICMP), up to this number.
    pub mtu_until: Option<Seq>,
    /// Acknowledged stretches, then those in flight.
    pub queue: VecDeque<Sent>,
    /// How many at the front of `queue` are acknowledged.
    pub acked: usize,
    /// First SACK or duplicate ACK of the present hole, for head-of-line blocking.
    pub hol_since: Option<At>,
    /// Largest stretch acknowledged that was sent once.
    pub largest_acked: u32,
    /// Timeouts in a row.
    pub backoff: u32,
    /// When the retransmission timer was last started (RFC 6298 §5).
    pub timer_from: Timestamp,
    /// When the probe timer was last started (RFC 8985 §7.2).
    pub probe_from: Timestamp,
    /// Latest transmission of data, new or old.
    pub last_send: At,
    /// Latest ACK from the peer that said something new (advance, SACK, duplicate).
    pub last_ack: At,
    /// Reference for the sender's timestamp clock: TSval and capture time of one of its segments.
    pub clock: Option<(u32, Timestamp)>,
    /// The latest-sent segment that was delivered.
    pub rack: Option<Rack>,
    /// Its packets by IP identification.
    pub trail: Trail,
    /// Latest TSval sent.
    pub tsval: u32,
    /// Round trips by timestamp echo, where acknowledgments cannot tell.
    pub echo: Echo,
    /// When the present state of congestion began.
    pub since: Timestamp,
    /// The retransmissions of the present episode, as far as they may prove needless.
    pub undo: Undo,
    /// How much longer than at first a segment is given to arrive out of order.
    pub patience: Patience,
    /// Most bytes that waited behind it.
    pub hol_bytes: u32,
    /// Where the latest retransmission ended.
    pub resent_to: Seq,
    /// Stretches dropped from the queue since it was full.
    pub forgotten: u64,
}

impl SendSide {
    /// Forgets everything but a queue of ordinary length.
    pub fn reset(&mut self) {
        let mut queue = std::mem::take(&mut self.queue);
        queue.clear();
        queue.shrink_to(KEPT_ACKED * 2);
        *self = SendSide { queue, ..SendSide::default() };
    }

    /// Begins at `seq`, for the first packet seen of this side.
    pub fn start(&mut self, seq: Seq) {
        (self.started, self.una, self.nxt, self.high) = (true, seq, seq, seq);
        (self.sacked_to, self.resent_to) = (seq, seq);
    }

    /// Bytes sent and not acknowledged.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        u32::try_from(self.nxt.since(self.una)).unwrap_or(0)
    }

    /// Index of the first stretch of the queue that ends after `seq`.
    #[must_use]
    pub fn find(&self, seq: Seq) -> usize {
        self.queue.partition_point(|s| !s.end().after(seq))
    }

    /// Adds new data at the end, at most `limit` stretches being kept; returns how many were forgotten. Always put where it
    /// is used, so that the stretch is written where it stays and not moved there.
    #[inline(always)]
    pub fn push(&mut self, sent: Sent, limit: usize) -> u64 {
        self.nxt = sent.end();
        self.holes += u32::from(sent.sends == 0);
        if self.queue.capacity() == 0 {
            self.queue.reserve_exact(FIRST_SENT);
        }
        self.queue.push_back(sent);
        if self.queue.len() > limit { self.forget(limit) } else { 0 }
    }

    /// Forgets the oldest stretches beyond `limit`; returns how many.
    pub fn forget(&mut self, limit: usize) -> u64 {
        let mut dropped = 0;
        while self.queue.len() > limit.max(2) {
            let oldest = self.queue.pop_front();
            self.holes -= u32::from(self.acked == 0 && oldest.is_some_and(|s| s.sends == 0));
            self.acked = self.acked.saturating_sub(1);
            dropped += 1;
        }
        self.forgotten += dropped;
        dropped
    }

    /// Splits the stretch at index `i` at `at`, which lies inside it.
    pub fn split(&mut self, i: usize, at: Seq) {
        let Some(whole) = self.queue.get_mut(i) else { return };
        let head = at.since(whole.seq);
        if head <= 0 || head as u32 >= whole.len {
            return;
        }
        let mut tail = *whole;
        whole.len = head as u32;
        tail.seq = at;
        tail.len -= head as u32;
        self.queue.insert(i + 1, tail);
        if i < self.acked {
            self.acked += 1;
        } else {
            self.holes += u32::from(tail.sends == 0);
        }
    }

    /// Lets go of acknowledged stretches beyond those kept for late copies.
    pub fn trim(&mut self) {
        let over = self.acked.saturating_sub(KEPT_ACKED);
        if over > 0 {
            self.queue.drain(..over);
            self.acked -= over;
        }
    }

    /// The sender's timestamp clock at `ts`, in its own ticks of 1 ms.
    #[must_use]
    pub fn clock_at(&self, ts: Timestamp) -> Option<u32> {
        let (tsval, then) = self.clock?;
        Some(tsval.wrapping_add((ts.since(then) / crate::source::NS_PER_MS) as u32))
    }
}
