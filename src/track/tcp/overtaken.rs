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
    for sent in send.queue.iter().skip(send.acked).take(LOOK) {
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
    (hole.to != hole.from && hole.above > 0).then_some(hole)
}

/// Segments looked at: every acknowledgment in a recovery looks anew. A longer hole is taken for loss, and the extent is
/// counted so far.
const LOOK: usize = 64;
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
#[inline(never)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Limits;
    use crate::track::tcp::send::Sent;
    use crate::track::testing::at;

    fn stretch(n: u32, sacked: bool) -> Sent {
        let (seq, first) = (Seq(n * 100), at(n));
        let (first_tsval, tsval, id, sends, needless) = (0, 0, n, 1, 0);
        Sent {
            seq,
            len: 100,
            first,
            last: first,
            first_tsval,
            tsval,
            id,
            sends,
            needless,
            sacked,
            acked: false,
            proven: false,
            early: false,
            twice: false,
        }
    }

    /// Five segments of 100 bytes at 1 to 5 ms; the second is missing, those behind it are SACKed since 6 ms.
    fn sender() -> SendSide {
        let mut send = SendSide::default();
        send.start(Seq(100));
        for n in 1..=5 {
            send.push(stretch(n, n > 2), 64);
        }
        (send.acked, send.una, send.sacked_bytes, send.hol_since) = (1, Seq(200), 300, Some(at(6)));
        send
    }

    /// What is found when everything is acknowledged at 9 ms.
    fn acknowledged(mut send: SendSide, sack: bool) -> End {
        let mut end = End::new(Limits::default().tcp());
        let before = hole(&send, sack);
        send.una = Seq(600);
        filled(&send, &mut end, before, at(9));
        end
    }

    #[test]
    fn a_hole_that_fills_by_itself_was_reordering() {
        let end = acknowledged(sender(), true);
        assert_eq!((end.overtaken.count, end.overtaken_extent, end.overtaken_delay.max_ns), (1, 3, 3_000_000));
    }

    #[test]
    fn a_hole_that_a_retransmission_fills_was_loss() {
        let mut send = sender();
        send.queue[1].sends = 2;
        assert_eq!(acknowledged(send, true).overtaken.count, 0);
    }

    #[test]
    fn what_was_sent_after_the_report_is_no_hole() {
        let mut send = sender();
        send.queue[1].first = at(7);
        assert_eq!(acknowledged(send, true).overtaken.count, 0, "a retransmission whose original was never captured");
    }

    #[test]
    fn without_sack_two_duplicate_acks_say_that_something_overtook() {
        let without = |dup_acks| {
            let mut send = sender();
            send.queue.iter_mut().for_each(|s| s.sacked = false);
            (send.sacked_bytes, send.dup_acks, send.hol_since, send.last_ack) = (0, dup_acks, None, at(6));
            acknowledged(send, false).overtaken.count
        };
        assert_eq!((without(1), without(2)), (0, 1));
    }

    #[test]
    fn only_what_was_sent_once_was_copied_by_the_network() {
        let copied = |left: u32, right: u32, change: &dyn Fn(&mut SendSide, &mut End)| {
            let (mut send, mut end) = (sender(), End::new(Limits::default().tcp()));
            change(&mut send, &mut end);
            copied(&send, &mut end, &What::Dsack { left: Seq(left), right: Seq(right) }, at(9));
            end.copied.count
        };
        assert_eq!(copied(300, 400, &|_, _| {}), 1);
        assert_eq!(copied(300, 400, &|send, _| send.queue[2].sends = 2), 0, "sent twice");
        assert_eq!(copied(300, 301, &|_, _| {}), 0, "the byte of a probe");
        assert_eq!(copied(300, 400, &|_, end| end.acked_unseen.add(at(1))), 0, "the capture has gaps");
        assert_eq!(copied(700, 800, &|_, _| {}), 0, "never sent");
    }
}
