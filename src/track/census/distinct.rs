//! Counting distinct values exactly, up to a bound.

use std::hash::Hash;

use rustc_hash::FxHashSet;

use super::MAX_DISTINCT;

/// Distinct values. Most hosts have one peer and one port, so the first needs no set.
#[derive(Debug, Clone, Default)]
pub struct Distinct<T> {
    first: Option<T>,
    more: Option<Box<FxHashSet<T>>>,
}

impl<T: Copy + Eq + Hash> Distinct<T> {
    /// Adds a value; beyond [`MAX_DISTINCT`] none is added any more.
    pub fn insert(&mut self, value: T) {
        match self.first {
            None => self.first = Some(value),
            Some(first) if first == value => {}
            Some(_) => {
                let more = self.more.get_or_insert_default();
                if more.len() + 1 < MAX_DISTINCT {
                    more.insert(value);
                }
            }
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::from(self.first.is_some()) + self.more.as_ref().map_or(0, |more| more.len() as u32)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_counts_once_up_to_the_bound() {
        let mut few = Distinct::default();
        assert!(few.is_empty());
        for value in [7, 8, 7, 8, 9] {
            few.insert(value);
        }
        assert_eq!(few.len(), 3);
        let mut many = Distinct::default();
        (0..5_000).for_each(|value| many.insert(value));
        assert_eq!(many.len() as usize, MAX_DISTINCT);
    }
}
