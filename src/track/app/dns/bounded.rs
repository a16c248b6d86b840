//! A map that forgets what was not used for long.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt};

/// Two generations of entries: when the younger is full, the older is dropped and the younger takes its place. It
/// holds at most the bound, and what was used within the latest half of it is never lost.
#[derive(Debug, Clone)]
pub(super) struct Bounded<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    half: usize,
    forgotten: u64,
}

impl<K: Hash + Eq, V> Bounded<K, V> {
    /// A map of at most `bound` entries.
    pub fn new(bound: usize) -> Self {
        Bounded { young: HashMap::new(), old: HashMap::new(), half: (bound / 2).max(1), forgotten: 0 }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    /// The entry, without counting as use.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The entry to change, made on first need; this counts as use.
    pub fn of(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let full = self.young.len() >= self.half && !self.young.contains_key(&key);
        let before = if full { self.turn(&key) } else { None };
        let Bounded { young, old, .. } = self;
        young.entry(key).or_insert_with_key(|key| before.or_else(|| old.remove(key)).unwrap_or_else(make))
    }

    /// The entry, if there is one.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self.young.get_mut(key) {
            Some(value) => Some(value),
            None => self.old.get_mut(key),
        }
    }

    /// Sets an entry; gives what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(present) = self.young.get_mut(&key) {
            return Some(std::mem::replace(present, value));
        }
        let before = match self.young.len() >= self.half {
            true => self.turn(&key),
            false => self.old.remove(&key),
        };
        self.young.insert(key, value);
        before
    }

    /// The younger entries become the older ones, which go but for that of `key`. The tables themselves are used again.
    fn turn(&mut self, key: &K) -> Option<V> {
        let before = self.old.remove(key);
        self.forgotten += self.old.len() as u64;
        self.old.clear();
        std::mem::swap(&mut self.young, &mut self.old);
        before
    }

    /// Entries dropped so far.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

/// The same by a hash of what identifies an entry, where that is long: entries are half the size. With 64 bits and a seed
/// of each run, ten million entries of a full table mix up two once in a hundred million runs.
#[derive(Debug, Clone)]
pub(super) struct ByHash<V> {
    entries: Bounded<u64, V>,
    hasher: RandomState,
}

impl<V> ByHash<V> {
    /// A map of at most `bound` entries.
    pub fn new(bound: usize) -> Self {
        ByHash { entries: Bounded::new(bound), hasher: RandomState::default() }
    }

    /// See [`Bounded::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// See [`Bounded::get`].
    pub fn get(&self, key: impl Hash) -> Option<&V> {
        self.entries.get(&self.hasher.hash_one(key))
    }

    /// See [`Bounded::get_mut`].
    pub fn get_mut(&mut self, key: impl Hash) -> Option<&mut V> {
        self.entries.get_mut(&self.hasher.hash_one(key))
    }

    /// See [`Bounded::of`].
    pub fn of(&mut self, key: impl Hash, make: impl FnOnce() -> V) -> &mut V {
        self.entries.of(self.hasher.hash_one(key), make)
    }

    /// See [`Bounded::insert`].
    pub fn insert(&mut self, key: impl Hash, value: V) -> Option<V> {
        self.entries.insert(self.hasher.hash_one(key), value)
    }

    /// See [`Bounded::forgotten`].
    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_latest_half_of_its_bound_and_counts_the_rest() {
        let mut map = Bounded::new(4);
        for i in 0..7 {
            assert_eq!(map.insert(i, i * 10), None);
        }
        assert_eq!((map.get(&6), map.get(&5), map.get(&0)), (Some(&60), Some(&50), None));
        assert_eq!(map.forgotten(), 4);
    }

    #[test]
    fn an_entry_is_made_once_and_lives_on_by_use() {
        let mut map = Bounded::new(4);
        for i in [0, 1, 0, 2, 0, 3, 0, 4, 0] {
            *map.of(i, || 0) += 1;
        }
        assert_eq!((map.get(&0), map.get(&1), map.get(&4)), (Some(&5), None, Some(&1)));
    }

    #[test]
    fn an_old_entry_is_found_and_replaced() {
        let mut map = Bounded::new(4);
        for i in 0..3 {
            map.insert(i, i);
        }
        assert_eq!(map.insert(0, 7), Some(0));
        assert_eq!((map.get_mut(&0).copied(), map.forgotten()), (Some(7), 0));
    }
}
