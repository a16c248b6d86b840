//! Congestion control and loss recovery (section 4).

mod algorithm;
mod bottleneck;
mod bufferbloat;
mod bulk;
mod dsack;
mod duplicate;
mod ecn;
mod fast_retransmit;
mod flight;
mod goodput;
mod idle_restart;
mod limited_by;
mod loss_episode;
mod lost_retransmit;
mod pacing;
mod reordering;
mod resent;
mod retransmit;
mod rto;
mod rtt;
mod sack;
mod slow_start;
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
    &slow_start::SLOW_START,
    &loss_episode::LOSS_EPISODE,
    &algorithm::ALGORITHM,
    &pacing::PACING,
    &bufferbloat::BUFFERBLOAT,
    &bottleneck::BOTTLENECK,
    &limited_by::LIMITED_BY,
    &idle_restart::IDLE_RESTART,
];
