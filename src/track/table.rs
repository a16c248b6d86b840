//! The flow table: a small open-addressing index of conversation numbers over a slab of records.
//!
//! With many flows, cache misses are the cost of the whole program. Slots are eight bytes, records are small, and packets
//! come in batches: see [`warm`](super::warm).

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::RandomState;

use super::{Conversation, Endpoint, Records};
use crate::decode::Addr;

/// What identifies a conversation: both endpoints in ascending order of port and address, protocol, and tunnel or VLAN
/// tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowKey {
    /// The lower endpoint.
    pub low: (Addr, u16),
    /// The higher endpoint.
    pub high: (Addr, u16),
    /// Tag of the tunnel or VLAN; 0 for none.
    pub tag: u16,
    /// IANA protocol number.
    pub protocol: u8,
}

/// A key and its hash.
#[derive(Debug, Clone, Copy)]
pub struct Hashed {
    /// The key.
    pub key: FlowKey,
    /// Its [hash](FlowTable::hash).
    pub hash: u64,
}

impl FlowKey {
    /// The key of a packet from `src` to `dst`.
    #[must_use]
    #[inline]
    pub fn new(src: (Addr, u16), dst: (Addr, u16), protocol: u8, tag: u16) -> FlowKey {
        let ascending = if src.1 == dst.1 { src.0 <= dst.0 } else { src.1 < dst.1 };
        let (low, high) = if ascending { (src, dst) } else { (dst, src) };
        FlowKey { low, high, tag, protocol }
    }

    /// Whether `conversation` is the one of this key.
    #[must_use]
    #[inline]
    pub fn is_of(&self, conversation: &Conversation) -> bool {
        let [a, b] = &conversation.ends;
        let pair = |a: &Endpoint, b: &Endpoint| differ(&self.low, a) | differ(&self.high, b) == 0;
        // The client has the higher port mostly, and is the first of the ends.
        let same = (self.low.1 == b.port && pair(b, a)) || pair(a, b);
        same && self.tag == conversation.tag && conversation.proto.is(self.protocol)
    }
}

/// In which bits a side of a key and an end of a conversation differ. All are put together, as they mostly are the same:
/// each comparison for itself is more to do.
#[inline(always)]
fn differ(side: &(Addr, u16), end: &Endpoint) -> u64 {
    let ([a, b], [c, d]) = (side.0.bits(), end.addr.bits());
    (a ^ c) | (b ^ d) | u64::from(side.1 ^ end.port)
}

impl Hash for FlowKey {
    /// By whole words, as every packet is hashed.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ((low, low_port), (high, high_port)) = (self.low, self.high);
        for [upper, lower] in [low.bits(), high.bits()] {
            state.write_u128(u128::from(upper) << 64 | u128::from(lower));
        }
        let ports = u64::from(low_port) << 16 | u64::from(high_port);
        state.write_u64(ports << 32 | u64::from(self.tag) << 8 | u64::from(self.protocol));
    }
}

/// A slot: the upper half of the hash, and the conversation's number plus one (0 for empty).
type Slot = (u32, u32);

/// Index and records.
#[derive(Debug, Clone)]
pub struct FlowTable {
    slots: Vec<Slot>,
    used: usize,
    hasher: RandomState,
    records: Records,
}

/// Slots at the start; a power of two.
const FIRST_SLOTS: usize = 1 << 10;

impl Default for FlowTable {
    fn default() -> Self {
        FlowTable {
            slots: vec![(0, 0); FIRST_SLOTS],
            used: 0,
            hasher: RandomState::default(),
            records: Records::default(),
        }
    }
}

impl FlowTable {
    /// The hash of a key.
    #[must_use]
    #[inline]
    pub fn hash(&self, key: &FlowKey) -> u64 {
        self.hasher.hash_one(key)
    }

    /// The upper half of the hash chooses the slot and is kept in it: growing needs no record, and the bits above the
    /// table's size tell most strangers apart without a look at theirs.
    fn home(&self, tag: u32) -> usize {
        tag as usize & (self.slots.len() - 1)
    }

    /// Reads the slot of a hash, so that it is in the cache later.
    #[must_use]
    pub fn touch_slot(&self, hash: u64) -> u32 {
        self.slots[self.home((hash >> 32) as u32)].1
    }

    /// The record that a hash most likely means, without a look at it.
    #[must_use]
    pub fn likely(&self, hash: u64) -> Option<u32> {
        let tag = (hash >> 32) as u32;
        let mut i = self.home(tag);
        loop {
            let &(slot_tag, id) = self.slots.get(i)?;
            let index = id.checked_sub(1)?;
            if slot_tag == tag {
                return Some(index);
            }
            i = (i + 1) & (self.slots.len() - 1);
        }
    }

    /// The latest conversation of a key.
    #[must_use]
    #[inline]
    pub fn find(&self, key: &FlowKey, hash: u64) -> Option<u32> {
        let tag = (hash >> 32) as u32;
        let home = self.home(tag);
        // Most are at home.
        let &(slot_tag, id) = self.slots.get(home)?;
        let index = id.checked_sub(1)?;
        let found = slot_tag == tag && self.records.get(index as usize).is_some_and(|r| key.is_of(r));
        if found { Some(index) } else { self.find_behind(home, key, tag) }
    }

    /// The same, behind the slot where it would be.
    #[inline(never)]
    fn find_behind(&self, home: usize, key: &FlowKey, tag: u32) -> Option<u32> {
        let mut i = home;
        loop {
            i = (i + 1) & (self.slots.len() - 1);
            let &(slot_tag, id) = self.slots.get(i)?;
            let index = id.checked_sub(1)?;
            if slot_tag == tag && self.records.get(index as usize).is_some_and(|r| key.is_of(r)) {
                return Some(index);
            }
        }
    }

    /// Adds a record under its key, replacing the older conversation of the same key in the index.
    pub fn insert(&mut self, key: &FlowKey, hash: u64, record: Conversation) -> u32 {
        let index = self.records.len() as u32;
        self.records.push(record);
        let tag = (hash >> 32) as u32;
        let mut i = self.home(tag);
        loop {
            let (slot_tag, id) = self.slots[i];
            let same = id != 0 && slot_tag == tag && self.records.get(id as usize - 1).is_some_and(|r| key.is_of(r));
            if id == 0 || same {
                self.slots[i] = (tag, index + 1);
                self.used += usize::from(id == 0);
                break;
            }
            i = (i + 1) & (self.slots.len() - 1);
        }
        // Half full at most: then most are at home.
        if self.used * 2 > self.slots.len() {
            self.grow();
        }
        index
    }

    fn grow(&mut self) {
        let bigger = self.slots.len() * 2;
        let old = std::mem::replace(&mut self.slots, vec![(0, 0); bigger]);
        for (tag, id) in old.into_iter().filter(|s| s.1 != 0) {
            let mut i = self.home(tag);
            while self.slots[i].1 != 0 {
                i = (i + 1) & (bigger - 1);
            }
            self.slots[i] = (tag, id);
        }
    }

    /// Makes `index` the latest conversation of its key again.
    pub fn point(&mut self, key: &FlowKey, hash: u64, index: u32) {
        let tag = (hash >> 32) as u32;
        let mut i = self.home(tag);
        while let Some(&(slot_tag, id)) = self.slots.get(i) {
            let Some(present) = id.checked_sub(1) else { return };
            if slot_tag == tag && self.records.get(present as usize).is_some_and(|r| key.is_of(r)) {
                self.slots[i] = (tag, index + 1);
                return;
            }
            i = (i + 1) & (self.slots.len() - 1);
        }
    }

    /// Takes a conversation out of the index, given the hash of its key.
    pub fn unlist(&mut self, index: u32, hash: u64) {
        let mask = self.slots.len() - 1;
        let mut gap = self.home((hash >> 32) as u32);
        while self.slots[gap].1 != index + 1 {
            if self.slots[gap].1 == 0 {
                return;
            }
            gap = (gap + 1) & mask;
        }
        // Those behind move up, but none to before its home.
        let mut i = (gap + 1) & mask;
        while self.slots[i].1 != 0 {
            let from = |place: usize| i.wrapping_sub(place) & mask;
            if from(self.home(self.slots[i].0)) >= from(gap) {
                self.slots[gap] = self.slots[i];
                gap = i;
            }
            i = (i + 1) & mask;
        }
        self.slots[gap] = (0, 0);
        self.used -= 1;
    }

    /// Lets go of the oldest record in its place, or puts it aside: see [`Records::pass_oldest`].
    pub fn pass_oldest(&mut self, keep: bool) {
        self.records.pass_oldest(keep);
    }

    /// Lets go of a record that was put aside.
    pub fn drop_kept(&mut self, index: u32) {
        self.records.drop_kept(index);
    }

    /// A record.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<&Conversation> {
        self.records.get(index as usize)
    }

    /// A record, to change.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut Conversation> {
        self.records.get_mut(index as usize)
    }

    /// All records that are remembered.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.records
    }
}

impl Conversation {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> FlowKey {
        let [a, b] = self.ends.map(|e| (e.addr, e.port));
        FlowKey::new(a, b, self.proto.number(), self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::testing::conversation;

    #[test]
    fn what_is_taken_out_of_the_index_is_not_found_and_all_others_are() {
        let mut table = FlowTable::default();
        let of = |n: u32| {
            let mut record = conversation(n);
            record.ends[0].port = n as u16;
            record
        };
        let count = 700;
        for n in 0..count {
            let key = of(n).key();
            table.insert(&key, table.hash(&key), of(n));
        }
        let find = |table: &FlowTable, n| table.find(&of(n).key(), table.hash(&of(n).key()));
        for gone in (0..count).step_by(3) {
            table.unlist(gone, table.hash(&of(gone).key()));
            assert_eq!(find(&table, gone), None);
        }
        table.unlist(0, table.hash(&of(0).key()));
        for n in 0..count {
            assert_eq!(find(&table, n), (n % 3 != 0).then_some(n));
        }
        assert_eq!(table.used, table.slots.iter().filter(|slot| slot.1 != 0).count());
    }
}
