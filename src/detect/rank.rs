//! How findings compare: by what their evidence says, then by which came first.

use std::cmp::Reverse;

use crate::concepts::{Concept, Evidence, Severity, Subject};

/// How much evidence says: its severity, then its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(pub Severity, i64);

impl Rank {
    /// That of one piece of evidence.
    #[must_use]
    #[inline]
    pub fn of(concept: &Concept, evidence: &Evidence) -> Rank {
        Rank(concept.severity_of(evidence), in_order(evidence.weight))
    }

    /// Whether it is no higher than another, in fewer steps than it takes to find out which is higher.
    #[must_use]
    #[inline]
    pub fn is_at_most(self, other: Rank) -> bool {
        self.0 < other.0 || (self.0 == other.0 && self.1 <= other.1)
    }
}

/// A number that compares with others as [`f64::total_cmp`] has the weights compare.
fn in_order(weight: f64) -> i64 {
    let bits = weight.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The place of a subject among a concept's: the greatest comes first in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(pub Rank, Reverse<u32>, Reverse<Subject>);

impl Place {
    /// That of a subject of this rank, whose first evidence is in that frame.
    #[must_use]
    pub fn of(rank: Rank, first: u32, subject: Subject) -> Place {
        Place(rank, Reverse(first), Reverse(subject))
    }
}
