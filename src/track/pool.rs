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
    #[inline(never)]
    pub fn take(&mut self, limits: TcpLimits) -> Box<Detail> {
        self.spare.pop().unwrap_or_else(|| Box::new(Detail { tcp: Some(fresh(limits)), ..Detail::default() }))
    }

    /// A connection of which nothing is known, for details that are there already.
    #[cold]
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
    use crate::track::Limits;
    use crate::track::testing::{ACK, Deaf, FIN, RST, SYN, Segment, tracked};

    /// What the pool holds once these segments, five seconds apart, are tracked.
    fn spare(segments: &[Segment]) -> String {
        let mut tracker = tracked(segments, &mut Deaf);
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
