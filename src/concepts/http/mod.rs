//! HTTP: versions and what tells them apart (section 6).

mod version;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[&version::VERSION];
