//! Connections that are over, kept for the next ones: a connection is several kilobytes, and most are short.

use super::app::AppFacts;
use super::conversation::Detail;
use super::limits::TcpLimits;
use super::tcp::{Out, TcpConn};

/// Spare connections in the details that they came with. There are never more than were open at once, and no more than
/// [`MAX_SPARE`].
#[derive(Debug, Clone, Default)]
pub struct Pool {
    #[expect(clippy::vec_box, reason = "they come and go as boxes")]
    spare: Vec<Box<Detail>>,
    /// Scratch for events that were told before.
    pub(super) told: Out,
}

/// Spare connections kept; more are freed.
const MAX_SPARE: usize = 256;

impl Pool {
    /// Details with a connection of which nothing is known.
    pub fn take(&mut self, limits: TcpLimits) -> Box<Detail> {
        self.spare.pop().unwrap_or_else(|| Box::new(Detail { tcp: Some(fresh(limits)), ..Detail::default() }))
    }

    /// A connection of which nothing is known, for details that are there already.
    pub fn connection(&mut self, limits: TcpLimits) -> Box<TcpConn> {
        self.spare.pop().and_then(|detail| detail.tcp).unwrap_or_else(|| fresh(limits))
    }

    /// Gives the details of a conversation back.
    pub fn give(&mut self, mut detail: Box<Detail>) {
        if self.spare.len() >= MAX_SPARE {
            return;
        }
        let Detail { tcp: Some(conn), datagrams, app, resolved, race, icmp, weight } = &mut *detail else { return };
        conn.reset();
        *app = AppFacts::default();
        (*datagrams, *resolved, *race, *weight) = (None, None, None, 0);
        icmp.clear();
        self.spare.push(detail);
    }
}

fn fresh(limits: TcpLimits) -> Box<TcpConn> {
    Box::new(TcpConn::new(limits))
}

#[cfg(test)]
mod tests {
    use crate::decode::decode;
    use crate::source::{At, LinkType, NS_PER_S, Record, Timestamp};
    use crate::track::{Conversation, Event, Limits, Options, Sink, Tracker};

    struct Deaf;

    impl Sink for Deaf {
        fn event(&mut self, _event: &Event<'_>, _conversation: &Conversation) {}
    }

    const SYN: u8 = 0x02;
    const RST: u8 = 0x04;
    const ACK: u8 = 0x10;
    const FIN: u8 = 0x01;

    /// Sender (0: the client), sequence and acknowledgment number, flags, payload bytes.
    type Segment = (u8, u32, u32, u8, u8);

    fn frame(&(from, seq, ack, flags, len): &Segment) -> Vec<u8> {
        let ports = if from == 0 { [40_000_u16, 80] } else { [80, 40_000] };
        let options: &[u8] = if flags & SYN != 0 { &[2, 4, 5, 180, 1, 3, 3, 7] } else { &[] };
        let header =
            [69, 0, 0, 40 + options.len() as u8 + len, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, from, 10, 0, 0, 1 - from];
        let numbers = [&ports[0].to_be_bytes()[..], &ports[1].to_be_bytes(), &seq.to_be_bytes(), &ack.to_be_bytes()];
        let window = u16::from(flags & RST == 0) << 8;
        let rest = [&[0x50 + options.len() as u8 * 4, flags][..], &window.to_be_bytes(), &[0; 4], options];
        [&[2; 12][..], &[8, 0], &header, &numbers.concat(), &rest.concat(), &vec![7; usize::from(len)]].concat()
    }

    /// What the pool holds once these segments, five seconds apart, are tracked.
    fn spare(segments: &[Segment]) -> String {
        let mut tracker = Tracker::new(Options::default());
        for (segment, n) in segments.iter().zip(1..) {
            let data = frame(segment);
            let at = At { frame: n, ts: Timestamp(i64::from(n) * 5 * NS_PER_S) };
            let record = Record { at, wire_len: data.len() as u32, link: LinkType(1), interface: 0, data: &data };
            tracker.batch(&[decode(&record)], &mut Deaf);
        }
        tracker.finish(&mut Deaf);
        format!("{:?}", tracker.pool.take(Limits::default().tcp()))
    }

    #[test]
    fn whatever_a_connection_was_the_next_knows_nothing_of_it() {
        let (syn, refused) = ((0, 100, 0, SYN, 0), (1, 0, 101, RST | ACK, 0));
        let (answer, data) = ((1, 900, 101, SYN | ACK, 0), (0, 101, 901, ACK, 9));
        let blank = spare(&[]);
        for segments in [
            &[syn][..],
            &[syn, syn],
            &[syn, refused],
            &[syn, (1, 77, 101, RST, 0)],
            &[syn, (1, 0, 101, RST | ACK, 5)],
            &[(0, 100, 0, SYN, 3)],
            &[(0, 100, 0, SYN | FIN, 0)],
            &[syn, refused, syn, refused],
            &[syn, answer],
            &[syn, answer, data, (1, 901, 110, ACK | FIN, 0), (0, 110, 902, ACK | FIN, 0), (1, 902, 111, ACK, 0)],
            &[data, (1, 901, 110, ACK, 0), (0, 110, 901, RST, 0)],
        ] {
            assert_eq!(spare(segments), blank, "{segments:?}");
        }
    }
}
