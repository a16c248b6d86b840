//! TCP: handshake, teardown and what goes wrong with them (section 3).

mod challenge_ack;
mod close_wait;
mod fast_open;
mod fin_retransmit;
mod fin_wait_2;
mod half_close;
mod half_open;
mod handshake;
mod hol_stall;
mod idle_reset;
mod keepalive;
mod mptcp;
mod port_scan;
mod refused;
mod reset;
mod simultaneous_close;
mod simultaneous_open;
mod states;
mod syn_cookie;
mod syn_flood;
mod syn_rejected_icmp;
mod syn_retransmit;
mod syn_unanswered;
mod synack_retransmit;
mod teardown;
mod time_wait;
mod time_wait_assassination;
mod time_wait_census;
mod time_wait_reuse;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &handshake::HANDSHAKE,
    &states::STATES,
    &syn_retransmit::SYN_RETRANSMIT,
    &syn_unanswered::SYN_UNANSWERED,
    &refused::REFUSED,
    &syn_rejected_icmp::SYN_REJECTED_ICMP,
    &synack_retransmit::SYNACK_RETRANSMIT,
    &half_open::HALF_OPEN,
    &simultaneous_open::SIMULTANEOUS_OPEN,
    &syn_cookie::SYN_COOKIE,
    &fast_open::FAST_OPEN,
    &mptcp::MPTCP,
    &syn_flood::SYN_FLOOD,
    &port_scan::PORT_SCAN,
    &teardown::TEARDOWN,
    &simultaneous_close::SIMULTANEOUS_CLOSE,
    &half_close::HALF_CLOSE,
    &close_wait::CLOSE_WAIT,
    &fin_wait_2::FIN_WAIT_2,
    &fin_retransmit::FIN_RETRANSMIT,
    &reset::RESET,
    &time_wait::TIME_WAIT,
    &time_wait_census::TIME_WAIT_CENSUS,
    &time_wait_reuse::TIME_WAIT_REUSE,
    &time_wait_assassination::TIME_WAIT_ASSASSINATION,
    &challenge_ack::CHALLENGE_ACK,
    &keepalive::KEEPALIVE,
    &idle_reset::IDLE_RESET,
    &hol_stall::HOL_STALL,
];
