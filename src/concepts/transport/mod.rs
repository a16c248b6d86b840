//! TCP against UDP: what carries what (section 2).

mod mix;
mod multicast;
mod port_unreachable;
mod reliability_on_top;
mod unanswered;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &mix::MIX,
    &unanswered::UNANSWERED,
    &port_unreachable::PORT_UNREACHABLE,
    &multicast::MULTICAST,
    &reliability_on_top::RELIABILITY_ON_TOP,
];
