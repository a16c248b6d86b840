//! The subjects about which something was found, so that each is counted once and nobody new is looked up.

use foldhash::HashSet;

use crate::concepts::Subject;
use crate::track::{Addr, ConvId};

/// A set of subjects: a bit for each conversation (an eighth of a byte), and hosts, of which the census bounds the
/// number.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    conversations: Vec<u64>,
    hosts: HashSet<Addr>,
    capture: bool,
}

impl Seen {
    /// Adds a subject; false when it was there.
    pub fn insert(&mut self, subject: Subject) -> bool {
        match subject {
            Subject::Conversation(ConvId(id)) => {
                let (word, bit) = (id as usize / 64, 1u64 << (id % 64));
                if word >= self.conversations.len() {
                    self.conversations.resize(word + 1, 0);
                }
                let bits = &mut self.conversations[word];
                let new = *bits & bit == 0;
                *bits |= bit;
                new
            }
            Subject::Host(host) => self.hosts.insert(host),
            Subject::Capture => !std::mem::replace(&mut self.capture, true),
        }
    }
}
