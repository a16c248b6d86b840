//! How many conversations are remembered at once. Beyond that the oldest are forgotten, so that a capture of any length
//! fits into the same memory: those that are over leave nothing behind but what was told of them, those that are not are
//! told as they stand. A connection, or what was heard of lately, is kept for another round.

use std::collections::VecDeque;
use std::hint::black_box;

use arrayvec::ArrayVec;

use super::event::Sink;
use super::tracker::Tracker;
use super::{At, Conversation, Proto};

/// Conversations that were among the oldest when there was no more room, and were kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Elders(VecDeque<Elder>);

/// One of them, as it was when it was last looked at.
#[derive(Debug, Clone, Copy)]
struct Elder {
    index: u32,
    /// The frame of its last packet.
    last: u32,
    /// Conversations that had begun.
    begun: usize,
}

/// Conversations forgotten at a time, so that what each needs comes into the cache together with the others'.
const AT_ONCE: usize = 256;

impl Tracker {
    /// Sees to it that there is room for one more conversation.
    pub(super) fn make_room(&mut self, sink: &mut impl Sink) {
        let room = self.options.limits.conversations.max(1);
        if self.table.records().remembered() < room {
            return;
        }
        let count = (room / 8).clamp(1, AT_ONCE);
        self.forget_oldest(count, sink);
        self.look_at_elders(room / 2, count, sink);
    }

    fn forget_oldest(&mut self, count: usize, sink: &mut impl Sink) {
        let records = self.table.records();
        let (oldest, begun) = (records.oldest(), records.len());
        let lately = records.get(oldest + (begun - oldest) / 2).map_or(At::default(), Conversation::first).frame;
        let hash = |index: usize| records.get(index).map(|record| (index as u32, self.table.hash(&record.key())));
        let hashes: ArrayVec<(u32, u64), AT_ONCE> = (oldest..begun).take(count).filter_map(hash).collect();
        black_box(hashes.iter().fold(0, |touched, (_, hash)| touched ^ self.table.touch_slot(*hash)));
        for (index, hash) in hashes {
            let Some(record) = self.table.get(index) else { continue };
            let keep = record.is_to_be_kept(lately);
            if keep {
                self.elders.0.push_back(Elder { index, last: record.last.frame, begun });
            } else {
                self.end_of(index, sink);
                self.table.unlist(index, hash);
            }
            self.table.pass_oldest(keep);
        }
    }

    /// Forgets those kept before that are over, or have been silent while `patience` conversations began, or are too many.
    fn look_at_elders(&mut self, patience: usize, count: usize, sink: &mut impl Sink) {
        let begun = self.table.records().len();
        for _ in 0..count {
            let crowded = self.elders.0.len() > patience;
            let due = |elder: &&Elder| crowded || elder.begun + patience <= begun;
            let Some(&Elder { index, last, .. }) = self.elders.0.front().filter(due) else { return };
            self.elders.0.pop_front();
            let Some(record) = self.table.get(index) else { continue };
            if record.closed || record.last.frame == last || crowded {
                let hash = self.table.hash(&record.key());
                self.end_of(index, sink);
                self.table.unlist(index, hash);
                self.table.drop_kept(index);
            } else {
                self.elders.0.push_back(Elder { index, last: record.last.frame, begun });
            }
        }
    }

    /// The last look at a conversation before it is forgotten.
    fn end_of(&mut self, index: u32, sink: &mut impl Sink) {
        if self.table.get(index).is_some_and(|record| !record.closed) {
            self.census.hit("conversations");
            self.close(index, sink);
        }
        if let Some(record) = self.table.get(index).filter(|record| record.proto == Proto::Udp) {
            self.census.talked(record);
        }
    }
}

impl Conversation {
    /// Whether it is worth its place among all that began since: it is a connection that is not over, or was heard of
    /// after the frame `lately`.
    fn is_to_be_kept(&self, lately: u32) -> bool {
        let connected = || self.detail.as_ref().is_some_and(|detail| detail.tcp.is_some());
        !self.closed && (self.last.frame > lately || connected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{Packet, decode};
    use crate::source::{LinkType, NS_PER_MS, Record, Timestamp};
    use crate::track::event::{Event, What};
    use crate::track::{ConvId, Limits, Options};

    /// What is over, and how many packets each side sent.
    #[derive(Default)]
    struct Over(Vec<(u32, [u32; 2])>);

    impl Sink for Over {
        fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
            if let What::Closed = event.what {
                let packets =
                    [crate::track::Dir::Client, crate::track::Dir::Server].map(|dir| conversation.packets(dir));
                self.0.push((conversation.id().0, packets));
            }
        }
    }

    /// A datagram between 10.0.0.1 and the discard port of 10.0.0.2, or the answer.
    fn datagram(port: u16, answer: bool) -> Vec<u8> {
        let (hosts, ports) = if answer { ([2, 1], [9, port]) } else { ([1, 2], [port, 9]) };
        let header = [69, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, hosts[0], 10, 0, 0, hosts[1]];
        [&[2; 12][..], &[8, 0], &header, &ports[0].to_be_bytes(), &ports[1].to_be_bytes(), &[0, 12, 0, 0], b"data"]
            .concat()
    }

    /// A tracker with room for so many conversations that has taken these datagrams, a millisecond apart.
    fn tracked(room: usize, datagrams: impl IntoIterator<Item = (u16, bool)>, over: &mut Over) -> Tracker {
        let limits = Limits { conversations: room, ..Limits::default() };
        let mut tracker = Tracker::new(Options { limits, ..Options::default() });
        for ((port, answer), n) in datagrams.into_iter().zip(1..) {
            let (data, at) = (datagram(port, answer), At { frame: n, ts: Timestamp(i64::from(n) * NS_PER_MS) });
            let wire_len = data.len() as u32;
            let packet: Packet<'_> = decode(&Record { at, wire_len, link: LinkType(1), interface: 0, data: &data });
            tracker.batch(&[packet], over);
            assert!(tracker.table.records().remembered() <= room);
        }
        tracker
    }

    #[test]
    fn of_more_conversations_than_there_is_room_for_each_is_told_once() {
        for room in [1, 2, 7, 64, 3_000, 9_999] {
            let mut over = Over::default();
            let mut tracker = tracked(room, (1_000..11_000).map(|port| (port, false)), &mut over);
            assert_eq!(over.0.len() as u64, tracker.census.limits_hit["conversations"]);
            tracker.finish(&mut over);
            assert_eq!(over.0, (0..10_000).map(|id| (id, [1, 0])).collect::<Vec<_>>(), "room for {room}");
            assert_eq!(tracker.census.conversations, 10_000);
        }
    }

    #[test]
    fn who_is_heard_of_is_remembered_and_who_is_not_begins_anew() {
        let others = |from: u16| (from..from + 5).map(|port| (port, false));
        let busy = |from: u16| others(from).chain([(500, true)]);
        let mut over = Over::default();
        let all = [(500, false), (501, false)].into_iter().chain((1_000..9_000).step_by(5).flat_map(busy));
        let mut tracker = tracked(40, all.chain([(501, true)]), &mut over);
        tracker.finish(&mut over);
        let of =
            |id: u32| over.0.iter().filter(|(other, _)| *other == id).map(|(_, packets)| *packets).collect::<Vec<_>>();
        assert_eq!(of(0), [[1, 1_600]], "it is never silent for long");
        assert_eq!(of(1), [[1, 0]], "it is silent until it is forgotten");
        assert_eq!(over.0.len(), 8_003, "what came late for it began another");
        assert!(tracker.elders.0.len() <= 20 && tracker.table.get(ConvId(1).0).is_none());
    }
}
