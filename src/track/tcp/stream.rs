//! One direction's bytes in order, for the application parser: pieces behind a hole wait, bounded, and a hole that
//! will not be filled becomes a gap.

use std::collections::VecDeque;

use crate::decode::tcp::Seq;
use crate::source::At;
use crate::track::limits::TcpLimits;

/// What comes out of a stream, in order.
#[derive(Debug)]
pub enum Chunk<'a> {
    /// The next bytes.
    Data(&'a [u8], At),
    /// So many bytes are missing for good.
    Gap(u32, At),
}

/// A piece that waits behind a hole.
#[derive(Debug, Clone)]
struct Waiting {
    seq: Seq,
    len: u32,
    bytes: Box<[u8]>,
    at: At,
}

/// Reassembly of one direction.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    next: Option<Seq>,
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
}

impl Stream {
    /// Forgets everything, for another connection or when nobody wants the bytes any more.
    pub fn reset(&mut self) {
        (self.next, self.waiting_bytes) = (None, 0);
        if self.waiting.capacity() > 0 {
            self.waiting = VecDeque::new();
        }
    }

    /// The first byte will have this number.
    pub fn start(&mut self, seq: Seq) {
        self.next.get_or_insert(seq);
    }

    /// Takes a segment's payload: `len` bytes on the wire, of which `bytes` were captured. Returns how often a bound
    /// was hit.
    pub fn segment(
        &mut self,
        seq: Seq,
        len: u32,
        bytes: &[u8],
        at: At,
        limits: &TcpLimits,
        sink: &mut impl FnMut(Chunk<'_>),
    ) -> u64 {
        if len == 0 {
            return 0;
        }
        let next = *self.next.get_or_insert(seq);
        if seq.after(next) {
            return self.wait(Waiting { seq, len, bytes: bytes.into(), at }, limits, sink);
        }
        self.deliver(seq, len, bytes, at, sink);
        self.drain(sink);
        0
    }

    /// Delivers what of the piece is new; what was cut from it is a gap.
    fn deliver(&mut self, seq: Seq, len: u32, bytes: &[u8], at: At, sink: &mut impl FnMut(Chunk<'_>)) {
        let Some(next) = self.next else { return };
        let known = u32::try_from(next.since(seq)).unwrap_or(0);
        if known >= len {
            return;
        }
        let fresh = bytes.get(known as usize..).unwrap_or_default();
        if !fresh.is_empty() {
            sink(Chunk::Data(fresh, at));
        }
        let missing = len - known - fresh.len() as u32;
        if missing > 0 {
            sink(Chunk::Gap(missing, at));
        }
        self.next = Some(seq.plus(len));
    }

    fn wait(&mut self, piece: Waiting, limits: &TcpLimits, sink: &mut impl FnMut(Chunk<'_>)) -> u64 {
        let index = self.waiting.partition_point(|w| !w.seq.after(piece.seq));
        let repeated = index
            .checked_sub(1)
            .and_then(|i| self.waiting.get(i))
            .is_some_and(|w| w.seq == piece.seq && w.len >= piece.len);
        if repeated {
            return 0;
        }
        self.waiting_bytes += piece.bytes.len();
        self.waiting.insert(index, piece);
        if self.waiting_bytes > limits.stream_bytes || self.waiting.len() > limits.stream_pieces {
            self.give_up(sink);
            return 1;
        }
        0
    }

    /// Whether a byte before `ack` is missing.
    #[inline]
    pub fn lacks(&self, ack: Seq) -> bool {
        self.next.is_some_and(|next| ack.after(next))
    }

    /// Everything up to `ack` has arrived at the receiver: a hole below it was not captured and never will be.
    pub fn acknowledged(&mut self, ack: Seq, at: At, sink: &mut impl FnMut(Chunk<'_>)) {
        let Some(next) = self.next.filter(|_| self.lacks(ack)) else { return };
        let edge = self.waiting.front().map_or(ack, |w| if ack.after(w.seq) { w.seq } else { ack });
        sink(Chunk::Gap(edge.since(next).max(0) as u32, at));
        self.next = Some(edge);
        self.drain(sink);
    }

    /// Gives up the present hole.
    pub fn give_up(&mut self, sink: &mut impl FnMut(Chunk<'_>)) {
        let (Some(next), Some((seq, at))) = (self.next, self.waiting.front().map(|w| (w.seq, w.at))) else { return };
        sink(Chunk::Gap(seq.since(next).max(0) as u32, at));
        self.next = Some(seq);
        self.drain(sink);
    }

    fn drain(&mut self, sink: &mut impl FnMut(Chunk<'_>)) {
        while let Some(next) = self.next {
            if self.waiting.front().is_none_or(|w| w.seq.after(next)) {
                break;
            }
            let Some(piece) = self.waiting.pop_front() else { break };
            self.waiting_bytes -= piece.bytes.len();
            self.deliver(piece.seq, piece.len, &piece.bytes, piece.at, sink);
        }
    }

    /// About how many bytes wait behind holes.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        self.waiting_bytes + self.waiting.capacity() * size_of::<Waiting>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::track::Limits;

    /// Puts what comes out into a model of the stream: a byte each, `None` where it is missing.
    fn run(pieces: &[(usize, usize)], stream: &[u8], isn: Seq, limits: &TcpLimits) -> Vec<Option<u8>> {
        let (mut reassembly, mut out) = (Stream::default(), Vec::new());
        reassembly.start(isn);
        let mut sink = |chunk: Chunk<'_>| match chunk {
            Chunk::Data(bytes, _) => out.extend(bytes.iter().copied().map(Some)),
            Chunk::Gap(len, _) => out.extend((0..len).map(|_| None)),
        };
        for &(from, len) in pieces {
            let (from, to) = (from.min(stream.len()), (from + len).min(stream.len()));
            let bytes = &stream[from..to];
            let seq = isn.plus(from as u32);
            reassembly.segment(seq, bytes.len() as u32, bytes, At::default(), limits, &mut sink);
        }
        while !reassembly.waiting.is_empty() {
            reassembly.give_up(&mut sink);
        }
        out
    }

    fn pieces() -> impl Strategy<Value = Vec<(usize, usize)>> {
        proptest::collection::vec((0..300_usize, 0..60_usize), 0..60)
    }

    proptest! {
        #[test]
        fn any_cutting_order_overlap_and_repeating_gives_the_same_bytes_or_a_gap(
            pieces in pieces(), isn in any::<u32>(), bound in 1..40_usize,
        ) {
            let stream: Vec<u8> = (0..300_u32).map(|i| (i * 7 % 251) as u8).collect();
            let limits = Limits { stream_pieces: bound, ..Limits::default() }.tcp();
            let out = run(&pieces, &stream, Seq(isn), &limits);
            prop_assert!(out.len() <= stream.len());
            for (at, byte) in out.iter().enumerate() {
                prop_assert!(byte.is_none_or(|byte| byte == stream[at]), "byte {at} of {out:?}");
            }
            let far = pieces.iter().filter(|p| p.1 > 0).map(|&(from, len)| (from + len).min(300)).max().unwrap_or(0);
            prop_assert_eq!(out.len(), far, "everything up to the farthest byte is told, as bytes or as a gap");
        }

        #[test]
        fn nothing_is_missing_that_was_there(mut pieces in pieces(), isn in any::<u32>()) {
            let stream: Vec<u8> = (0..300_u32).map(|i| (i * 11 % 253) as u8).collect();
            pieces.extend((0..300).step_by(50).map(|from| (from, 50)));
            let whole: Vec<Option<u8>> = stream.iter().copied().map(Some).collect();
            prop_assert_eq!(run(&pieces, &stream, Seq(isn), &Limits::default().tcp()), whole);
        }
    }
}
