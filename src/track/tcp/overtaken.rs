//! Reordering and duplication beyond the capture point. A capture near the sender sees neither the late packet nor the
//! copy, but the acknowledgments give both away.

use super::facts::End;
use super::send::SendSide;
use crate::decode::tcp::Seq;
use crate::source::At;
use crate::track::What;

/// A hole at the head of what is in flight, before an acknowledgment is applied: sent once, and passed by what was sent
/// after it.
#[derive(Debug, Clone, Copy)]
pub struct Hole {
    from: Seq,
    to: Seq,
    since: At,
    above: u32,
}

/// The hole that the acknowledgments so far show, if nothing in it was sent again. `sack`: it was agreed.
pub fn hole(send: &SendSide, sack: bool) -> Option<Hole> {
    let without_sack = !sack;
    if (sack && send.sacked_bytes == 0) || (without_sack && send.dup_acks < DUP_ACKS) {
        return None;
    }
    let head = send.queue.get(send.acked)?;
    let since = send.hol_since.filter(|_| !without_sack).unwrap_or(send.last_ack);
    let mut hole = Hole { from: head.seq, to: head.seq, since, above: if without_sack { send.dup_acks } else { 0 } };
    for sent in send.queue.iter().skip(send.acked) {
        if sent.sacked {
            hole.above += 1;
        } else if hole.above > 0 && !without_sack || (without_sack && hole.to != hole.from) {
            break;
        } else if sent.sends == 1 && sent.first.ts < since.ts {
            hole.to = sent.end();
        } else {
            return None;
        }
    }
    (hole.to != hole.from).then_some(hole)
}

/// Without SACK a copy makes a duplicate ACK as well: fewer of them prove nothing.
const DUP_ACKS: u32 = 2;

/// The acknowledgment was applied: is the hole filled, though nothing was sent again?
pub fn filled(send: &SendSide, end: &mut End, hole: Option<Hole>, at: At) {
    let Some(hole) = hole.filter(|hole| !hole.to.after(send.una)) else { return };
    let inside = send.queue.range(send.find(hole.from)..).take_while(|s| hole.to.after(s.seq));
    let (mut segments, mut once) = (0, true);
    for sent in inside {
        segments += 1;
        once &= sent.sends == 1;
    }
    if segments == 0 || !once {
        return;
    }
    for _ in 0..segments {
        end.overtaken.add(at);
    }
    end.overtaken_delay.add(hole.since, at);
    end.overtaken_extent = end.overtaken_extent.max(hole.above);
}

/// RFC 2883 §4: a duplicate SACK for what was sent only once says that the network made a copy.
pub fn copied(send: &SendSide, end: &mut End, what: &What<'_>, at: At) {
    let What::Dsack { left, right } = *what else { return };
    // A keep-alive or window probe repeats one byte that counts for nothing sent; a capture with gaps may lack a copy.
    if right.since(left) <= 1 || end.acked_unseen.count > 0 {
        return;
    }
    let inside = send.queue.range(send.find(left)..).take_while(|s| right.after(s.seq));
    let (mut upto, mut once) = (left, true);
    for sent in inside {
        once &= sent.sends == 1 && !sent.seq.after(upto);
        upto = sent.end();
    }
    if once && !right.after(upto) {
        end.copied.add(at);
    }
}
