//! Records in batches: headers beside one borrowed window of bytes, so that a packet costs no allocation and no copy.

use arrayvec::ArrayVec;

use super::linktype::LinkType;
use super::time::At;

/// Records in a batch at most: enough to overlap the cache misses of as many lookups, few enough to stay in the cache.
pub const BATCH: usize = 32;

/// One captured packet, lent by the source.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Number, from 1, over all files, and capture time.
    pub at: At,
    /// Length on the wire in bytes; never less than `data.len()`.
    pub wire_len: u32,
    /// How to read `data`.
    pub link: LinkType,
    /// Index into [`CaptureInfo::interfaces`](super::CaptureInfo::interfaces).
    pub interface: u32,
    /// The captured bytes.
    pub data: &'a [u8],
}

/// Up to [`BATCH`] records in order; valid until the next one is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    headers: &'a [Header],
    window: &'a [u8],
}

impl<'a> Batch<'a> {
    pub(super) fn new(headers: &'a [Header], window: &'a [u8]) -> Batch<'a> {
        Batch { headers, window }
    }

    /// How many records there are, at least 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// The record at index `i`.
    #[must_use]
    pub fn get(&self, i: usize) -> Option<Record<'a>> {
        self.headers.get(i).map(|header| header.lend(self.window))
    }

    /// The records in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Record<'a>> + use<'a> {
        let window = self.window;
        self.headers.iter().map(move |header| header.lend(window))
    }
}

/// A record without its bytes, which are at `start` in some window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub at: At,
    pub wire_len: u32,
    pub link: LinkType,
    pub interface: u32,
    pub start: usize,
    pub len: usize,
}

impl Header {
    /// The record, with its bytes from `window`.
    #[inline]
    pub fn lend<'a>(&self, window: &'a [u8]) -> Record<'a> {
        Record {
            at: self.at,
            wire_len: self.wire_len,
            link: self.link,
            interface: self.interface,
            data: window.get(self.start..self.start + self.len).unwrap_or_default(),
        }
    }
}

/// The headers of one batch.
pub(super) type Headers = ArrayVec<Header, BATCH>;
