//! When a loss is proven and when an episode is over: one rule a test.

use super::{MSS, Sender};
use crate::decode::tcp::Seq;
use crate::track::tcp::Cause::{Fast, Recovery, Rto, RtoRecovery, Tlp};
use crate::track::tcp::send::Ca;

/// RFC 8985 §6.2 step 4: a quarter of the shortest round trip, as long as fewer than three segments were SACKed.
#[test]
fn a_hole_has_a_quarter_of_the_round_trip_to_fill() {
    let mut s = Sender::new();
    s.flight(3, 0, 1_000);
    s.flight(10, 1_000, 2_000);
    s.acks(50, 0, &[(1_000, 2_000)]);
    s.flight(51, 2_000, 3_000);
    assert_eq!(s.sends(53, 0), Some(Fast));
    assert_eq!(s.send.high, Seq(3_000), "the recovery began with the retransmission");
}

/// RFC 8985 §6.2 step 4: each round trip with a D-SACK adds a quarter.
#[test]
fn a_needless_copy_makes_the_sender_more_patient() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    assert_eq!(s.sends(84, 1_000), Some(Tlp));
    s.echoes(90, 0, 2_000, &[]);
    s.acks(124, 2_000, &[(1_000, 2_000)]);
    s.flight(192, 2_000, 3_000);
    s.flight(207, 3_000, 4_000);
    s.acks(247, 2_000, &[(3_000, 4_000)]);
    s.flight(248, 4_000, 5_000);
    assert_eq!(s.sends(252, 2_000), Some(Fast));
    assert_eq!(s.send.high, Seq(5_000));
}

/// RFC 8985 §6.2 step 2: `RACK.rtt` is that of the segment delivered last, though another was sent later.
#[test]
fn the_round_trip_that_counts_is_of_the_segment_delivered_last() {
    let mut s = Sender::new();
    s.flight(0, 0, 2_000);
    s.flight(14, 2_000, 3_000);
    s.acks(54, 1_000, &[(2_000, 3_000)]);
    s.flight(55, 3_000, 4_000);
    assert_eq!(s.sends(64, 1_000), Some(Fast));
    assert_eq!(s.send.high, Seq(4_000));
}

/// RFC 6675 §5: what was resent beyond the recovery point still counts as lost when that is reached.
#[test]
fn a_copy_in_flight_at_the_end_of_a_recovery_begins_the_next() {
    let mut s = Sender::new();
    s.flight(0, 0, 6_000);
    s.acks(40, 0, &[(3_000, 6_000)]);
    assert_eq!((s.sends(41, 0), s.sends(41, 1_000)), (Some(Fast), Some(Recovery)));
    s.flight(42, 6_000, 10_000);
    s.echoes(82, 41, 2_000, &[(3_000, 6_000), (7_000, 10_000)]);
    assert_eq!((s.sends(83, 2_000), s.sends(83, 6_000)), (Some(Recovery), Some(Recovery)));
    s.echoes(123, 83, 6_000, &[(7_000, 10_000)]);
    assert_eq!(s.send.ca, Ca::Open);
    s.flight(124, 10_000, 12_000);
    s.echoes(164, 124, 6_000, &[(7_000, 12_000)]);
    assert_eq!(s.sends(165, 6_000), Some(Fast));
    assert_eq!(s.send.high, Seq(10_000), "it began with the ACK that ended the one before");
}

/// RFC 5682 §3.1: without SACK an ACK of data sent twice does not tell which copy of them it answers.
#[test]
fn without_sack_an_ack_of_a_retransmission_proves_no_timeout_needless() {
    let mut s = Sender::without_sack();
    s.flight(0, 0, 5_000);
    assert_eq!(s.sends(245, 0), Some(Rto));
    s.echoes(285, 245, 2_000, &[]);
    assert_eq!(s.send.ca, Ca::Loss);
    s.flight(286, 5_000, 7_000);
    assert_eq!(s.sends(287, 2_000), Some(RtoRecovery));
}

/// With TSO a captured packet is several segments, any of which may be missing.
#[test]
fn a_block_that_begins_inside_a_captured_packet_covers_the_rest_of_it() {
    let mut s = Sender::new();
    let large = s.piece(0, 0, 4 * MSS);
    assert_eq!(s.take(&large), None);
    s.flight(0, 4_000, 8_000);
    s.acks(40, 1_000, &[(2_000, 8_000)]);
    assert_eq!(s.send.sacked_bytes, 6_000);
    assert_eq!(s.sends(41, 1_000), Some(Fast));
}
