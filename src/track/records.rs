//! The records of all conversations that are remembered, by number.

use rustc_hash::FxHashMap;

use super::Conversation;

/// A list that grows by chunks: nothing is copied when it grows, and no more is reserved than a chunk. Its oldest records
/// can be let go of, and are gone with the last of their chunk; what is kept of those nevertheless is found by a search
/// then.
#[derive(Debug, Clone, Default)]
pub struct Records {
    chunks: Vec<Vec<Conversation>>,
    /// Chunks let go of before these.
    gone: usize,
    /// The oldest that is still in its place.
    oldest: usize,
    /// Older ones of the same chunk that are to be kept.
    to_keep: Vec<u32>,
    /// Those kept of the chunks before.
    kept: FxHashMap<u32, Conversation>,
    /// The chunk last let go of, for the next.
    spare: Vec<Conversation>,
    len: usize,
}

/// Records in a chunk: half a megabyte.
const CHUNK: usize = 1 << 12;

impl Records {
    /// How many there were so far: the number of the next.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there was none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.len - self.oldest + self.to_keep.len() + self.kept.len()
    }

    /// The number of the oldest that is still in its place.
    #[must_use]
    pub fn oldest(&self) -> usize {
        self.oldest
    }

    /// One, by its number.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<&Conversation> {
        match (index / CHUNK).checked_sub(self.gone) {
            Some(chunk) => self.chunks.get(chunk)?.get(index % CHUNK),
            None => self.old(index),
        }
    }

    #[cold]
    fn old(&self, index: usize) -> Option<&Conversation> {
        self.kept.get(&u32::try_from(index).ok()?)
    }

    /// One to change.
    #[inline]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Conversation> {
        match (index / CHUNK).checked_sub(self.gone) {
            Some(chunk) => self.chunks.get_mut(chunk)?.get_mut(index % CHUNK),
            None => self.old_mut(index),
        }
    }

    #[cold]
    fn old_mut(&mut self, index: usize) -> Option<&mut Conversation> {
        self.kept.get_mut(&u32::try_from(index).ok()?)
    }

    /// Adds one.
    pub fn push(&mut self, record: Conversation) {
        if self.len.is_multiple_of(CHUNK) {
            let mut chunk = std::mem::take(&mut self.spare);
            chunk.reserve_exact(CHUNK);
            self.chunks.push(chunk);
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(record);
            self.len += 1;
        }
    }

    /// Lets go of the oldest in its place, or puts it aside.
    pub fn pass_oldest(&mut self, keep: bool) {
        if self.oldest >= self.len {
            return;
        }
        if keep {
            self.to_keep.push(self.oldest as u32);
        }
        self.oldest += 1;
        if self.oldest.is_multiple_of(CHUNK) {
            self.pass_chunk();
        }
    }

    /// The first chunk goes, and serves as the next; what is kept of it moves.
    fn pass_chunk(&mut self) {
        let mut chunk = self.chunks.remove(0);
        for index in self.to_keep.drain(..) {
            if let Some(record) = chunk.get_mut(index as usize % CHUNK) {
                let detail = record.detail.take();
                self.kept.insert(index, Conversation { detail, ..record.clone() });
            }
        }
        chunk.clear();
        self.spare = chunk;
        self.gone += 1;
    }

    /// Lets go of one that was put aside.
    pub fn drop_kept(&mut self, index: u32) {
        if index as usize / CHUNK < self.gone {
            self.kept.remove(&index);
        } else {
            self.to_keep.retain(|kept| *kept != index);
        }
    }

    /// The numbers of those that are remembered, in order.
    #[must_use]
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.kept.keys().copied().collect();
        numbers.sort_unstable();
        numbers.extend(&self.to_keep);
        numbers.extend(self.oldest as u32..self.len as u32);
        numbers
    }

    /// All that are remembered, in order of number.
    pub fn iter(&self) -> impl Iterator<Item = &Conversation> {
        let mut kept: Vec<&Conversation> = self.kept.values().collect();
        kept.sort_unstable_by_key(|record| record.id);
        let to_keep = self.to_keep.iter().filter_map(|index| self.get(*index as usize));
        let in_place = self.chunks.iter().flatten().skip(self.oldest - self.gone * CHUNK);
        kept.into_iter().chain(to_keep).chain(in_place)
    }
}

impl FromIterator<Conversation> for Records {
    fn from_iter<I: IntoIterator<Item = Conversation>>(all: I) -> Records {
        let mut records = Records::default();
        all.into_iter().for_each(|record| records.push(record));
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::testing::conversation;

    #[test]
    fn each_is_found_by_its_number_across_chunks() {
        let count = CHUNK + 2;
        let mut records: Records = (0..count as u32).map(conversation).collect();
        assert_eq!((records.len(), records.iter().count()), (count, count));
        for number in [0, CHUNK - 1, CHUNK, CHUNK + 1] {
            assert_eq!(records.get(number).map(|c| c.id().0), Some(number as u32));
        }
        assert!(records.get(count).is_none() && records.get_mut(count).is_none());
        assert!(records.iter().map(|c| c.id().0).eq(0..count as u32));
    }

    #[test]
    fn those_let_go_of_are_gone_and_those_put_aside_are_not() {
        let count = 2 * CHUNK + 5;
        let mut records: Records = (0..count as u32).map(conversation).collect();
        let kept = |n: usize| n.is_multiple_of(1_000);
        let passed = CHUNK + 3;
        (0..passed).for_each(|n| records.pass_oldest(kept(n)));
        assert_eq!((records.len(), records.oldest()), (count, passed));
        let there: Vec<u32> = (0..count).filter(|n| *n >= passed || kept(*n)).map(|n| n as u32).collect();
        assert_eq!(records.numbers(), there);
        assert!(records.iter().map(|c| c.id().0).eq(there.iter().copied()));
        assert_eq!(records.remembered(), there.len());
        for n in 0..count {
            let expected = (n >= CHUNK || kept(n)).then_some(n as u32);
            assert_eq!(records.get(n).map(|c| c.id().0), expected);
            assert_eq!(records.get_mut(n).map(|c| c.id().0), expected);
        }
        records.pass_oldest(true);
        assert_eq!(records.remembered(), there.len());
        assert!(records.numbers().contains(&(passed as u32)) && records.iter().any(|c| c.id().0 == passed as u32));
        [1_000, passed as u32].into_iter().for_each(|gone| records.drop_kept(gone));
        assert!(records.get(1_000).is_none() && records.get(2_000).is_some());
        assert_eq!(records.remembered(), there.len() - 2);
        records.push(conversation(count as u32));
        assert_eq!(records.get(count).map(|c| c.id().0), Some(count as u32));
        (passed + 1..=count).for_each(|_| records.pass_oldest(false));
        assert_eq!((records.remembered(), records.numbers()), (4, vec![0, 2_000, 3_000, 4_000]));
        records.pass_oldest(false);
        assert_eq!(records.oldest(), count + 1, "there is no more to let go of");
    }
}
