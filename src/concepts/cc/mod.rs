//! Congestion control and loss recovery (section 4).

mod dsack;
mod duplicate;
mod ecn;
mod flight;
mod goodput;
mod reordering;
mod retransmit;
mod rtt;
mod sack;

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
];
