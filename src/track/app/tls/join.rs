//! Handshake messages out of record bodies: a message may span records, a record may hold several.

use std::borrow::Cow;

use crate::decode::tls::HandshakeType;
use crate::source::At;

/// The longest message kept, in bytes without header; of a longer one only type and size are known.
pub(super) const MAX_MESSAGE: usize = 65_536;

/// With its header.
const LONGEST: usize = 4 + MAX_MESSAGE;

/// A whole message.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// Header and body; the header alone where the message was too long to keep.
    pub bytes: Cow<'a, [u8]>,
    /// Its size by its header, header included.
    pub len: usize,
    /// The frame that brought its first byte.
    pub first: At,
    /// Frames that brought bytes of it.
    pub frames: u32,
}

/// One direction's joiner.
#[derive(Debug, Clone, Default)]
pub(super) struct Joiner {
    buffer: Vec<u8>,
    skip: usize,
    first: At,
    latest: At,
    frames: u32,
}

impl Joiner {
    /// The next whole message of what waits and of `more`, which is used up; call until `None`.
    pub fn next<'a>(&mut self, more: &mut &'a [u8], at: At) -> Option<Message<'a>> {
        if self.is_empty()
            && let Some((message, rest)) = length(more).and_then(|len| more.split_at_checked(len))
            && message.len() <= LONGEST
        {
            *more = rest;
            return Some(Message { bytes: message.into(), len: message.len(), first: at, frames: 1 });
        }
        self.push(std::mem::take(more), at);
        self.joined()
    }

    fn push(&mut self, bytes: &[u8], at: At) {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        let bytes = bytes.get(skipped..).unwrap_or_default();
        if bytes.is_empty() {
            return;
        }
        if self.buffer.is_empty() {
            self.first = at;
            self.frames = 0;
        }
        if self.frames == 0 || self.latest.frame != at.frame {
            self.frames += 1;
        }
        self.latest = at;
        self.buffer.extend_from_slice(bytes);
    }

    fn joined(&mut self) -> Option<Message<'static>> {
        let len = length(&self.buffer)?;
        let kept = if len > LONGEST { 4 } else { len };
        if self.buffer.len() < kept {
            return None;
        }
        let skipped = len.min(self.buffer.len());
        let mut bytes = std::mem::take(&mut self.buffer);
        self.buffer = bytes.split_off(skipped);
        bytes.truncate(kept);
        self.skip = len - skipped;
        let message = Message { bytes: bytes.into(), len, first: self.first, frames: self.frames };
        (self.first, self.frames) = (self.latest, 1);
        Some(message)
    }

    /// Forgets an unfinished message, whose rest is missing.
    pub fn clear(&mut self) {
        *self = Joiner::default();
    }

    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty() && self.skip == 0
    }

    /// Whether `bytes` can begin a message.
    pub fn plausible(bytes: &[u8]) -> bool {
        let known = bytes.first().is_none_or(|kind| HandshakeType(*kind).is_known());
        known && bytes.get(1).is_none_or(|high| *high <= 1)
    }
}

/// The size of a message by its header, header included.
fn length(bytes: &[u8]) -> Option<usize> {
    let [_kind, len @ ..] = bytes.first_chunk::<4>()?;
    Some(4 + len.iter().fold(0, |n, b| n << 8 | usize::from(*b)))
}
