//! DNS over TCP: messages behind a two-byte length (RFC 1035 §4.2.2, RFC 7766 §8).

use super::probe::is_dns;
use crate::decode::dns::{HEADER_LEN, Outline};
use crate::source::At;
use crate::track::Dir;
use crate::track::app::{Probe, StreamParser, Want};

/// Whole messages waiting to be taken; beyond that the oldest is lost. The tracker takes them after each segment, which
/// holds at most 65,535 bytes, hence at most this many messages with a header.
const MAX_WAITING: usize = 65_535 / (2 + HEADER_LEN);

/// A first message longer than this is not waited for: queries are short.
const MAX_FIRST: usize = 512;

/// A message out of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamMessage {
    /// Who sent it.
    pub dir: Dir,
    /// The message, without its length.
    pub bytes: Box<[u8]>,
    /// The packet that completed it.
    pub at: At,
    /// Bytes at its end are missing.
    pub cut: bool,
}

/// Both directions of a connection.
#[derive(Debug, Clone, Default)]
pub struct DnsStream {
    sides: [Side; 2],
    waiting: Vec<StreamMessage>,
}

/// One direction. It holds at most one unfinished message, 65,537 bytes with its length.
#[derive(Debug, Clone, Default)]
struct Side {
    held: Vec<u8>,
    /// Bytes of the current message to skip, since some before them are missing.
    skip: usize,
    /// Where the next message begins is not known: it is looked for at the start of each piece.
    lost: bool,
}

impl DnsStream {
    /// Whether a direction that begins so is DNS: a length, and a whole message of exactly that length.
    #[must_use]
    pub fn probe(bytes: &[u8]) -> Probe {
        let Some((length, message)) = length(bytes) else { return Probe::Unsure };
        match message.get(..length) {
            _ if length < HEADER_LEN => Probe::NotForUs,
            Some(message) if is_dns(message) && Outline::read(message).is_some_and(|o| o.fault().is_none()) => {
                Probe::Certain
            }
            None if length <= MAX_FIRST && (message.len() <= HEADER_LEN || is_dns(message)) => Probe::Unsure,
            _ => Probe::NotForUs,
        }
    }

    /// The messages completed so far.
    pub fn take(&mut self) -> Vec<StreamMessage> {
        std::mem::take(&mut self.waiting)
    }

    fn push(&mut self, dir: Dir, bytes: &[u8], at: At, cut: bool) {
        if self.waiting.len() < MAX_WAITING {
            self.waiting.push(StreamMessage { dir, bytes: bytes.into(), at, cut });
        }
    }
}

impl StreamParser for DnsStream {
    fn data(&mut self, dir: Dir, mut bytes: &[u8], at: At) -> Want {
        let side = &mut self.sides[dir.index()];
        if side.lost && begins_message(bytes) {
            side.lost = false;
        }
        while !bytes.is_empty() {
            let side = &mut self.sides[dir.index()];
            if side.lost {
                return Want::More;
            }
            let skipped = side.skip.min(bytes.len());
            side.skip -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            let (now, later) = bytes.split_at(side.wanted().min(bytes.len()));
            side.held.extend_from_slice(now);
            bytes = later;
            if side.held.len() >= 2 && side.wanted() == 0 {
                let held = std::mem::take(&mut side.held);
                self.push(dir, held.get(2..).unwrap_or_default(), at, false);
            }
        }
        Want::More
    }

    fn gap(&mut self, dir: Dir, len: u32, at: At) -> Want {
        let side = &mut self.sides[dir.index()];
        let (len, held) = (len as usize, std::mem::take(&mut side.held));
        let (known, missing) = if side.skip > 0 { (true, side.skip) } else { wanted(&held) };
        // Inside a message whose end is known, framing survives; the rest of that message is skipped.
        if known && len <= missing && missing > 0 {
            side.skip = missing - len;
        } else {
            (side.skip, side.lost) = (0, true);
        }
        if held.len() >= 2 + HEADER_LEN {
            self.push(dir, held.get(2..).unwrap_or_default(), at, true);
        }
        Want::More
    }

    fn end(&mut self, dir: Dir, at: At) {
        let held = std::mem::take(&mut self.sides[dir.index()].held);
        if held.len() >= 2 + HEADER_LEN {
            self.push(dir, held.get(2..).unwrap_or_default(), at, true);
        }
    }
}

impl Side {
    /// Bytes missing until the length, or the message once the length is known, is complete.
    fn wanted(&self) -> usize {
        wanted(&self.held).1
    }
}

/// Whether the length of the message at hand is known, and how many bytes are missing of it, or of the length.
fn wanted(held: &[u8]) -> (bool, usize) {
    match held {
        [high, low, message @ ..] => {
            (true, usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(message.len()))
        }
        _ => (false, 2 - held.len()),
    }
}

/// A length and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, message) = bytes.split_first_chunk::<2>()?;
    Some((usize::from(u16::from_be_bytes(*length)), message))
}

/// Whether bytes after a hole look like the beginning of a message: servers write length and message together.
fn begins_message(bytes: &[u8]) -> bool {
    length(bytes)
        .is_some_and(|(length, message)| length >= HEADER_LEN && is_dns(message.get(..length).unwrap_or(message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::dns::testing::{Build, a};

    fn framed(message: &[u8]) -> Vec<u8> {
        [&(message.len() as u16).to_be_bytes()[..], message].concat()
    }

    fn query(id: u16) -> Vec<u8> {
        Build::query(id).ask("www.a.test", 1).bytes()
    }

    fn at(frame: u32) -> At {
        At { frame, ..At::default() }
    }

    #[test]
    fn messages_come_out_whole_however_they_are_cut() {
        let answer = Build::response(2).ask("www.a.test", 1).answer(a("www.a.test", 60, 1)).bytes();
        let stream = [framed(&query(1)), framed(&answer)].concat();
        for size in 1..stream.len() {
            let mut dns = DnsStream::default();
            for (i, piece) in stream.chunks(size).enumerate() {
                dns.data(Dir::Client, piece, at(i as u32));
            }
            let messages: Vec<_> = dns.take().into_iter().map(|m| (m.bytes.to_vec(), m.cut)).collect();
            assert_eq!(messages, [(query(1), false), (answer.clone(), false)], "pieces of {size}");
        }
    }

    #[test]
    fn a_message_belongs_to_the_packet_that_completes_it() {
        let (mut dns, stream) = (DnsStream::default(), framed(&query(1)));
        let (first, rest) = stream.split_at(5);
        dns.data(Dir::Server, first, at(4));
        dns.data(Dir::Server, rest, at(9));
        assert_eq!(dns.take().iter().map(|m| (m.dir, m.at.frame)).collect::<Vec<_>>(), [(Dir::Server, 9)]);
    }

    #[test]
    fn a_hole_inside_a_message_costs_only_that_message() {
        let stream = [framed(&query(1)), framed(&query(2))].concat();
        let mut dns = DnsStream::default();
        dns.data(Dir::Client, &stream[..18], at(1));
        dns.gap(Dir::Client, 6, at(2));
        dns.data(Dir::Client, &stream[24..], at(3));
        let messages: Vec<_> = dns.take().into_iter().map(|m| (m.bytes.to_vec(), m.cut)).collect();
        assert_eq!(messages, [(query(1)[..16].to_vec(), true), (query(2), false)]);
    }

    #[test]
    fn after_a_longer_hole_the_next_piece_that_begins_a_message_is_found() {
        let mut dns = DnsStream::default();
        dns.data(Dir::Client, &framed(&query(1))[..8], at(1));
        dns.gap(Dir::Client, 5_000, at(2));
        dns.data(Dir::Client, &[0xaa; 70], at(3));
        assert!(dns.take().is_empty());
        dns.data(Dir::Client, &framed(&query(2)), at(4));
        assert_eq!(dns.take().len(), 1);
    }

    #[test]
    fn an_unfinished_message_is_given_at_the_end() {
        let mut dns = DnsStream::default();
        dns.data(Dir::Client, &framed(&query(1))[..20], at(1));
        dns.end(Dir::Client, at(2));
        assert_eq!(dns.take().iter().map(|m| m.cut).collect::<Vec<_>>(), [true]);
    }

    #[test]
    fn probing_wants_a_whole_message_and_nothing_else() {
        let stream = framed(&query(1));
        assert_eq!(DnsStream::probe(&stream), Probe::Certain);
        for cut in 0..stream.len() {
            assert_eq!(DnsStream::probe(&stream[..cut]), Probe::Unsure, "{cut}");
        }
        let others: [&[u8]; 4] =
            [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"SSH-2.0-x\r\n", b"\x00\x03abc"];
        assert!(others.iter().all(|bytes| DnsStream::probe(bytes) == Probe::NotForUs));
    }

    #[test]
    fn arbitrary_bytes_and_gaps_end_and_hold_one_message_at_most() {
        let mut dns = DnsStream::default();
        for i in 0..2_000_u32 {
            let piece: Vec<u8> = (0..i % 97).map(|n| (n * i % 251) as u8).collect();
            dns.data(Dir::Client, &piece, at(i));
            if i % 13 == 0 {
                dns.gap(Dir::Client, i, at(i));
            }
        }
        assert!(dns.sides[0].held.len() <= 65_537);
    }
}
