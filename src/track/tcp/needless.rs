//! Retransmissions that were not needed, and what proves it: a duplicate SACK (RFC 2883), an echoed timestamp older than
//! the copy (RFC 3522), or an acknowledgment sooner than any answer to the copy could be.
//!
//! A copy is one packet and is told once, when all of it is disproved: where a part was needed, the packet was.

use std::ops::Range;

use super::ack::{Ack, Told};
use super::facts::{Cause, End};
use super::send::{SendSide, Sent};
use crate::decode::tcp::Seq;
use crate::track::{Dir, Proof, What};

/// RFC 2883 §4: the first block reports a duplicate when it lies below the cumulative ACK or inside the second block.
pub fn dsack(send: &SendSide, ack: &Ack<'_>) -> Option<(Seq, Seq)> {
    let &(left, right) = ack.sack.first()?;
    if !right.after(left) || left.since(send.una) < -(1 << 30) {
        return None;
    }
    let below = !right.after(ack.ack) && !is_left_over(send, left, right);
    let inside = ack.sack.get(1).is_some_and(|&(l, r)| !l.after(left) && !right.after(r));
    (below || inside).then_some((left, right))
}

/// All of it is SACKed already and the same ACK passes it: Linux answers a FIN that completes the stream before it drops the
/// blocks that the FIN made idle, so nothing needs to have arrived twice.
fn is_left_over(send: &SendSide, left: Seq, right: Seq) -> bool {
    let mut covered = send.queue.range(send.find(left)..).take_while(|s| right.after(s.seq));
    left.after(send.una) && covered.all(|s| s.sacked)
}

/// The receiver got `left..right` twice; returns how many stretches of it were sent again.
#[cold]
pub fn disprove(send: &mut SendSide, end: &mut End, (left, right): (Seq, Seq), out: &mut Told<'_>) -> u32 {
    syn_twice(end, left, right, out);
    let (mut disproved, mut i) = (0, send.find(left));
    while let Some(sent) = send.queue.get(i).copied().filter(|s| right.after(s.seq)) {
        i += 1;
        if left.after(sent.seq) || sent.end().after(right) {
            continue;
        }
        if sent.sends < 2 {
            // It was sent once and arrived twice: the network makes copies.
            send.duplicated |= sent.sends == 1;
            continue;
        }
        disproved += 1;
        let certain = !send.duplicated || sent.early || !(sent.acked || sent.sacked);
        if let Some(sent) = send.queue.get_mut(i - 1).filter(|_| certain) {
            sent.twice = true;
        }
    }
    tell(send, end, left, right, out);
    disproved
}

/// A SYN-ACK that went out again arrived twice: the latest was not needed. That of a simultaneous open repeats the number
/// of a SYN and is no copy.
fn syn_twice(end: &mut End, left: Seq, right: Seq, out: &mut Told<'_>) {
    let of = end.syns.last;
    let copies = end.retransmits.by_cause[Cause::Syn as usize] + end.retransmits.by_cause[Cause::SynAck as usize];
    let its = end.isn == Some(left) && right == left.plus(1);
    let told = end.retransmits.spurious.count > 0 && end.retransmits.spurious.last.frame == of.frame;
    if its && copies > 0 && end.syns.count == 1 + copies && !told {
        end.retransmits.spurious.add(of);
        out.of_sender(What::Spurious { of, proof: Proof::Dsack });
    }
}

/// Tells each copy of which every stretch is disproved now.
fn tell(send: &mut SendSide, end: &mut End, left: Seq, right: Seq, out: &mut Told<'_>) {
    let mut i = send.find(left);
    while let Some(sent) = send.queue.get(i).copied().filter(|s| right.after(s.seq)) {
        let copy = copy_of(send, i);
        i = copy.end;
        let whole = send.queue.range(copy.clone()).all(|s| s.twice && s.needless + 1 < s.sends);
        if !whole {
            continue;
        }
        let told = sent.proven;
        for sent in send.queue.range_mut(copy.clone()) {
            (sent.twice, sent.proven) = (false, false);
        }
        // A D-SACK for a copy that is told already is the second proof of it.
        if !told {
            prove(send, end, copy, Proof::Dsack, out);
        }
    }
}

/// The head of the queue was sent again and is acknowledged now: was the answer for an earlier copy?
#[cold]
pub fn too_early(send: &mut SendSide, end: &mut End, ack: &Ack<'_>, out: &mut Told<'_>) {
    let Some(head) = send.queue.get(send.acked).copied() else { return };
    let Some(proof) = earlier_answered(&head, end, ack) else { return };
    let copy = copy_of(send, send.acked);
    let whole = send.queue.range(copy.clone()).all(|s| !s.end().after(ack.ack) && s.sends > s.needless + 1);
    if whole && !head.proven {
        for sent in send.queue.range_mut(copy.clone()) {
            sent.proven = true;
        }
        prove(send, end, copy, proof, out);
    }
}

fn earlier_answered(head: &Sent, end: &End, ack: &Ack<'_>) -> Option<Proof> {
    // RFC 3522 §3.2: the echo is older than the retransmission.
    if let Some(echo) = ack.tsecr.filter(|_| head.tsval != head.first_tsval) {
        return ((head.tsval.wrapping_sub(echo) as i32) > 0).then_some(Proof::Eifel);
    }
    let took = ack.at.ts.since(head.last.ts).saturating_add(ack.turnaround_ns);
    let min = end.rtt.min().filter(|min| ack.turnaround_ns < min / 4)?;
    (took < min / 2).then_some(Proof::EarlyAck)
}

/// A SYN or SYN-ACK that went out again is answered by an echo of the first one's timestamp (RFC 3522 §3.2): that one
/// had arrived. `latest` is the TSval of the last one.
pub fn syn(end: &mut End, latest: Option<u32>, echo: Option<u32>, out: &mut super::connection::Out, of: Dir) {
    let first = end.syn.and_then(|syn| syn.timestamps);
    if end.syns.count > 1 && end.syns.acked.is_none() && first.is_some() && first == echo && latest != first {
        let last = end.syns.last;
        end.retransmits.spurious.add(last);
        out.push((of, What::Spurious { of: last, proof: Proof::Eifel }));
    }
}

/// The stretches that went out in the same packet as the one at `i`.
fn copy_of(send: &SendSide, i: usize) -> Range<usize> {
    let frame = send.queue.get(i).map(|s| s.last.frame);
    let same = |s: &&Sent| Some(s.last.frame) == frame;
    let before = send.queue.range(..i).rev().take_while(same).count();
    let after = send.queue.range(i..).take_while(same).count();
    i - before..i + after.max(1).min(send.queue.len() - i)
}

fn prove(send: &mut SendSide, end: &mut End, copy: Range<usize>, proof: Proof, out: &mut Told<'_>) {
    let Some(of) = send.queue.get(copy.start).map(|s| s.last) else { return };
    for sent in send.queue.range_mut(copy) {
        sent.needless += 1;
    }
    end.retransmits.spurious.add(of);
    out.of_sender(What::Spurious { of, proof });
}
