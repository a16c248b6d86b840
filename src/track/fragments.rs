//! Fragments on their way through the tracker: what they make together is taken like a packet that came at the frame
//! which completed it.

use super::defrag::{Outcome, Reason};
use super::event::Sink;
use super::tracker::Tracker;
use crate::decode::{Packet, decode_ip_payload};

impl Tracker {
    /// A fragment. A packet put together may itself be a fragment, inside a tunnel; each such step takes one of the
    /// packet's layers, of which there are few, so it ends.
    pub(super) fn fragment(&mut self, packet: &Packet<'_>, sink: &mut impl Sink) {
        let Some(added) = self.defrag.add(packet) else { return };
        let counts = &mut self.census.fragments;
        counts.fragments.add(packet.at);
        if added.tiny {
            counts.tiny.add(packet.at);
        }
        if added.overlap {
            counts.overlapping.add(packet.at);
        }
        if let Outcome::Complete(whole) = added.outcome {
            counts.reassembled += 1;
            self.reassembled(&decode_ip_payload(packet, whole.protocol, &whole.payload), sink);
        }
        self.count_abandoned();
    }

    /// The capture is over: what is incomplete stays so.
    pub(super) fn finish_fragments(&mut self) {
        self.defrag.finish();
        self.count_abandoned();
    }

    /// Packets given up. Those that were cut, overlap or contradict themselves may have been complete on the wire.
    fn count_abandoned(&mut self) {
        while let Some(gone) = self.defrag.next_abandoned() {
            match gone.reason {
                Reason::Evicted => self.census.hit("fragment_sets"),
                Reason::Crowded => self.census.hit("fragment_bytes"),
                _ => {}
            }
            if matches!(gone.reason, Reason::TimedOut | Reason::Evicted | Reason::Crowded | Reason::CaptureEnd) {
                self.census.fragments.incomplete.add(gone.first);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decode;
    use crate::source::{At, LinkType, Record, Timestamp};
    use crate::track::{Conversation, Dir, Event, Options, Proto};

    /// Asks for no events.
    struct Deaf;

    impl Sink for Deaf {
        fn event(&mut self, _: &Event<'_>, _: &Conversation) {}
    }

    /// An IPv4 packet of which `field` says how it is a fragment.
    fn ip(id: u8, field: u16, protocol: u8, payload: &[u8]) -> Vec<u8> {
        let (len, [f0, f1]) = ((20 + payload.len() as u16).to_be_bytes(), field.to_be_bytes());
        let header = [0x45, 0, len[0], len[1], 0, id, f0, f1, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        [&header[..], payload].concat()
    }

    /// A packet as two fragments of which the first has 16 bytes.
    fn halves(id: u8, protocol: u8, payload: &[u8]) -> [Vec<u8>; 2] {
        [ip(id, 0x2000, protocol, &payload[..16]), ip(id, 2, protocol, &payload[16..])]
    }

    /// From port 4000 to 5000 with 16 bytes of payload.
    fn udp() -> Vec<u8> {
        [&[0x0f, 0xa0, 0x13, 0x88, 0, 24, 0, 0][..], b"0123456789abcdef"].concat()
    }

    fn track(frames: &[Vec<u8>]) -> Tracker {
        let mut tracker = Tracker::new(Options::default());
        for (data, n) in frames.iter().zip(1..) {
            let at = At { frame: n, ts: Timestamp(i64::from(n)) };
            let record = Record { at, wire_len: data.len() as u32, link: LinkType(101), interface: 0, data };
            tracker.batch(&[decode(&record)], &mut Deaf);
        }
        tracker.finish(&mut Deaf);
        tracker
    }

    #[track_caller]
    fn assert_one_datagram(tracker: &Tracker, frame: u32) {
        let all: Vec<_> = tracker.table.records().iter().collect();
        let [conversation] = all[..] else { panic!("{all:?}") };
        assert_eq!((conversation.proto(), conversation.server().port), (Proto::Udp, 5000));
        assert_eq!((conversation.payload(Dir::Client), conversation.first().frame), (16, frame));
    }

    #[test]
    fn a_fragmented_datagram_is_one_of_its_conversation() {
        let tracker = track(&halves(1, 17, &udp()));
        assert_one_datagram(&tracker, 2);
        let counts = tracker.census.fragments;
        assert_eq!((counts.fragments.count, counts.reassembled, counts.incomplete.count), (2, 1, 0));
        assert_eq!(tracker.census.total.packets, 2);
    }

    #[test]
    fn fragments_inside_a_fragmented_tunnel() {
        let [first, second] = halves(1, 17, &udp());
        let [[a, b], [c, d]] = [halves(2, 4, &first), halves(3, 4, &second)];
        let tracker = track(&[a, b, c, d]);
        assert_one_datagram(&tracker, 4);
        assert_eq!((tracker.census.fragments.fragments.count, tracker.census.fragments.reassembled), (6, 3));
    }

    #[test]
    fn what_never_completes_is_told_at_the_end() {
        let [first, _] = halves(1, 17, &udp());
        let tracker = track(&[first]);
        assert!(tracker.table.records().is_empty());
        assert_eq!(tracker.census.fragments.incomplete.count, 1);
    }
}
