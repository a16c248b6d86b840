//! DNS inside a TCP connection: both directions' messages, in order, for the table of queries.

use super::DnsStream;
use crate::decode::dns::looks_like_dns;
use crate::source::At;
use crate::track::Dir;
use crate::track::app::{Probe, StreamParser, Want};

/// A message with who sent it and the packet that completed it.
pub type DnsMessage = (Dir, Vec<u8>, At);

/// Messages held until the tracker takes them, which it does after each packet; those beyond are lost.
const MAX_READY: usize = 256;

/// A DNS connection being read.
#[derive(Debug, Default)]
pub struct DnsTcp {
    streams: [DnsStream; 2],
    ready: Vec<DnsMessage>,
}

impl DnsTcp {
    /// Whether a direction that begins so is DNS: a length, and a whole message of that length.
    #[must_use]
    pub fn probe(first: &[u8]) -> Probe {
        let [high, low, rest @ ..] = first else { return Probe::Unsure };
        let len = usize::from(u16::from_be_bytes([*high, *low]));
        match rest.get(..len) {
            Some(message) if looks_like_dns(message) => Probe::Certain,
            None if (HEADER..MAX_FIRST).contains(&len) => Probe::Unsure,
            _ => Probe::NotForUs,
        }
    }

    /// The messages completed since the last call.
    pub fn take(&mut self) -> Vec<DnsMessage> {
        std::mem::take(&mut self.ready)
    }
}

/// Bytes of a DNS header (RFC 1035 §4.1.1).
const HEADER: usize = 12;
/// A first message longer than this is not waited for: queries are short.
const MAX_FIRST: usize = 500;

impl StreamParser for DnsTcp {
    fn data(&mut self, dir: Dir, bytes: &[u8], at: At) -> Want {
        let ready = &mut self.ready;
        self.streams[dir.index()].data(bytes, |message| {
            if ready.len() < MAX_READY {
                ready.push((dir, message.to_vec(), at));
            }
        });
        Want::More
    }

    fn gap(&mut self, dir: Dir, _len: u32, _at: At) -> Want {
        self.streams[dir.index()].gap();
        Want::Enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query for the root's NS records.
    const QUERY: [u8; 19] = [0, 17, 0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];

    #[test]
    fn a_whole_query_is_certain_a_part_is_not_and_text_is_something_else() {
        assert_eq!(DnsTcp::probe(&QUERY), Probe::Certain);
        assert_eq!(DnsTcp::probe(&QUERY[..9]), Probe::Unsure);
        assert_eq!(DnsTcp::probe(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Probe::NotForUs);
    }

    #[test]
    fn messages_come_out_whole_however_they_are_cut() {
        for cut in 1..QUERY.len() {
            let mut dns = DnsTcp::default();
            let (a, b) = QUERY.split_at(cut);
            dns.data(Dir::Client, a, At::default());
            dns.data(Dir::Client, b, At::default());
            let messages = dns.take();
            assert_eq!(messages.len(), 1, "cut at {cut}");
            assert_eq!(messages[0].1, QUERY[2..]);
        }
    }
}
