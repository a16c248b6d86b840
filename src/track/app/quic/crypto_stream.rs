//! The handshake stream of one direction, put together from CRYPTO frames in any order.
//!
//! Chromium shuffles a hello over many frames in several packets, so holes are the rule. The keys are those of one Initial
//! level, thus the stream holds hellos only: ClientHello, HelloRetryRequest, ServerHello.

/// Furthest a frame may reach beyond what has been handed out: what is further is dropped. A ClientHello with several
/// post-quantum key shares has 5 KB.
const MAX_AHEAD: u64 = 64 * 1024;

/// Most separate pieces kept at once; a frame that would make one more is dropped.
const MAX_PIECES: usize = 64;

/// Bytes of a handshake message's header: type and length (RFC 8446 §4).
const HEADER: usize = 4;

/// A handshake stream with its holes.
#[derive(Debug, Clone, Default)]
pub(super) struct CryptoStream {
    /// Offset of `bytes[0]`: everything before it has been handed out.
    start: u64,
    bytes: Vec<u8>,
    /// Which parts of `bytes` are there: begin and end, in order, never touching.
    pieces: Vec<(usize, usize)>,
    dropped: u32,
}

impl CryptoStream {
    /// Adds what a CRYPTO frame brought. Where it was there already the newer copy is taken: both were authenticated.
    pub(super) fn insert(&mut self, offset: u64, data: &[u8]) {
        let stale = usize::try_from(self.start.saturating_sub(offset)).unwrap_or(usize::MAX);
        let Some(data) = data.get(stale..).filter(|d| !d.is_empty()) else { return };
        let ahead = offset.saturating_sub(self.start);
        let end = ahead.saturating_add(data.len() as u64);
        if end > MAX_AHEAD || !self.mark(ahead as usize, end as usize) {
            self.dropped = self.dropped.saturating_add(data.len() as u32);
            return;
        }
        if self.bytes.len() < end as usize {
            self.bytes.resize(end as usize, 0);
        }
        if let Some(to) = self.bytes.get_mut(ahead as usize..end as usize) {
            to.copy_from_slice(data);
        }
    }

    /// The next complete handshake message, header included.
    pub(super) fn next_message(&mut self) -> Option<Vec<u8>> {
        let &(0, there) = self.pieces.first()? else { return None };
        let &[_kind, a, b, c] = self.bytes.get(..there)?.first_chunk::<HEADER>()?;
        let len = HEADER + u32::from_be_bytes([0, a, b, c]) as usize;
        if len > there {
            return None;
        }
        let rest = self.bytes.split_off(len);
        self.start += len as u64;
        self.pieces.iter_mut().for_each(|(begin, end)| {
            *begin = begin.saturating_sub(len);
            *end -= len;
        });
        self.pieces.retain(|(begin, end)| begin < end);
        Some(std::mem::replace(&mut self.bytes, rest))
    }

    /// Bytes that came so far, each counted once.
    pub(super) fn covered(&self) -> u64 {
        self.start + self.pieces.iter().map(|(begin, end)| (end - begin) as u64).sum::<u64>()
    }

    /// Bytes that the bounds made it drop.
    pub(super) fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Bytes have come that are not (yet) a complete message.
    pub(super) fn is_partial(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// Notes that `begin..end` is there; false when there are too many pieces.
    fn mark(&mut self, begin: usize, end: usize) -> bool {
        let from = self.pieces.partition_point(|p| p.1 < begin);
        let to = self.pieces.partition_point(|p| p.0 <= end);
        let touched = self.pieces.get(from..to).unwrap_or_default();
        if touched.is_empty() && self.pieces.len() >= MAX_PIECES {
            return false;
        }
        let begin = touched.first().map_or(begin, |p| p.0.min(begin));
        let end = touched.last().map_or(end, |p| p.1.max(end));
        self.pieces.splice(from..to, [(begin, end)]);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of type 1 with `n` bytes 0, 1, 2 ….
    fn message(n: u8) -> Vec<u8> {
        [1, 0, 0, n].into_iter().chain(0..n).collect()
    }

    #[test]
    fn a_message_comes_out_when_it_is_complete() {
        let mut stream = CryptoStream::default();
        let whole = message(10);
        stream.insert(0, &whole[..3]);
        assert_eq!(stream.next_message(), None);
        stream.insert(3, &whole[3..]);
        assert_eq!(stream.next_message(), Some(whole));
        assert_eq!(stream.next_message(), None);
        assert!(!stream.is_partial());
    }

    #[test]
    fn frames_in_any_order_and_overlapping_make_the_same_message() {
        let whole = message(100);
        for order in [[4, 2, 0, 3, 1], [1, 3, 0, 2, 4], [0, 4, 1, 3, 2]] {
            let mut stream = CryptoStream::default();
            for k in order {
                let begin = k * 20;
                let end = (begin + 27).min(whole.len());
                stream.insert(begin as u64, &whole[begin..end]);
            }
            assert_eq!(stream.next_message(), Some(whole.clone()), "{order:?}");
        }
    }

    #[test]
    fn repeats_of_what_was_handed_out_are_ignored_and_the_second_message_follows() {
        let mut stream = CryptoStream::default();
        let two = [message(10), message(20)].concat();
        stream.insert(0, &two[..20]);
        assert_eq!(stream.next_message(), Some(message(10)));
        stream.insert(0, &two[..14]);
        assert_eq!(stream.next_message(), None);
        stream.insert(10, &two[10..]);
        assert_eq!(stream.next_message(), Some(message(20)));
        assert_eq!(stream.dropped(), 0);
    }

    #[test]
    fn what_is_too_far_ahead_or_in_too_many_pieces_is_dropped_and_counted() {
        let mut stream = CryptoStream::default();
        stream.insert(MAX_AHEAD - 1, &[1, 2]);
        assert_eq!(stream.dropped(), 2);
        stream.insert(u64::MAX, &[1]);
        assert_eq!(stream.dropped(), 3);
        for k in 0..100 {
            stream.insert(10 + 2 * k, &[1]);
        }
        assert_eq!(stream.dropped(), 3 + 36);
        stream.insert(10, &[0; 200]);
        assert_eq!(stream.pieces, [(10, 210)]);
    }

    #[test]
    fn a_message_longer_than_the_bound_never_comes() {
        let mut stream = CryptoStream::default();
        stream.insert(0, &[1, 0xff, 0xff, 0xff]);
        stream.insert(4, &[0; 60_000]);
        assert_eq!(stream.next_message(), None);
        assert!(stream.is_partial());
    }
}
