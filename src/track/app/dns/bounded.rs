//! A map that forgets what was not used for long.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

use foldhash::fast::RandomState;

use crate::decode::Addr;

/// Two generations of entries: when the younger is full, the older is dropped and the younger takes its place. It
/// holds at most the bound, and what was used within the latest half of it is never lost.
#[derive(Debug, Clone)]
pub(super) struct Bounded<K, V, S = RandomState> {
    young: HashMap<K, V, S>,
    old: HashMap<K, V, S>,
    half: usize,
    forgotten: u64,
}

impl<K: Hash + Eq + Copy, V, S: BuildHasher + Default> Bounded<K, V, S> {
    /// A map of at most `bound` entries.
    pub fn new(bound: usize) -> Self {
        Bounded { young: HashMap::default(), old: HashMap::default(), half: (bound / 2).max(1), forgotten: 0 }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    /// The entry, without counting as use.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The entry to change, made on first need; this counts as use. Those forgotten for it go to `gone`.
    pub fn of(&mut self, key: K, make: impl FnOnce() -> V, gone: impl FnMut(V)) -> &mut V {
        self.make_room(key, gone);
        let Bounded { young, old, .. } = self;
        young.entry(key).or_insert_with_key(|key| old.remove(key).unwrap_or_else(make))
    }

    /// The entry, if there is one.
    #[inline]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self.young.get_mut(key) {
            Some(value) => Some(value),
            None => self.old.get_mut(key),
        }
    }

    /// Sets an entry; gives what was there. Those forgotten for it go to `gone`.
    #[inline]
    pub fn insert(&mut self, key: K, value: V, gone: impl FnMut(V)) -> Option<V> {
        self.make_room(key, gone);
        match self.young.entry(key) {
            Entry::Occupied(mut present) => Some(present.insert(value)),
            Entry::Vacant(place) => {
                let before = self.old.remove(place.key());
                place.insert(value);
                before
            }
        }
    }

    /// Makes room for an entry where there is none: the younger entries become the older ones, which go but for that of
    /// `key`. The tables themselves are used again.
    #[inline]
    fn make_room(&mut self, key: K, gone: impl FnMut(V)) {
        if self.young.len() >= self.half && !self.young.contains_key(&key) {
            self.turn(key, gone);
        }
    }

    #[inline(never)]
    fn turn(&mut self, key: K, mut gone: impl FnMut(V)) {
        let before = self.old.remove(&key);
        self.forgotten += self.old.len() as u64;
        // Where nothing is to be done about values, they need not be looked at.
        if std::mem::needs_drop::<V>() {
            self.old.drain().for_each(|(_, value)| gone(value));
        } else {
            self.old.clear();
        }
        std::mem::swap(&mut self.young, &mut self.old);
        if let Some(before) = before {
            self.young.insert(key, before);
        }
    }

    /// Entries dropped so far.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

/// A host as a key: its address, to be hashed at once.
#[inline]
pub(super) fn host(addr: Addr) -> u128 {
    let [high, low] = addr.bits();
    u128::from(high) << 64 | u128::from(low)
}

/// The same by a hash of what identifies an entry, where that is long: entries are half the size, and what is hashed once
/// is looked up in several maps. With 64 bits and a seed of each run, ten million entries of a full table mix up two once
/// in a hundred million runs.
pub(super) type ByHash<V> = Bounded<u64, V, Hashed>;

/// For maps whose keys are hashes.
pub(super) type Hashed = BuildHasherDefault<AsItIs>;

/// Gives back a hash as it came.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_latest_half_of_its_bound_and_counts_the_rest() {
        let mut map = Bounded::<_, _>::new(4);
        for i in 0..7 {
            assert_eq!(map.insert(i, i * 10, drop), None);
        }
        assert_eq!((map.get(&6), map.get(&5), map.get(&0)), (Some(&60), Some(&50), None));
        assert_eq!(map.forgotten(), 4);
    }

    #[test]
    fn an_entry_is_made_once_and_lives_on_by_use() {
        let mut map = Bounded::<_, _>::new(4);
        for i in [0, 1, 0, 2, 0, 3, 0, 4, 0] {
            *map.of(i, || 0, drop) += 1;
        }
        assert_eq!((map.get(&0), map.get(&1), map.get(&4)), (Some(&5), None, Some(&1)));
    }

    #[test]
    fn an_old_entry_is_found_and_replaced() {
        let mut map = Bounded::<_, _>::new(4);
        for i in 0..3 {
            map.insert(i, i, drop);
        }
        assert_eq!(map.insert(0, 7, drop), Some(0));
        assert_eq!((map.get_mut(&0).copied(), map.forgotten()), (Some(7), 0));
    }
}
