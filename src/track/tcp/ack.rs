//! What an acknowledgment tells of the data it answers: progress, round-trip times, holes, needless copies.

use arrayvec::ArrayVec;

use super::facts::{End, Rtt};
use super::send::{Ca, SendSide};
use crate::decode::tcp::Seq;
use crate::source::{At, NS_PER_MS};
use crate::track::{Proof, What};

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
    /// How far the capture point is from the data's sender, as time from an ACK to the data it releases.
    pub turnaround_ns: i64,
}

/// Events of one packet; `true`: about the sender of the data, `false`: about the sender of the ACK.
pub type Out = Vec<(bool, What<'static>)>;

/// Applies an acknowledgment to the sender `send`, whose facts are `end`, by its peer, whose facts are `peer`.
pub fn acknowledge(send: &mut SendSide, end: &mut End, peer: &mut End, ack: &Ack<'_>, out: &mut Out) {
    if !send.started {
        send.start(ack.ack);
    }
    send.acks_seen = true;
    if ack.ack.after(send.nxt) {
        unseen(send, end, ack, out);
    }
    let dsack = dsack(send, ack);
    if let Some((left, right)) = dsack {
        peer.dsacks.add(ack.at);
        out.push((false, What::Dsack { left, right }));
        needless(send, end, left, right, out);
    }
    let advanced = ack.ack.after(send.una);
    let newly_sacked = sacked(send, peer, ack, dsack.is_some());
    if advanced {
        advance(send, end, ack, out);
    } else if ack.ack == send.una {
        duplicate(send, peer, ack, newly_sacked, dsack.is_some(), out);
    }
    if let Some(sent) = newly_sacked.filter(|s| s.sends == 1 && !advanced) {
        end.rtt.sample(ack.at.ts.since(sent.ts), ack.at);
    }
    if advanced || newly_sacked.is_some() {
        send.last_ack = ack.at;
    }
    head_of_line(send, end, ack, out);
}

/// First time and copies of the earliest stretch that a packet newly SACKed.
#[derive(Debug, Clone, Copy)]
struct Newly {
    ts: crate::source::Timestamp,
    sends: u16,
}

/// RFC 2883 §4: the first block reports a duplicate when it lies below the cumulative ACK or inside the second block.
fn dsack(send: &SendSide, ack: &Ack<'_>) -> Option<(Seq, Seq)> {
    let &(left, right) = ack.sack.first()?;
    if !right.after(left) || left.since(send.una) < -(1 << 30) {
        return None;
    }
    let below = !right.after(ack.ack);
    let inside = ack.sack.get(1).is_some_and(|&(l, r)| !l.after(left) && !right.after(r));
    (below || inside).then_some((left, right))
}

/// Marks the latest copies of what a duplicate SACK covers as needless (if there was a second copy at all).
fn needless(send: &mut SendSide, end: &mut End, left: Seq, right: Seq, out: &mut Out) {
    let from = send.find(left);
    for sent in send.queue.range_mut(from..) {
        if !right.after(sent.seq) {
            break;
        }
        if sent.sends >= 2 && sent.needless + 1 < sent.sends && !sent.proven {
            sent.needless += 1;
            end.retransmits.spurious.add(sent.last);
            out.push((true, What::Spurious { of: sent.last, proof: Proof::Dsack }));
        }
        sent.proven = false;
    }
}

/// An ACK for data that the capture never showed.
fn unseen(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, out: &mut Out) {
    let missing = ack.ack.since(send.nxt);
    // A number half the space away is nonsense rather than progress (RFC 9293 §3.4).
    if !(0..1 << 30).contains(&missing) {
        return;
    }
    end.acked_unseen.add(ack.at);
    out.push((false, What::AckedUnseen { len: missing as u32 }));
    send.nxt = ack.ack;
}

/// Marks what the SACK blocks cover; returns the earliest stretch that is new among them.
fn sacked(send: &mut SendSide, peer: &mut End, ack: &Ack<'_>, dsack: bool) -> Option<Newly> {
    if ack.sack.is_empty() {
        return None;
    }
    peer.sack_segments.add(ack.at);
    peer.sack_blocks_max = peer.sack_blocks_max.max(ack.sack.len() as u8);
    let mut first: Option<Newly> = None;
    for &(left, right) in ack.sack.iter().skip(usize::from(dsack)) {
        if !right.after(left) || !right.after(ack.ack) || right.after(send.nxt) {
            continue;
        }
        let mut i = send.find(left);
        while let Some(sent) = send.queue.get(i).copied() {
            if !right.after(sent.seq) {
                break;
            }
            if !sent.sacked && !sent.acked && !left.after(sent.seq) {
                if sent.end().after(right) {
                    send.split(i, right);
                }
                let Some(sent) = send.queue.get_mut(i) else { break };
                sent.sacked = true;
                send.sacked_bytes += sent.len;
                let at = Newly { ts: sent.last.ts, sends: sent.sends };
                first = Some(first.filter(|f| f.ts <= at.ts).unwrap_or(at));
            }
            i += 1;
        }
        send.sacked_to = send.sacked_to.max(right);
    }
    first
}

/// The cumulative ACK moved: retire what it covers, take round-trip times, end recoveries.
fn advance(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, out: &mut Out) {
    let (mut first, mut last, mut again) = (None, None, false);
    let head_retransmitted = send.queue.get(send.acked).is_some_and(|s| s.sends > 1);
    if head_retransmitted {
        too_early(send, end, ack, out);
    }
    while let Some(sent) = send.queue.get(send.acked).copied() {
        if sent.end().after(ack.ack) {
            if !ack.ack.after(sent.seq) {
                break;
            }
            send.split(send.acked, ack.ack);
            continue;
        }
        if sent.sends > 1 {
            again = true;
        } else if !sent.sacked && sent.sends == 1 {
            first.get_or_insert(sent.first);
            last = Some(sent.first);
        }
        if sent.sends == 0 {
            // Passed over, never captured, and yet acknowledged.
            end.acked_unseen.add(ack.at);
            end.gap_bytes += u64::from(sent.len);
        }
        if sent.sends == 1 {
            send.largest_acked = send.largest_acked.max(sent.len);
        }
        if sent.sacked {
            send.sacked_bytes = send.sacked_bytes.saturating_sub(sent.len);
        }
        if let Some(done) = send.queue.get_mut(send.acked) {
            (done.acked, done.sacked) = (true, false);
        }
        send.acked += 1;
    }
    send.una = ack.ack;
    send.trim();
    send.dup_acks = 0;
    measure(send, &mut end.rtt, ack, first, last, again);
    settle(send, ack.ack);
}

/// Karn's rule: nothing that was sent twice is measured, unless timestamps tell the copies apart (RFC 7323 §4).
fn measure(send: &SendSide, rtt: &mut Rtt, ack: &Ack<'_>, first: Option<At>, last: Option<At>, again: bool) {
    match (first, last) {
        (Some(first), Some(last)) if !again => {
            rtt.sample(ack.at.ts.since(first.ts), ack.at);
            rtt.minimum(ack.at.ts.since(last.ts), ack.at);
        }
        _ => {
            let (Some(tsecr), Some(now)) = (ack.tsecr.filter(|t| *t != 0), send.clock_at(ack.at.ts)) else { return };
            let ticks = now.wrapping_sub(tsecr) as i32;
            if (0..120_000).contains(&ticks) {
                rtt.sample(i64::from(ticks.max(1)) * NS_PER_MS, ack.at);
            }
        }
    }
}

/// Recovery and loss end when everything in flight at their start is acknowledged (RFC 6675 §5, RFC 5681 §3.1).
fn settle(send: &mut SendSide, ack: Seq) {
    if send.ca != Ca::Open && !send.high.after(ack) {
        send.ca = Ca::Open;
        send.backoff = 0;
    }
    if send.tlp.is_some_and(|high| !high.after(ack)) {
        send.tlp = None;
    }
    send.new_data_probe = false;
    if send.mtu_until.is_some_and(|high| !high.after(ack)) {
        send.mtu_until = None;
    }
    if !send.sacked_to.after(ack) {
        send.sacked_bytes = 0;
    }
}

/// The head of the queue was sent again and is acknowledged now: was the answer for an earlier copy?
fn too_early(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, out: &mut Out) {
    let min = end.rtt.min();
    let Some(head) = send.queue.get_mut(send.acked) else { return };
    let proof = match ack.tsecr {
        // RFC 3522 §3.2: the echo is older than the retransmission.
        Some(tsecr) if head.tsval != head.first_tsval && (head.tsval.wrapping_sub(tsecr) as i32) > 0 => Proof::Eifel,
        _ => {
            let took = ack.at.ts.since(head.last.ts).saturating_add(ack.turnaround_ns);
            match min {
                Some(min) if ack.turnaround_ns * 4 < min && took < min / 2 => Proof::EarlyAck,
                _ => return,
            }
        }
    };
    if head.needless + 1 < head.sends {
        head.needless += 1;
        head.proven = true;
        end.retransmits.spurious.add(head.last);
        out.push((true, What::Spurious { of: head.last, proof }));
        undo(send);
    }
}

/// A proof that the recovery was needless ends it (RFC 4015; Linux `tcp_try_undo_*`).
fn undo(send: &mut SendSide) {
    if send.ca == Ca::Loss {
        send.ca = Ca::Open;
        send.backoff = 0;
    }
}

/// The same number again: RFC 5681 §2's duplicate ACK, or one that brings SACK news.
fn duplicate(send: &mut SendSide, peer: &mut End, ack: &Ack<'_>, newly: Option<Newly>, dsack: bool, out: &mut Out) {
    let outstanding = send.nxt.after(send.una);
    if !ack.pure || !outstanding || !(ack.same_window || newly.is_some()) || (dsack && newly.is_none()) {
        return;
    }
    send.dup_acks += 1;
    send.last_ack = ack.at;
    peer.duplicate_acks.add(ack.at);
    out.push((false, What::DuplicateAck { ack: ack.ack, count: send.dup_acks }));
}

/// Bytes SACKed above a hole have arrived and wait: from the first such report until the hole is acknowledged.
fn head_of_line(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, out: &mut Out) {
    if send.sacked_bytes > 0 {
        send.hol_since.get_or_insert(ack.at);
        send.hol_bytes = send.hol_bytes.max(send.sacked_bytes);
    } else if let Some(since) = send.hol_since.take() {
        let bytes = std::mem::take(&mut send.hol_bytes);
        end.hol.time.add(since, ack.at);
        end.hol.bytes += u64::from(bytes);
        end.hol.max_bytes = end.hol.max_bytes.max(bytes);
        out.push((true, What::HolStall { bytes, since }));
    }
}

/// SACK blocks of one segment.
pub type Blocks = ArrayVec<(Seq, Seq), 4>;
