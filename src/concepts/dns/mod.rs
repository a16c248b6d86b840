//! DNS: lookups and how they fail (section 7).

mod error;
mod lookup;
mod nxdomain;
mod unanswered;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[&lookup::LOOKUP, &nxdomain::NXDOMAIN, &error::ERROR, &unanswered::UNANSWERED];
