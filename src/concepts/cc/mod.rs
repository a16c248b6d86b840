//! Congestion control and loss recovery (section 4).

mod dsack;
mod duplicate;
mod ecn;
mod fast_retransmit;
mod flight;
mod goodput;
mod lost_retransmit;
mod reordering;
mod resent;
mod retransmit;
mod rto;
mod rtt;
mod sack;
mod spurious;
mod tlp;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &rtt::RTT,
    &flight::FLIGHT,
    &retransmit::RETRANSMIT,
    &sack::SACK,
    &dsack::DSACK,
    &reordering::REORDERING,
    &duplicate::DUPLICATE,
    &goodput::GOODPUT,
    &ecn::ECN,
    &fast_retransmit::FAST_RETRANSMIT,
    &rto::RTO,
    &tlp::TLP,
    &spurious::SPURIOUS,
    &lost_retransmit::LOST_RETRANSMIT,
];
