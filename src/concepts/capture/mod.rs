//! The capture itself: what it can and cannot tell (section 0).

mod clock;
mod lost;
mod malformed;
mod midstream;
mod offload;
mod one_way;
mod summary;
mod truncated;
mod vantage;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &summary::SUMMARY,
    &truncated::TRUNCATED,
    &lost::LOST,
    &midstream::MIDSTREAM,
    &one_way::ONE_WAY,
    &offload::OFFLOAD,
    &clock::CLOCK,
    &vantage::VANTAGE,
    &malformed::MALFORMED,
];
