//! The records of all conversations, by number.

use super::Conversation;

/// A list that grows by chunks: nothing is copied when it grows, and no more is reserved than a chunk.
#[derive(Debug, Clone, Default)]
pub struct Records {
    chunks: Vec<Vec<Conversation>>,
    len: usize,
}

/// Records in a chunk: half a megabyte.
const CHUNK: usize = 1 << 12;

impl Records {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One, by its number.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<&Conversation> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// One to change.
    #[inline]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Conversation> {
        self.chunks.get_mut(index / CHUNK)?.get_mut(index % CHUNK)
    }

    /// Adds one.
    pub fn push(&mut self, record: Conversation) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(record);
            self.len += 1;
        }
    }

    /// All in order of number.
    pub fn iter(&self) -> impl Iterator<Item = &Conversation> {
        self.chunks.iter().flatten()
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
}
