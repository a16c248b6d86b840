//! Tables with a handful of keys that every packet counts in.

/// Values by key, in order of first use. The key used last is looked at first, as packets come in runs of one kind; all
/// others are searched, so this is for keys of which there are few.
#[derive(Debug, Clone)]
pub struct Few<K, V> {
    entries: Vec<(K, V)>,
    latest: usize,
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Few { entries: Vec::new(), latest: 0 }
    }
}

impl<K: Copy + Eq, V: Default> Few<K, V> {
    /// The value of a key, made on first need.
    pub fn of(&mut self, key: K) -> &mut V {
        if self.entries.get(self.latest).is_none_or(|(kept, _)| *kept != key) {
            let place = self.entries.iter().position(|(kept, _)| *kept == key);
            self.latest = place.unwrap_or_else(|| {
                self.entries.push((key, V::default()));
                self.entries.len() - 1
            });
        }
        &mut self.entries[self.latest].1
    }
}

impl<K, V> Few<K, V> {
    /// All, in order of first use.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_own_value() {
        let mut few = Few::<u8, u32>::default();
        for key in [7, 7, 9, 7, 9, 9] {
            *few.of(key) += 1;
        }
        assert_eq!(few.iter().copied().collect::<Vec<_>>(), [(7, 3), (9, 3)]);
    }
}
