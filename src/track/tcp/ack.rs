//! What an acknowledgment tells of the data it answers: progress, round-trip times, holes, needless copies.

use super::connection::Out;
use super::facts::{End, Rtt};
use super::needless;
use super::recovery::News;
use super::send::{SendSide, Sent};
use crate::decode::tcp::Seq;
use crate::source::{At, NS_PER_MS, Timestamp};
use crate::track::{Dir, What};

/// The acknowledging half of a segment, as the data's sender sees it.
#[derive(Debug, Clone)]
pub struct Ack<'a> {
    /// The packet.
    pub at: At,
    /// Acknowledgment number.
    pub ack: Seq,
    /// SACK blocks.
    pub sack: &'a [(Seq, Seq)],
    /// Echoed timestamp, if any.
    pub tsecr: Option<u32>,
    /// No payload, SYN, FIN or RST.
    pub pure: bool,
    /// The window is the same as in the packet before.
    pub same_window: bool,
    /// SACK was agreed.
    pub sack_agreed: bool,
    /// It may answer a keep-alive or window probe, which repeats the last number on purpose.
    pub probed: bool,
    /// The last FIN is acknowledged by it: no socket is left to smooth the round trip that it measures.
    pub last: bool,
    /// How far the capture point is from the data's sender, as time from an ACK to the data it releases.
    pub turnaround_ns: i64,
}

/// Where the events of one packet go, whose data one end sent and its peer acknowledges.
#[derive(Debug)]
pub struct Told<'a> {
    /// The sender of the data.
    pub sender: Dir,
    /// All events of the packet.
    pub out: &'a mut Out,
}

impl Told<'_> {
    /// Something about the sender of the data.
    #[cold]
    pub fn of_sender(&mut self, what: What<'static>) {
        self.out.push((self.sender, what));
    }

    /// Something about the sender of the ACK.
    #[cold]
    pub fn of_peer(&mut self, what: What<'static>) {
        self.out.push((self.sender.flip(), what));
    }
}

/// Applies an acknowledgment to the sender `send`, whose facts are `end`, by its peer, whose facts are `peer`.
pub fn acknowledge(send: &mut SendSide, end: &mut End, peer: &mut End, ack: &Ack<'_>, out: &mut Told<'_>) {
    if !send.started {
        send.start(ack.ack);
    }
    send.acks_seen = true;
    if ack.ack.after(send.nxt) {
        unseen(send, end, ack, out);
    }
    let mut news = News { tsecr: ack.tsecr.filter(|t| *t != 0), sack: ack.sack_agreed, ..News::default() };
    let dsack = needless::dsack(send, ack);
    let repeats_probe = |(left, right): (Seq, Seq)| ack.probed && right == send.una && right.since(left) == 1;
    if let Some((left, right)) = dsack.filter(|range| !repeats_probe(*range)) {
        peer.dsacks.add(ack.at);
        out.of_peer(What::Dsack { left, right });
        news.disproved = Some((needless::disprove(send, end, (left, right), out), right));
    }
    news.advanced = ack.ack.after(send.una);
    let newly = if ack.sack.is_empty() { Newly::default() } else { sacked(send, end, peer, ack, dsack.is_some()) };
    news.sacked = newly.any;
    if news.advanced {
        let first = newly.first;
        (news.original, news.acked) = advance(send, end, ack, first, out);
    } else if ack.ack == send.una {
        news.duplicate = duplicate(send, peer, ack, news.sacked, dsack.is_some(), out);
    }
    news.original |= newly.original;
    if let Some(first) = newly.first.filter(|_| !news.advanced && end.rtt.by_acks()) {
        end.rtt.sample(ack.at.ts.since(first), ack.at);
    }
    if news.advanced || news.sacked {
        send.last_ack = ack.at;
    }
    restart_timer(send, ack, &news, newly.first);
    send.informed(&news, &end.rtt, ack.at.ts);
    head_of_line(send, end, ack, out);
}

/// RFC 6298 (5.3), and as Linux has it with SACK: news of data sent before the head was last sent restart the timer too.
fn restart_timer(send: &mut SendSide, ack: &Ack<'_>, news: &News, first: Option<Timestamp>) {
    let head = || send.queue.get(send.acked).map(|s| s.last.ts);
    if news.advanced || first.is_some_and(|first| head().is_some_and(|head| first < head)) {
        (send.timer_from, send.probe_from) = (ack.at.ts, ack.at.ts);
    }
}

/// What a packet newly SACKed.
#[derive(Debug, Clone, Copy, Default)]
struct Newly {
    /// Anything.
    any: bool,
    /// Sent once, before the present episode.
    original: bool,
    /// When the earliest of what was sent once was sent.
    first: Option<Timestamp>,
}

/// An ACK for data that the capture never showed.
#[cold]
fn unseen(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, out: &mut Told<'_>) {
    let missing = ack.ack.since(send.nxt);
    // A number half the space away is nonsense rather than progress (RFC 9293 §3.4).
    if !(0..1 << 30).contains(&missing) {
        return;
    }
    end.acked_unseen.add(ack.at);
    end.acked_ahead += missing as u64;
    out.of_peer(What::AckedUnseen { len: missing as u32 });
    send.nxt = ack.ack;
}

/// Marks what the SACK blocks cover; returns what is new among it.
#[inline(never)]
fn sacked(send: &mut SendSide, end: &End, peer: &mut End, ack: &Ack<'_>, dsack: bool) -> Newly {
    let mut newly = Newly::default();
    let min = end.rtt.min();
    peer.sack_segments.add(ack.at);
    peer.sack_blocks_max = peer.sack_blocks_max.max(ack.sack.len() as u8);
    for &(left, right) in ack.sack.iter().skip(usize::from(dsack)) {
        if !right.after(left) || !right.after(ack.ack) || right.after(send.nxt) {
            continue;
        }
        let mut i = send.find(left);
        if send.queue.get(i).is_some_and(|s| left.after(s.seq) && !s.sacked && !s.acked) {
            // A captured packet that the interface cut into segments (TSO): some of them arrived.
            send.split(i, left);
            i += 1;
        }
        while let Some(sent) = send.queue.get(i).copied() {
            if !right.after(sent.seq) {
                break;
            }
            if !sent.sacked && !sent.acked {
                if sent.end().after(right) {
                    send.split(i, right);
                }
                let Some(sent) = send.queue.get_mut(i) else { break };
                sent.sacked = true;
                sent.early = answered_early(sent, ack.at, min);
                let sent = *sent;
                send.sacked_bytes += sent.len;
                newly.any = true;
                if sent.sends == 1 {
                    newly.original |= !sent.end().after(send.high);
                    newly.first = Some(newly.first.map_or(sent.last.ts, |first| first.min(sent.last.ts)));
                }
                send.notice_order(&sent);
                send.delivered(&sent, ack.at, min);
            }
            i += 1;
        }
        send.sacked_to = send.sacked_to.max(right);
    }
    newly
}

/// The cumulative ACK moved: retire what it covers, take round-trip times. Returns whether data sent once, before the
/// present episode, were among it, and how many segments.
fn advance(
    send: &mut SendSide,
    end: &mut End,
    ack: &Ack<'_>,
    sacked: Option<Timestamp>,
    out: &mut Told<'_>,
) -> (bool, u32) {
    let before = send.acked;
    let (mut first, mut last, mut again, mut original) = (None, None, false, false);
    let min = end.rtt.min().map(|min| min - ack.turnaround_ns);
    let head_retransmitted = send.queue.get(send.acked).is_some_and(|s| s.sends > 1);
    if head_retransmitted {
        needless::too_early(send, end, ack, out);
    }
    while let Some(sent) = send.queue.get_mut(send.acked) {
        let whole = !sent.end().after(ack.ack);
        if whole && sent.sends == 1 && !sent.sacked {
            sent.acked = true;
            let sent = *sent;
            first.get_or_insert(sent.first);
            last = Some(sent.first);
            original |= !sent.end().after(send.high);
            send.notice_order(&sent);
            send.delivered(&sent, ack.at, min);
            send.largest_acked = send.largest_acked.max(sent.len);
            send.acked += 1;
        } else if whole {
            again |= sent.sends > 1;
            retire(send, end, ack, min);
        } else if ack.ack.after(sent.seq) {
            send.split(send.acked, ack.ack);
        } else {
            break;
        }
    }
    let acked = u32::try_from(send.acked - before).unwrap_or(u32::MAX);
    send.una = ack.ack;
    send.trim();
    send.dup_acks = 0;
    if again {
        (first, last) = (None, None);
        // Without SACK nothing tells which of the copies the progress is due to.
        original &= ack.sack_agreed;
    }
    if measure(send, &mut end.rtt, ack, first.map(|f| f.ts).or(sacked), last) {
        send.backoff = 0;
    }
    settle(send, ack.ack);
    (original, acked)
}

/// The first stretch in flight, which is acknowledged: it was sent again, or never seen, or is SACKed.
#[inline(never)]
fn retire(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, min: Option<i64>) {
    let Some(done) = send.queue.get_mut(send.acked) else { return };
    let sent = *done;
    done.early |= !done.sacked && answered_early(done, ack.at, min);
    (done.acked, done.sacked) = (true, false);
    send.acked += 1;
    if sent.sacked {
        send.sacked_bytes = send.sacked_bytes.saturating_sub(sent.len);
    } else {
        send.notice_order(&sent);
        send.delivered(&sent, ack.at, min);
    }
    if sent.sends == 0 {
        // Passed over, never captured, and yet acknowledged.
        send.holes -= 1;
        end.acked_unseen.add(ack.at);
        end.gap_bytes += u64::from(sent.len);
    } else if sent.sends == 1 {
        send.largest_acked = send.largest_acked.max(sent.len);
    }
}

/// Covered for the first time, sooner than the latest copy could be answered.
fn answered_early(sent: &Sent, at: At, min_rtt: Option<i64>) -> bool {
    sent.sends > 1 && min_rtt.is_some_and(|min| at.ts.since(sent.last.ts) < min)
}

/// Karn's rule: nothing that was sent twice is measured, unless timestamps tell the copies apart (RFC 7323 §4). Returns
/// whether there was anything to measure, which ends the timer's back-off (RFC 6298 (5.7)).
fn measure(send: &SendSide, rtt: &mut Rtt, ack: &Ack<'_>, first: Option<Timestamp>, last: Option<At>) -> bool {
    if !rtt.by_acks() {
        return first.is_some() || ack.tsecr.is_some();
    }
    if let Some(first) = first {
        let ns = ack.at.ts.since(first);
        if ack.last {
            rtt.record(ns, ack.at)
        } else {
            rtt.sample(ns, ack.at)
        }
        rtt.minimum(last.map_or(i64::MAX, |last| ack.at.ts.since(last.ts)), ack.at);
        return true;
    }
    let (Some(tsecr), Some(now)) = (ack.tsecr.filter(|t| *t != 0), send.clock_at(ack.at.ts)) else { return false };
    let ticks = now.wrapping_sub(tsecr) as i32;
    if (0..120_000).contains(&ticks) {
        rtt.sample(i64::from(ticks.max(1)) * NS_PER_MS, ack.at);
    }
    true
}

/// What ends when `ack` is reached.
fn settle(send: &mut SendSide, ack: Seq) {
    if send.mtu_until.is_some_and(|high| !high.after(ack)) {
        send.mtu_until = None;
    }
    if !send.sacked_to.after(ack) {
        send.sacked_bytes = 0;
    }
}

/// The same number again: RFC 5681 §2's duplicate ACK, or one that brings SACK news.
fn duplicate(send: &mut SendSide, peer: &mut End, ack: &Ack<'_>, newly: bool, dsack: bool, out: &mut Told<'_>) -> bool {
    let outstanding = send.nxt.after(send.una);
    if !ack.pure || !outstanding || !(ack.same_window || newly) || (dsack && !newly) {
        return false;
    }
    send.dup_acks += 1;
    send.last_ack = ack.at;
    peer.duplicate_acks.add(ack.at);
    out.of_peer(What::DuplicateAck { ack: ack.ack, count: send.dup_acks });
    true
}

/// Bytes SACKed above a hole have arrived and wait: from the first such report until the hole is acknowledged.
fn head_of_line(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, out: &mut Told<'_>) {
    // A FIN takes a sequence number and is no byte that waits (RFC 9293 §3.4).
    let fin = send.sacked_bytes > 0 && send.sacked_to == send.nxt && end.finished;
    let waiting = send.sacked_bytes.saturating_sub(u32::from(fin));
    if waiting > 0 {
        send.hol_since.get_or_insert(ack.at);
        send.hol_bytes = send.hol_bytes.max(waiting);
    } else if let Some(since) = send.hol_since.take() {
        hole_filled(send, end, since, ack.at, out);
    }
}

#[cold]
fn hole_filled(send: &mut SendSide, end: &mut End, since: At, at: At, out: &mut Told<'_>) {
    let bytes = std::mem::take(&mut send.hol_bytes);
    end.hol.time.add(since, at);
    end.hol.bytes += u64::from(bytes);
    end.hol.max_bytes = end.hol.max_bytes.max(bytes);
    out.of_sender(What::HolStall { bytes, since });
}
