//! Brings into the cache what the packets of a batch will need.
//!
//! With many conversations each of these reads goes to main memory. Each step here is a short loop of reads that do not
//! depend on one another, so that the processor has many under way at once; taken packet by packet, each would be waited
//! for.

use std::hint::black_box;

use arrayvec::ArrayVec;

use super::Conversation;
use super::conversation::Detail;
use super::table::Hashed;
use super::tcp::TcpConn;
use super::tracker::Tracker;
use crate::source::BATCH;

impl Tracker {
    /// Reads slots, records, details and connections of a batch, one kind after the other.
    pub(super) fn warm(&self, keys: &[Option<Hashed>]) {
        let mut touched = 0;
        let hashes = || keys.iter().flatten().map(|hashed| hashed.hash).take(BATCH);
        for hash in hashes() {
            touched ^= self.table.touch_slot(hash);
        }
        let likely = |hash| self.table.get(self.table.likely(hash)?);
        let records: ArrayVec<&Conversation, BATCH> = hashes().filter_map(likely).collect();
        for record in &records {
            touched ^= record.packets[0] ^ record.last.frame;
        }
        let details: ArrayVec<&Detail, BATCH> = records.iter().filter_map(|record| record.detail.as_deref()).collect();
        for detail in &details {
            touched ^= detail.weight as u32;
        }
        let connections: ArrayVec<&TcpConn, BATCH> =
            details.iter().filter_map(|detail| detail.tcp.as_deref()).collect();
        for connection in &connections {
            touched ^= connection.touch();
        }
        black_box(touched);
    }
}
