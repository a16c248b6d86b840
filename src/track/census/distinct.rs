//! Counting distinct values exactly, up to a bound.

use std::hash::Hash;

use arrayvec::ArrayVec;
use rustc_hash::FxHashSet;

use super::MAX_DISTINCT;

/// Distinct values. Most hosts have one peer and one port, so the first needs no room of its own, and most others have a
/// few, which need no set.
#[derive(Debug, Clone, Default)]
pub struct Distinct<T> {
    first: Option<T>,
    more: Option<Box<More<T>>>,
}

/// Those after the first.
#[derive(Debug, Clone)]
enum More<T> {
    Few(ArrayVec<T, FEW>),
    Many(FxHashSet<T>),
}

/// Values after the first that are compared one by one.
const FEW: usize = 8;

impl<T: Copy + Eq + Hash> Distinct<T> {
    /// Adds a value; beyond [`MAX_DISTINCT`] none is added any more.
    pub fn insert(&mut self, value: T) {
        match self.first {
            None => self.first = Some(value),
            Some(first) if first == value => {}
            Some(_) => self.more.get_or_insert_with(|| Box::new(More::Few(ArrayVec::new()))).insert(value),
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

impl<T: Copy + Eq + Hash> More<T> {
    fn insert(&mut self, value: T) {
        match self {
            More::Few(few) if few.contains(&value) => {}
            More::Few(few) => {
                if few.try_push(value).is_err() {
                    *self = More::Many(few.iter().copied().chain([value]).collect());
                }
            }
            More::Many(many) => {
                if many.len() + 1 < MAX_DISTINCT {
                    many.insert(value);
                }
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            More::Few(few) => few.len(),
            More::Many(many) => many.len(),
        }
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
        (0..20).chain(0..20).for_each(|value| few.insert(value));
        assert_eq!(few.len(), 20);
        let mut many = Distinct::default();
        (0..5_000).for_each(|value| many.insert(value));
        assert_eq!(many.len() as usize, MAX_DISTINCT);
    }
}
