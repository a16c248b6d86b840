//! Hand-made conversations and packets for tests of what reads them.

use super::tcp::IcmpError;
use super::{At, ConvId, Conversation, Dir, Endpoint, Event, Limits, Options, Proto, Sink, Tally, Timestamp, Tracker};
use crate::decode::{Addr, Packet, decode};
use crate::source::{LinkType, NS_PER_S, Record};

/// A moment: the frame, and as many milliseconds after the epoch.
pub fn at(frame: u32) -> At {
    At { frame, ts: Timestamp(i64::from(frame) * super::NS_PER_MS) }
}

/// Conversation `id` of 192.0.2.1 with 198.51.100.7 over UDP, a packet each way.
pub fn conversation(id: u32) -> Conversation {
    let end = |addr: [u8; 4], port| Endpoint { addr: Addr::from(addr), port };
    let ends = [end([192, 0, 2, 1], 50_000), end([198, 51, 100, 7], 443)];
    let begun = Conversation::begun(ConvId(id), Proto::Udp, ends, 0, at(1));
    Conversation { last: at(9), payload: [900, 52_000], packets: [1, 1], closed: true, ..begun }
}

/// The same over TCP, with what is known filled in by `fill`.
pub fn connection(id: u32, fill: impl FnOnce(&mut super::tcp::TcpFacts)) -> Conversation {
    let mut c = Conversation { proto: Proto::Tcp, ..conversation(id) };
    let ctx = super::tcp::Context { limits: Limits::default().tcp(), two_msl_ns: 60 * NS_PER_S };
    fill(&mut c.connection(&ctx, &mut super::pool::Pool::default()).facts);
    c
}

/// "Fragmentation needed" for 1500 bytes of one side, from a router whose next hop takes 1400.
pub fn too_big(quotes: Dir) -> IcmpError {
    IcmpError {
        at: at(5),
        from: Addr::from([192, 0, 2, 254]),
        quotes,
        v6: false,
        kind: 3,
        code: 4,
        mtu: 1400,
        quoted_len: 1500,
        seq: None,
        alone: None,
        above: Tally::default(),
        within: Tally::default(),
    }
}

/// A sink that wants nothing.
pub struct Deaf;

impl Sink for Deaf {
    fn event(&mut self, _event: &Event<'_>, _conversation: &Conversation) {}
}

/// Sender (0: the client), sequence and acknowledgment number, flags, payload bytes.
pub type Segment = (u8, u32, u32, u8, u8);

pub const FIN: u8 = 0x01;
pub const SYN: u8 = 0x02;
pub const RST: u8 = 0x04;
pub const ACK: u8 = 0x10;

/// The frame of the `n`th packet, whose sender counts its identifications and its timestamps.
pub fn frame(n: u32, &(from, seq, ack, flags, len): &Segment) -> Vec<u8> {
    let ports = if from == 0 { [40_000_u16, 80] } else { [80, 40_000] };
    let mut options = Vec::new();
    if flags & SYN != 0 {
        options = [&[2, 4, 5, 180, 4, 2, 8, 10][..], &(n * 1_000).to_be_bytes(), &[0, 0, 0, 0, 1, 3, 3, 7]].concat();
    }
    let header =
        [69, 0, 0, 40 + options.len() as u8 + len, 0, n as u8, 0, 0, 64, 6, 0, 0, 10, 0, 0, from, 10, 0, 0, 1 - from];
    let numbers = [&ports[0].to_be_bytes()[..], &ports[1].to_be_bytes(), &seq.to_be_bytes(), &ack.to_be_bytes()];
    let window = u16::from(flags & RST == 0) << 8;
    let rest = [&[0x50 + options.len() as u8 * 4, flags][..], &window.to_be_bytes(), &[0; 4], &options];
    [&[2; 12][..], &[8, 0], &header, &numbers.concat(), &rest.concat(), &vec![7; usize::from(len)]].concat()
}

/// Calls `each` with these segments decoded, five seconds apart.
pub fn each_packet(segments: &[Segment], each: impl FnMut(&Packet<'_>)) {
    each_packet_every(5 * NS_PER_S, segments, each);
}

/// The same, so many nanoseconds apart.
fn each_packet_every(ns: i64, segments: &[Segment], mut each: impl FnMut(&Packet<'_>)) {
    for (segment, n) in segments.iter().zip(1..) {
        let data = frame(n, segment);
        let at = At { frame: n, ts: Timestamp(i64::from(n) * ns) };
        each(&decode(&Record { at, wire_len: data.len() as u32, link: LinkType(1), interface: 0, data: &data }));
    }
}

/// A tracker that has taken them, five seconds apart.
pub fn tracked(segments: &[Segment], sink: &mut impl Sink) -> Tracker {
    tracked_every(5 * NS_PER_S, segments, sink)
}

/// A tracker that has taken them, so many nanoseconds apart.
pub fn tracked_every(ns: i64, segments: &[Segment], sink: &mut impl Sink) -> Tracker {
    let mut tracker = Tracker::new(Options::default());
    each_packet_every(ns, segments, |packet| tracker.batch(std::slice::from_ref(packet), sink));
    tracker
}
