//! Which copies were not needed, and when that cannot be said.

use super::{MSS, Sender};
use crate::decode::tcp::Seq;
use crate::track::Proof;
use crate::track::tcp::Cause::{self, Fast, Tlp};

/// RFC 2883 §4: the receiver got the segment twice.
#[test]
fn a_copy_that_a_duplicate_sack_covers_was_needless() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    assert_eq!(s.sends(84, 1_000), Some(Tlp));
    s.echoes(90, 0, 2_000, &[]);
    s.acks(124, 2_000, &[(1_000, 2_000)]);
    assert_eq!(s.needless().len(), 1);
}

/// A copy sent after its data were acknowledged is needless; the D-SACK that says so too is the second proof.
#[test]
fn a_copy_of_what_was_acknowledged_is_needless_once() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    s.acks(40, 2_000, &[]);
    assert_eq!(s.sends(290, 1_000), Some(Tlp));
    s.acks(330, 2_000, &[(1_000, 2_000)]);
    assert_eq!(s.end.retransmits.spurious.count, 1);
}

/// A packet was needed when any part of it was.
#[test]
fn a_copy_of_which_a_part_was_needed_is_not_called_needless() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    let both = s.piece(250, 0, 2 * MSS);
    assert_eq!(s.take(&both), Some(Tlp));
    s.acks(290, 2_000, &[(1_000, 2_000)]);
    assert_eq!(s.needless(), []);
}

/// Where the network makes copies, a D-SACK may tell of a copy of the retransmission.
#[test]
fn in_a_network_that_duplicates_a_duplicate_sack_alone_proves_nothing() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    s.acks(40, 1_000, &[]);
    s.acks(41, 1_000, &[(0, 1_000)]);
    s.flight(42, 1_000, 5_000);
    s.acks(82, 1_000, &[(2_000, 5_000)]);
    assert_eq!(s.sends(83, 1_000), Some(Fast));
    s.acks(123, 5_000, &[]);
    s.acks(124, 5_000, &[(1_000, 2_000)]);
    assert_eq!(s.needless(), []);
}

/// A probe of a whole segment's length may begin inside the segment before.
#[test]
fn a_copy_that_begins_inside_a_segment_is_told_whole() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    let last = s.piece(0, 2_000, 30);
    assert_eq!(s.take(&last), None);
    assert_eq!(s.sends(84, 1_030), Some(Tlp));
    s.echoes(90, 0, 2_000, &[]);
    s.echoes(91, 0, 2_030, &[]);
    s.acks(124, 2_030, &[(1_030, 2_030)]);
    assert_eq!(s.needless().len(), 1);
}

/// A keep-alive repeats the last number (RFC 9293 §3.8.4), and a receiver with SACK answers as to any duplicate.
#[test]
fn the_answer_to_a_probe_reports_no_duplicate() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    s.acks(40, 1_000, &[]);
    s.probed = true;
    s.acks(45_040, 1_000, &[(999, 1_000)]);
    assert_eq!(s.peer.dsacks.count, 0);
    s.acks(45_041, 1_000, &[(0, 1_000)]);
    assert_eq!(s.peer.dsacks.count, 1, "a whole segment is no probe");
}

/// RFC 7323 §4: the echo is the copy's own, so it was answered, however soon: all round trips before met a queue.
#[test]
fn a_quick_answer_that_echoes_the_copy_proves_nothing() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    assert_eq!(s.sends(245, 0), Some(Tlp));
    s.echoes(255, 245, 1_000, &[]);
    assert_eq!(s.needless(), []);
}

/// Linux acknowledges a FIN that completes the stream before it clears the SACK blocks.
#[test]
fn a_block_reported_once_more_by_the_ack_that_passes_it_is_no_duplicate() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    assert_eq!(s.sends(84, 1_000), Some(Tlp));
    s.echoes(124, 84, 0, &[(1_000, 2_000)]);
    assert_eq!(s.sends(140, 0), Some(Fast));
    s.echoes(180, 140, 2_000, &[(1_000, 2_000)]);
    assert_eq!((s.needless(), s.peer.dsacks.count), (vec![], 0));
}

/// RFC 2883 §4: the SYN-ACK is reported like any other segment. In a simultaneous open it repeats the SYN's number.
#[test]
fn a_syn_ack_that_arrived_twice_was_sent_again_in_vain() {
    for (copies, found) in [(1, vec![(2, Proof::Dsack)]), (0, vec![])] {
        let mut s = Sender::new();
        s.send.start(Seq(1));
        s.end.isn = Some(Seq(0));
        let (first, second) = (s.at(0), s.at(1_000));
        s.end.syns.sent(first);
        s.end.syns.sent(second);
        s.end.retransmits.by_cause[Cause::SynAck as usize] = copies;
        s.echoes(1_040, 1_000, 1, &[(0, 1)]);
        assert_eq!(s.needless(), found);
    }
}
