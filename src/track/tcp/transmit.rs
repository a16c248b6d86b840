//! What a segment with sequence space is: new data, the same again, a late original, or a copy that the network made.

use super::ack::Told;
use super::facts::{Cause, End};
use super::retransmit::{self, Again, classify};
use super::rtt::RTO_MIN_NS;
use super::send::{SendSide, Sent};
use super::window::Room;
use crate::decode::tcp::Seq;
use crate::source::{At, NS_PER_MS, Timestamp};
use crate::track::What;

/// The sequence-space half of a segment.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// The packet.
    pub at: At,
    /// First number.
    pub seq: Seq,
    /// Sequence space: payload and FIN.
    pub len: u32,
    /// Payload bytes.
    pub payload: u32,
    /// TSval, if timestamps are on.
    pub tsval: Option<u32>,
    /// IP identification; 0 for none.
    pub id: u32,
    /// SACK was agreed.
    pub sack: bool,
    /// An earlier copy was sent, though it was not captured.
    pub unseen: bool,
    /// The data begin where those of the SYN did (RFC 7413). Asked only of what may have been sent before, like the next.
    pub of_syn: bool,
    /// What room the peer's window has.
    pub room: Room,
    /// Time from an acknowledgment passing the capture point to the data it releases.
    pub turnaround_ns: i64,
    /// Bound on the queue.
    pub limit: usize,
}

impl Piece {
    fn end(&self) -> Seq {
        self.seq.plus(self.len)
    }

    fn sent(&self, seq: Seq, len: u32) -> Sent {
        let tsval = self.tsval.unwrap_or(0);
        Sent {
            seq,
            len,
            first: self.at,
            last: self.at,
            first_tsval: tsval,
            tsval,
            id: self.id,
            sends: 1,
            needless: 0,
            sacked: false,
            acked: false,
            early: false,
            twice: false,
            proven: false,
        }
    }
}

/// Takes a piece of the stream that `send` sent; returns how many old stretches the bound made it forget.
pub fn transmit(send: &mut SendSide, end: &mut End, piece: &Piece, out: &mut Told<'_>) -> u64 {
    if !send.started {
        send.start(piece.seq);
    }
    let mut ahead = piece.seq.since(send.nxt);
    if ahead > MAX_JUMP {
        send.start(piece.seq);
        ahead = 0;
    }
    let mut forgotten = 0;
    if ahead > 0 {
        forgotten += hole(send, piece, ahead as u32);
    }
    if ahead >= 0 && piece.unseen {
        let copies = Copies { of: None, previous: None, tsval: None, sends: 2 };
        forgotten += send.push(Sent { sends: 0, ..piece.sent(piece.seq, piece.len) }, piece.limit);
        again(send, end, piece, piece.end(), copies, out);
    } else if ahead >= 0 {
        fresh(send, end, piece);
        forgotten += send.push(piece.sent(piece.seq, piece.len), piece.limit);
    } else {
        forgotten += old(send, end, piece, out);
    }
    if let Some(tsval) = piece.tsval {
        remember_clock(send, tsval, piece.at.ts);
    }
    forgotten
}

/// New data start the timers: the retransmission timer when nothing else was in flight (RFC 6298 (5.1)), the probe timer
/// always (RFC 8985 §7.2).
fn fresh(send: &mut SendSide, end: &End, piece: &Piece) {
    if send.in_flight() == 0 {
        send.timer_from = piece.at.ts;
    } else if piece.sack && retransmit::is_new_probe(send, &end.rtt, piece.at) {
        (send.tlp, send.tlp_again, send.timer_from) = (Some(piece.end()), false, piece.at.ts);
    }
    send.probe_from = piece.at.ts;
}

/// A jump beyond this is another numbering (a forged packet, another connection), no gap: no window reaches that far
/// (RFC 7323 §2.3 bounds it at 1 GiB).
const MAX_JUMP: i32 = 1 << 30;

/// Data was passed over: lost before the capture point, reordered, or not captured.
#[inline(never)]
fn hole(send: &mut SendSide, piece: &Piece, len: u32) -> u64 {
    let mut hole = piece.sent(send.nxt, len);
    hole.sends = 0;
    send.push(hole, piece.limit)
}

/// Some of the piece lies below the highest number sent.
#[inline(never)]
fn old(send: &mut SendSide, end: &mut End, piece: &Piece, out: &mut Told<'_>) -> u64 {
    let over = piece.end().since(send.nxt);
    let upto = if over > 0 { send.nxt } else { piece.end() };
    match sort(send, end, piece, upto) {
        Sort::Late { since, overtaken_by } => late(send, end, piece, upto, (since, overtaken_by), out),
        Sort::Behind => {
            // What was acknowledged is in the capture after all.
            end.acked_unseen.count = end.acked_unseen.count.saturating_sub(1);
            late(send, end, piece, upto, (send.last_ack, 0), out);
        }
        Sort::Copy(of) => {
            end.duplicates.add(piece.at);
            out.of_sender(What::Duplicate { of });
        }
        Sort::Again(copies) => again(send, end, piece, upto, copies, out),
    }
    if over > 0 {
        let fresh = piece.sent(send.nxt, over as u32);
        return send.push(fresh, piece.limit);
    }
    // Stretches that were split are more now.
    send.forget(piece.limit)
}

/// What an old piece is.
enum Sort {
    /// An original that others overtook.
    Late { since: At, overtaken_by: u32 },
    /// An original behind its own acknowledgment.
    Behind,
    /// A copy by the network or the capture.
    Copy(Option<At>),
    /// Sent again.
    Again(Copies),
}

/// What was sent before of the same numbers.
#[derive(Debug, Clone, Copy)]
struct Copies {
    /// The first that was captured.
    of: Option<At>,
    /// The latest.
    previous: Option<At>,
    /// Its TSval, if timestamps are on.
    tsval: Option<u32>,
    /// How many there are, this one included.
    sends: u16,
}

fn sort(send: &SendSide, end: &End, piece: &Piece, upto: Seq) -> Sort {
    let from = send.find(piece.seq);
    let covered = send.queue.range(from..).take_while(|s| upto.after(s.seq));
    let (mut of, mut previous, mut tsval, mut sends, mut hole) = (None, None, None, 0, None);
    for sent in covered {
        if sent.sends == 0 {
            hole = hole.or(Some(sent));
            continue;
        }
        if is_copy(send, end, piece, sent) {
            return Sort::Copy(Some(sent.last));
        }
        of = of.or(Some(sent.first));
        previous = previous.max_by_time(sent.last);
        tsval = if previous == Some(sent.last) { piece.tsval.map(|_| sent.tsval) } else { tsval };
        sends = sends.max(sent.sends);
    }
    if let (None, Some(hole)) = (of, hole) {
        let beyond = send.queue.iter().rev().take_while(|s| s.seq.after(hole.seq)).take(MAX_OVERTAKEN);
        let beyond = beyond.filter(|s| s.sends > 0).count();
        if !sent_later(send, end, piece, hole, from) {
            return Sort::Late { since: hole.first, overtaken_by: u32::try_from(beyond).unwrap_or(u32::MAX) };
        }
    }
    if of.is_none() && hole.is_none() && is_behind_its_ack(send, end, piece) {
        return Sort::Behind;
    }
    Sort::Again(Copies { of, previous, tsval, sends: sends.saturating_add(1) })
}

/// Data that the capture has right after their acknowledgment, which it took from another queue or interface; a sender
/// that sent them again would do so a round trip later.
fn is_behind_its_ack(send: &SendSide, end: &End, piece: &Piece) -> bool {
    let never_seen = send.queue.back().is_none_or(|last| !last.end().after(piece.seq));
    let soon = end.rtt.min().map_or(NS_PER_MS, |min| (min / 2).min(NS_PER_MS));
    never_seen && send.acks_seen && piece.at.ts.since(send.last_ack.ts) < soon
}

/// Stretches looked at for how many overtook a late one; that there were more is not counted.
const MAX_OVERTAKEN: usize = 1_024;

trait Later {
    fn max_by_time(self, other: At) -> Option<At>;
}

impl Later for Option<At> {
    fn max_by_time(self, other: At) -> Option<At> {
        Some(self.filter(|at| at.ts >= other.ts).unwrap_or(other))
    }
}

/// The same packet twice: same bytes, same IP identification and timestamp; without an identification (IPv6), the
/// same timestamp too soon for any sender to have reacted. Without timestamps, after the least time that a sender waits
/// for its timer, it may as well be one that numbers no packets, as some middleboxes, sending again.
fn is_copy(send: &SendSide, end: &End, piece: &Piece, sent: &Sent) -> bool {
    let same = sent.seq == piece.seq && sent.len == piece.len && piece.tsval.unwrap_or(0) == sent.tsval;
    if !same || (piece.id == 0 && send.mtu_until.is_some()) {
        return false;
    }
    let passed = piece.at.ts.since(sent.last.ts);
    if piece.id != 0 || sent.id != 0 {
        return piece.id == sent.id && (piece.tsval.is_some() || passed < RTO_MIN_NS);
    }
    let soon = end.rtt.min().map_or(NS_PER_MS, |min| min / 2);
    passed < soon
}

/// A hole is filled: was the filling packet sent after those that passed over it (a retransmission of what was lost
/// before the capture point), or before (reordering)? IP identification and timestamps tell; else the time it took.
fn sent_later(send: &SendSide, end: &End, piece: &Piece, hole: &Sent, from: usize) -> bool {
    let passed: Option<&Sent> = send.queue.range(from..).find(|s| s.sends == 1 && s.seq.after(hole.seq));
    let Some(passed) = passed else { return true };
    if let Some(tsval) = piece.tsval {
        let ahead = tsval.wrapping_sub(passed.first_tsval) as i32;
        if ahead != 0 {
            return ahead > 0;
        }
    }
    if piece.id != 0 && passed.id != 0 && piece.id < 0x1_0000 {
        let ahead = (piece.id as u16).wrapping_sub(passed.id as u16) as i16;
        if ahead.unsigned_abs() < 4_096 {
            return ahead > 0;
        }
    }
    let soonest = end.rtt.min().unwrap_or(3 * NS_PER_MS) * 3 / 4;
    piece.at.ts.since(hole.first.ts) >= soonest
}

#[cold]
fn late(send: &mut SendSide, end: &mut End, piece: &Piece, upto: Seq, late: (At, u32), out: &mut Told<'_>) {
    let (since, overtaken_by) = late;
    end.out_of_order.add(piece.at);
    end.reorder_delay.add(since, piece.at);
    end.reorder_extent = end.reorder_extent.max(overtaken_by);
    let late_ns = piece.at.ts.since(since.ts);
    mark(send, piece, upto);
    out.of_sender(What::OutOfOrder { seq: piece.seq, len: piece.payload, late_ns, overtaken_by });
}

fn again(send: &mut SendSide, end: &mut End, piece: &Piece, upto: Seq, copies: Copies, out: &mut Told<'_>) {
    let Copies { of, previous, tsval: before, sends } = copies;
    let acked_before = !upto.after(send.una);
    let again = Again {
        seq: piece.seq,
        end: upto,
        at: piece.at,
        tsval: piece.tsval,
        sack: piece.sack,
        of_syn: piece.of_syn,
        room: piece.room,
        turnaround_ns: piece.turnaround_ns,
        previous: previous.unwrap_or(send.last_send),
        ticks: piece.tsval.zip(before).map_or(0, |(now, before)| now.wrapping_sub(before) as i32),
        repeated: sends > 2,
    };
    let cause = classify(send, &end.rtt, &again);
    send.resent_to = upto;
    let r = &mut end.retransmits;
    r.by_cause[cause as usize] += 1;
    r.bytes += u64::from(piece.payload);
    r.all.add(piece.at);
    r.max_sends = r.max_sends.max(u32::from(sends));
    if sends > 2 {
        r.lost_again.add(piece.at);
    }
    if let (Cause::Rto, Some(previous)) = (cause, previous) {
        r.longest_rto.add(previous, piece.at);
    }
    let after_ns = previous.map_or(0, |p| piece.at.ts.since(p.ts));
    let sends = u32::from(sends);
    out.of_sender(What::Retransmit { cause, of, seq: piece.seq, len: piece.payload, after_ns, sends });
    mark(send, piece, upto);
    let useless = acked_before && of.is_some();
    if cause == Cause::Probe || useless {
        judged(send, piece.at);
    }
    if useless {
        r.spurious.add(piece.at);
        out.of_sender(What::Spurious { of: piece.at, proof: crate::track::Proof::AckedBefore });
    }
}

/// Notes the copy in the queue: splits the stretches at the piece's edges and updates those inside.
fn mark(send: &mut SendSide, piece: &Piece, upto: Seq) {
    let mut i = send.find(piece.seq);
    if send.queue.get(i).is_some_and(|s| piece.seq.after(s.seq)) {
        send.split(i, piece.seq);
        i += 1;
    }
    while let Some(sent) = send.queue.get(i).copied() {
        if !upto.after(sent.seq) {
            break;
        }
        if sent.end().after(upto) {
            send.split(i, upto);
        }
        let in_flight = i >= send.acked;
        if let Some(sent) = send.queue.get_mut(i) {
            let tsval = piece.tsval.unwrap_or(0);
            if sent.sends == 0 {
                (sent.first, sent.first_tsval) = (piece.at, tsval);
                send.holes -= u32::from(in_flight);
            }
            (sent.last, sent.tsval, sent.id) = (piece.at, tsval, piece.id);
            sent.sends = sent.sends.saturating_add(1);
        }
        i += 1;
    }
}

/// Of the copy sent at `at` nothing is proven any more: it is known to be needless, or is a probe, which asks for an answer
/// and is not sent for its data.
fn judged(send: &mut SendSide, at: At) {
    let copies = send.queue.iter_mut().filter(|s| s.last.frame == at.frame);
    copies.for_each(|sent| sent.needless = sent.needless.saturating_add(1));
}

/// Keeps the reference of the sender's timestamp clock where TSval and time agree best (least delay).
fn remember_clock(send: &mut SendSide, tsval: u32, ts: Timestamp) {
    send.tsval = tsval;
    match send.clock_at(ts) {
        Some(now) if (tsval.wrapping_sub(now) as i32) <= 0 => {}
        _ => send.clock = Some((tsval, ts)),
    }
}
