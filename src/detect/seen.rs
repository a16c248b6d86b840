//! The subjects about which something was found, so that each is counted once and nobody new is looked up.

use foldhash::HashSet;

use crate::concepts::Subject;
use crate::track::{Addr, ConvId};

/// A set of subjects: a bit for each of the latest conversations (an eighth of a byte), and hosts, of which the census
/// bounds the number.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    conversations: Vec<u64>,
    /// Words of bits forgotten before those.
    gone: usize,
    hosts: HashSet<Addr>,
    capture: bool,
}

/// Words of bits kept, of 64 conversations each: a megabyte. Of a conversation that began before all of these, which is
/// long over but for few, whatever is found counts as found first.
const WORDS: usize = 1 << 17;

impl Seen {
    /// Adds a subject; false when it was there.
    pub fn insert(&mut self, subject: Subject) -> bool {
        match subject {
            Subject::Conversation(ConvId(id)) => self.insert_conversation(id as usize),
            Subject::Host(host) => self.hosts.insert(host),
            Subject::Capture => !std::mem::replace(&mut self.capture, true),
        }
    }

    fn insert_conversation(&mut self, id: usize) -> bool {
        let (word, bit) = (id / 64, 1u64 << (id % 64));
        if word >= self.gone + 2 * WORDS {
            let going = (word - self.gone - WORDS).min(self.conversations.len());
            self.conversations.drain(..going);
            self.gone = word - WORDS;
        }
        let Some(place) = word.checked_sub(self.gone) else { return true };
        if place >= self.conversations.len() {
            self.conversations.resize(place + 1, 0);
        }
        let bits = &mut self.conversations[place];
        let new = *bits & bit == 0;
        *bits |= bit;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_conversation_is_new_once_and_the_latest_take_bounded_room() {
        let mut seen = Seen::default();
        let mut insert = |id: usize| seen.insert(Subject::Conversation(ConvId(id as u32)));
        for round in 0..3 {
            for id in (0..64 * WORDS).step_by(4_099) {
                assert_eq!(insert(id), round == 0, "{id}");
            }
        }
        for far in [64 * 3 * WORDS, 64 * 9 * WORDS + 7, 64 * 11 * WORDS] {
            assert_eq!(
                [insert(far), insert(far), insert(far - 64 * WORDS + 64), insert(far)],
                [true, false, true, false]
            );
        }
        assert!(insert(5), "too old to be known");
        assert!(seen.conversations.len() <= 2 * WORDS);
    }
}
