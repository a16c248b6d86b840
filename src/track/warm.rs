//! Brings into the cache what the packets of a batch will need.
//!
//! With many conversations each of these reads goes to main memory. Each step here is a short loop of reads that do not
//! depend on one another, so that the processor has many under way at once; taken packet by packet, each would be waited
//! for.

use std::hint::black_box;

use arrayvec::ArrayVec;

use super::table::FlowKey;
use super::tracker::Tracker;
use crate::source::BATCH;

impl Tracker {
    /// Reads slots, records, details and connections of a batch, one kind after the other.
    pub(super) fn warm(&self, keys: &[Option<(FlowKey, u64)>]) {
        let mut touched = 0;
        let hashes = || keys.iter().flatten().map(|(_, hash)| *hash);
        for hash in hashes() {
            touched ^= self.table.touch_slot(hash);
        }
        let likely: ArrayVec<u32, BATCH> = hashes().filter_map(|hash| self.table.likely(hash)).take(BATCH).collect();
        let records = || likely.iter().filter_map(|index| self.table.get(*index));
        for record in records() {
            touched ^= record.packets[0] ^ record.last.frame;
        }
        let details = || records().filter_map(|record| record.detail.as_deref());
        for detail in details() {
            touched ^= detail.weight as u32;
        }
        for conn in details().filter_map(|detail| detail.tcp.as_deref()) {
            touched ^= conn.touch();
        }
        black_box(touched);
    }
}
