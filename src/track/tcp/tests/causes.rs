//! Why a segment was sent again: one rule a test.

use super::{MSS, Sender};
use crate::decode::tcp::Seq;
use crate::track::Proof;
use crate::track::tcp::Cause::{Fast, Mtu, Probe, Recovery, Rto, RtoRecovery, Tlp, Unknown};
use crate::track::tcp::send::Ca;
use crate::track::tcp::transmit::Piece;
use crate::track::tcp::window::Room;

#[test]
fn the_first_of_a_recovery_is_fast_and_the_others_are_recovery() {
    let mut s = Sender::new();
    s.flight(0, 0, 6_000);
    s.acks(40, 0, &[(3_000, 6_000)]);
    assert_eq!(s.sends(41, 0), Some(Fast));
    assert_eq!(s.sends(41, 1_000), Some(Recovery));
    s.acks(81, 2_000, &[(3_000, 6_000)]);
    assert_eq!(s.sends(81, 2_000), Some(Recovery));
    s.acks(121, 6_000, &[]);
    assert_eq!(s.send.ca, Ca::Open);
}

/// RFC 8985 §6.2: a delivered retransmission proves lost what was sent before it, though nothing above is SACKed.
#[test]
fn what_was_sent_before_a_delivered_retransmission_is_lost() {
    let mut s = Sender::new();
    s.flight(0, 0, 4_000);
    s.acks(40, 0, &[(1_000, 4_000)]);
    s.flight(41, 4_000, 6_000);
    assert_eq!(s.sends(42, 0), Some(Fast));
    s.acks(82, 4_000, &[]);
    assert_eq!(s.sends(83, 4_000), Some(Fast), "not the timer: the copy of 0 was sent later and arrived");
}

/// Linux enters recovery with the ACK that proves the loss; a paced sender gets to the retransmission later.
#[test]
fn new_data_between_the_proof_and_the_retransmission_belong_to_the_next_recovery() {
    let mut s = Sender::new();
    s.flight(0, 0, 5_000);
    s.acks(40, 0, &[(1_000, 5_000)]);
    s.flight(41, 5_000, 9_000);
    assert_eq!(s.sends(42, 0), Some(Fast));
    s.acks(82, 5_000, &[(7_000, 9_000)]);
    assert_eq!(s.sends(83, 5_000), Some(Fast));
}

/// RFC 8985 §7.2: the last segment after two round trips; then the timer (§7.3 step 3).
#[test]
fn the_last_segment_after_two_round_trips_is_a_probe_and_then_the_timer_fires() {
    let mut s = Sender::new();
    s.flight(0, 0, 3_000);
    s.acks(40, 1_000, &[]);
    assert_eq!(s.sends(124, 2_000), Some(Tlp));
    assert_eq!(s.sends(124 + 245, 1_000), Some(Rto));
    assert_eq!(s.sends(124 + 245 + 490, 1_000), Some(Rto), "twice the time");
}

/// RFC 8985 §7.2: with one segment in flight the probe waits for a delayed ACK, which is the length of the timeout.
#[test]
fn a_single_segment_is_probed_when_its_timeout_is_due() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    assert_eq!(s.sends(245, 0), Some(Tlp));
    assert_eq!(s.sends(490, 0), Some(Rto));
}

/// Linux probes only where SACK can tell what the probe repaired.
#[test]
fn without_sack_there_are_no_probes() {
    let mut s = Sender::without_sack();
    s.flight(0, 0, 1_000);
    assert_eq!(s.sends(245, 0), Some(Rto));
}

/// RFC 8985 §7.3: new data are the probe where there are any; the second timer is the timeout.
#[test]
fn new_data_that_leave_when_a_probe_is_due_are_the_probe() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    assert_eq!(s.sends(84, 2_000), None);
    assert_eq!(s.sends(84 + 245, 2_000), Some(Rto));
}

/// Duplicate ACKs do not restart the timer (RFC 6298 (5.3): only an ACK of new data does).
#[test]
fn duplicate_acks_hold_no_timeout_back() {
    let mut s = Sender::without_sack();
    s.flight(0, 0, 20_000);
    for _ in 0..3 {
        s.acks(40, 0, &[]);
    }
    assert_eq!(s.sends(40, 0), Some(Fast));
    for ms in (50..270).step_by(10) {
        s.acks(ms, 0, &[]);
    }
    assert_eq!(s.sends(290, 0), Some(Rto));
    s.acks(330, 5_000, &[]);
    assert_eq!(s.sends(331, 5_000), Some(RtoRecovery));
}

/// RFC 6582 §3.2 step 5: a partial ACK releases the next segment.
#[test]
fn without_sack_a_partial_ack_goes_on_with_the_recovery() {
    let mut s = Sender::without_sack();
    s.flight(0, 0, 8_000);
    for _ in 0..3 {
        s.acks(40, 0, &[]);
    }
    assert_eq!(s.sends(40, 0), Some(Fast));
    s.acks(80, 3_000, &[]);
    assert_eq!(s.sends(80, 3_000), Some(Recovery));
}

/// After a timeout only the timer repeats the head; what an ACK releases is its recovery, however long the first copy ago.
#[test]
fn a_new_head_after_an_ack_in_the_loss_state_is_no_timeout() {
    let mut s = Sender::new();
    s.flight(0, 0, 3_000);
    assert_eq!(s.sends(84, 2_000), Some(Tlp));
    assert_eq!(s.sends(329, 0), Some(Rto));
    assert_eq!(s.sends(820, 0), Some(Rto));
    s.acks(860, 1_000, &[]);
    assert_eq!(s.sends(861, 1_000), Some(RtoRecovery));
}

/// RFC 5682 §3.1 step 3 b: data sent before the timeout and never again arrive, so nothing was lost.
#[test]
fn originals_that_arrive_after_a_timeout_end_the_loss_state() {
    let mut s = Sender::new();
    s.flight(0, 0, 5_000);
    assert_eq!(s.sends(84, 4_000), Some(Tlp));
    assert_eq!(s.sends(330, 0), Some(Rto));
    s.echoes(340, 330, 1_000, &[]);
    s.flight(341, 5_000, 7_000);
    s.echoes(350, 330, 3_000, &[]);
    assert_eq!(s.send.ca, Ca::Open);
}

/// RFC 8985 §6.2: something sent after the second copy arrived, so that copy is lost as well. Linux goes to recovery.
#[test]
fn a_retransmission_lost_in_the_loss_state_starts_a_recovery() {
    let mut s = Sender::new();
    s.flight(0, 0, 4_000);
    assert_eq!(s.sends(84, 3_000), Some(Tlp));
    assert_eq!(s.sends(330, 0), Some(Rto));
    s.acks(370, 1_000, &[]);
    assert_eq!(s.sends(371, 1_000), Some(RtoRecovery));
    assert_eq!(s.sends(372, 2_000), Some(RtoRecovery));
    s.acks(412, 1_000, &[(2_000, 3_000)]);
    assert_eq!(s.sends(413, 1_000), Some(Fast));
}

/// RFC 4015 §3.2: the echo is older than the retransmission, so the original filled the hole and recovery is over.
#[test]
fn a_late_original_ends_the_recovery_that_it_caused() {
    let mut s = Sender::new();
    s.flight(0, 0, 5_000);
    s.acks(40, 0, &[(1_000, 5_000)]);
    s.flight(41, 5_000, 9_000);
    assert_eq!(s.sends(50, 0), Some(Fast));
    s.echoes(60, 0, 5_000, &[]);
    assert_eq!(s.send.ca, Ca::Open);
    assert_eq!(s.needless(), [(11, Proof::Eifel)]);
    s.acks(82, 5_000, &[(6_000, 9_000)]);
    assert_eq!(s.sends(83, 5_000), Some(Fast));
}

/// RFC 6582 §3.2 step 1: without SACK recovery lasts until something beyond it is acknowledged.
#[test]
fn without_sack_duplicates_of_the_old_recovery_start_no_new_one() {
    let mut s = Sender::without_sack();
    s.flight(0, 0, 5_000);
    for _ in 0..3 {
        s.acks(40, 0, &[]);
    }
    assert_eq!(s.sends(40, 0), Some(Fast));
    s.acks(80, 5_000, &[]);
    assert_eq!(s.send.ca, Ca::Recovery);
    s.flight(81, 5_000, 6_000);
    s.acks(121, 6_000, &[]);
    assert_eq!(s.send.ca, Ca::Open);
}

/// RFC 4821 §7.3: the lost probe of a larger packet goes out again in pieces that are known to pass.
#[test]
fn a_larger_segment_lost_alone_and_sent_again_smaller_was_a_probe_of_the_path() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    s.acks(40, 1_000, &[]);
    let probe = s.piece(41, 1_000, 1_400);
    assert_eq!(s.take(&probe), None);
    s.flight(41, 2_400, 6_400);
    s.acks(81, 1_000, &[(2_400, 6_400)]);
    assert_eq!(s.sends(82, 1_000), Some(Mtu));
    let rest = s.piece(82, 2_000, 400);
    assert_eq!(s.take(&rest), Some(Mtu));
}

/// RFC 7413 §4.2.2: data that the SYN-ACK did not cover go out again with the ACK.
#[test]
fn data_of_the_syn_go_out_again_without_a_timer() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    let again = Piece { of_syn: true, ..s.piece(41, 0, MSS) };
    assert_eq!(s.take(&again), Some(RtoRecovery));
}

/// RFC 9293 §3.8.6.1: what repeats into a closed window asks whether it opened; that is no loss, and not needless.
#[test]
fn data_repeated_into_a_closed_window_are_a_probe() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    let again = Piece { room: Room::Closed, ..s.piece(250, 0, MSS) };
    assert_eq!(s.take(&again), Some(Probe));
    s.echoes(252, 0, 1_000, &[]);
    assert_eq!(s.needless(), []);
}

/// Where only the sender was captured, its pauses tell.
#[test]
fn without_acknowledgments_a_retransmission_amid_new_data_is_a_recovery_and_after_a_pause_the_timer() {
    let mut s = Sender::new();
    s.send.acks_seen = false;
    s.flight(0, 0, 3_000);
    s.flight(41, 3_000, 5_000);
    assert_eq!(s.sends(45, 0), Some(Fast));
    assert_eq!(s.sends(46, 2_000), Some(Recovery));
    s.flight(85, 5_000, 8_000);
    assert_eq!(s.sends(130, 5_000), Some(Fast), "beyond the first recovery");
    assert_eq!(s.sends(140, 7_000), Some(Unknown), "a probe, perhaps");
    assert_eq!(s.sends(400, 1_000), Some(Rto));
}

/// RFC 6298 (5.7): the doubled timer stays until a segment that was sent once is measured, or timestamps tell.
#[test]
fn the_back_off_ends_with_the_next_measurement() {
    let mut s = Sender::new();
    s.flight(0, 0, 3_000);
    assert_eq!(s.sends(84, 2_000), Some(Tlp));
    assert_eq!(s.sends(330, 0), Some(Rto));
    assert_eq!(s.send.backoff, 1);
    s.acks(370, 3_000, &[]);
    assert_eq!(s.send.backoff, 0);
}

/// Some middleboxes put one identification into all packets that they send.
#[test]
fn without_timestamps_the_same_packet_again_is_a_copy_only_until_a_timer_can_have_run_out() {
    for (after_ms, stamps, sent_again) in [(100, false, false), (400, false, true), (400, true, false)] {
        let mut s = Sender::new();
        let first = s.piece(0, 0, MSS);
        let first = Piece { tsval: first.tsval.filter(|_| stamps), ..first };
        assert_eq!(s.take(&first), None);
        let same = Piece { id: first.id, tsval: first.tsval, ..s.piece(after_ms, 0, MSS) };
        assert_eq!(s.take(&same).is_some(), sent_again, "after {after_ms} ms, timestamps: {stamps}");
    }
}

/// RFC 9293 §3.8.6.2.1: a piece cut to fill a small window leaves by the timer that waits for more room; the timer that
/// repeats it is the timeout.
#[test]
fn a_piece_cut_to_fill_a_small_window_is_repeated_by_the_timeout() {
    let mut s = Sender::new();
    s.flight(0, 0, 1_000);
    let again = Piece { room: Room::Cut, ..s.piece(250, 0, MSS) };
    assert_eq!(s.take(&again), Some(Rto));
}

/// RFC 8985 §6.2: what was resent in smaller pieces can be lost in its turn.
#[test]
fn a_smaller_piece_that_is_lost_again_starts_a_recovery() {
    let mut s = Sender::new();
    s.flight(0, 0, 6_000);
    s.send.mtu_until = Some(Seq(6_000));
    for seq in (0..6_000).step_by(1_000) {
        assert_eq!(s.sends(5, seq), Some(Mtu));
    }
    s.echoes(46, 5, 0, &[(1_000, 5_000)]);
    assert_eq!(s.sends(47, 0), Some(Fast));
}

/// RFC 6298 (2.3): a timer is longer than the round trip, by the clock's granularity at least.
#[test]
fn what_is_sent_again_sooner_than_any_timer_was_not_timed_out() {
    for (ms, cause) in [(0, Unknown), (25, Unknown), (250, Tlp)] {
        let mut s = Sender::new();
        s.flight(0, 0, 1_000);
        assert_eq!(s.sends(ms, 0), Some(cause), "{ms} ms");
    }
}

/// RFC 7323 §5.4: a tick of the timestamp clock is 1 ms or more.
#[test]
fn a_copy_behind_an_original_that_was_held_up_was_sent_by_the_timer() {
    for (sent, cause) in [(1_000, Rto), (1_245, Unknown)] {
        let mut s = Sender::without_sack();
        s.flight(0, 0, 1_000);
        s.acks(40, 1_000, &[]);
        let original = Piece { tsval: Some(sent), ..s.piece(1_250, 1_000, MSS) };
        s.take(&original);
        assert_eq!(s.sends(1_258, 1_000), Some(cause), "sent at {sent} ms");
    }
}

/// A capture of two queues may have the acknowledgment before the data, by less than a round trip.
#[test]
fn data_captured_behind_their_acknowledgment_are_late_and_not_sent_again() {
    for (ms, cause) in [(-1, None), (0, None), (250, Some(Tlp))] {
        let mut s = Sender::new();
        s.flight(0, 0, 1_000);
        s.acks(40, 1_000, &[]);
        s.acks(80, 2_000, &[]);
        assert_eq!(s.sends(80 + ms, 1_000), cause, "{ms} ms");
        assert_eq!(s.end.out_of_order.count, u32::from(cause.is_none()));
        assert_eq!(s.end.acked_unseen.count, u32::from(cause.is_some()));
    }
}

/// A FIN has a sequence number and no byte that could wait (RFC 9293 §3.4).
#[test]
fn a_fin_behind_a_hole_is_no_byte_that_waits() {
    for (fin, stalls) in [(true, 0), (false, 1)] {
        let mut s = Sender::new();
        s.flight(0, 0, 2_000);
        let last = s.piece(0, 2_000, 1);
        s.take(&last);
        s.end.finished = fin;
        s.acks(40, 1_000, &[(2_000, 2_001)]);
        s.sends(80, 1_000);
        s.acks(120, 2_001, &[]);
        assert_eq!(s.end.hol.time.count, stalls);
    }
}
