//! MSS, MTU and fragments (section 13).

mod black_hole;
mod frag_needed;
mod fragments;
mod mss;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[&black_hole::BLACK_HOLE, &frag_needed::FRAG_NEEDED, &fragments::FRAGMENTS, &mss::MSS];
