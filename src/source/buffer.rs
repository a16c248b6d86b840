//! One window of bytes over a reader: filled by single `read` calls, consumed from the front, never copied out.

use std::io::{self, Read};

use super::ahead::{Ahead, Block, HEADROOM, Patience, Portion};

/// Bytes asked of the reader at once; measured as the best size for packets out of the page cache.
pub(super) const CHUNK: usize = 256 * 1024;

/// The largest record or block held at once, in bytes; a pcapng block beyond it is skipped and counted, a pcap record
/// beyond it ends the file. The buffer only grows towards it as far as the bytes really arrive.
pub(super) const MAX_RECORD: usize = 64 * 1024 * 1024;

/// A window over a source.
pub(super) struct Buffer {
    source: Source,
    window: Window,
    /// Offset in the content of what is available.
    offset: u64,
}

/// Where the bytes come from.
pub(super) enum Source {
    /// A reader that is asked when they are needed.
    Direct(Box<dyn Read + Send>),
    /// Another thread, which has read them before they are needed.
    Ahead(Ahead),
}

/// What has arrived and is not consumed: `bytes[start..end]`.
struct Window {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// An empty window.
    pub fn new(source: Source) -> Buffer {
        Buffer { source, window: Window { bytes: vec![0; CHUNK], start: 0, end: 0 }, offset: 0 }
    }

    /// What has arrived and is not consumed.
    pub fn available(&self) -> &[u8] {
        self.window.content()
    }

    /// The whole window, for positions given by [`Buffer::position`]; valid until the next [`Buffer::fill`].
    pub fn window(&self) -> &[u8] {
        &self.window.bytes
    }

    /// Where `available` begins in `window`.
    pub fn position(&self) -> usize {
        self.window.start
    }

    /// Where `available` begins in the content.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// From here on another thread reads, where there can be one and there is none yet.
    pub fn read_ahead(&mut self, patience: &Patience) {
        if matches!(self.source, Source::Ahead(_)) {
            return;
        }
        let Ok((ahead, hand)) = Ahead::begin(Portion::Whole, patience.clone()) else { return };
        if let Source::Direct(reader) = std::mem::replace(&mut self.source, Source::Ahead(ahead)) {
            // Without anybody to take it, the next `fill` says so.
            let _untaken = hand.send(reader);
        }
    }

    /// Drops `n` bytes from the front.
    pub fn consume(&mut self, n: usize) {
        let n = n.min(self.window.end - self.window.start);
        self.window.start += n;
        self.offset += n as u64;
    }

    /// Reads once, keeping what is left; returns how many bytes came, 0 at the end.
    ///
    /// The window doubles whenever it is full, so the caller bounds it by not asking for more than it can use.
    pub fn fill(&mut self) -> io::Result<usize> {
        match &mut self.source {
            Source::Direct(reader) => {
                let n = reader.read(self.window.room())?;
                self.window.end += n;
                Ok(n)
            }
            Source::Ahead(ahead) => {
                let Some(block) = ahead.next()? else { return Ok(0) };
                let len = block.len;
                ahead.give_back(self.window.take(block));
                Ok(len)
            }
        }
    }

    /// Reads until `n` bytes are there or the end comes; returns whether they are.
    pub fn want(&mut self, n: usize) -> io::Result<bool> {
        while self.available().len() < n {
            if self.fill()? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Window {
    fn content(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Room for the next bytes behind the content, which moves to the front.
    fn room(&mut self) -> &mut [u8] {
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.bytes.len() {
            self.bytes.resize(self.bytes.len() * 2, 0);
        }
        let limit = self.bytes.len().min(self.end + CHUNK);
        self.bytes.get_mut(self.end..limit).unwrap_or_default()
    }

    /// Adds a block; gives back the bytes that are no longer needed. What is left is put into the block's headroom and
    /// the block becomes the window, unless so much is left that the block is copied instead.
    fn take(&mut self, block: Block) -> Vec<u8> {
        let Block { mut bytes, len } = block;
        let left = self.end - self.start;
        let new = bytes.get(HEADROOM..HEADROOM + len).unwrap_or_default();
        if left > HEADROOM {
            self.bytes.truncate(self.end);
            self.bytes.drain(..self.start);
            self.bytes.extend_from_slice(new);
            (self.start, self.end) = (0, self.bytes.len());
            return bytes;
        }
        let start = HEADROOM - left;
        if let Some(headroom) = bytes.get_mut(start..HEADROOM) {
            headroom.copy_from_slice(self.content());
        }
        (self.start, self.end) = (start, HEADROOM + len);
        std::mem::replace(&mut self.bytes, bytes)
    }
}

impl Read for Buffer {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.available().is_empty() {
            if let Source::Direct(reader) = &mut self.source {
                return reader.read(out);
            }
            self.fill()?;
        }
        let n = self.available().len().min(out.len());
        if let (Some(out), Some(content)) = (out.get_mut(..n), self.available().get(..n)) {
            out.copy_from_slice(content);
        }
        self.consume(n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(content: &[u8]) -> Buffer {
        Buffer::new(Source::Direct(Box::new(io::Cursor::new(content.to_vec()))))
    }

    fn ahead(content: &[u8]) -> Buffer {
        let reader = io::Cursor::new(content.to_vec());
        Buffer::new(Source::Ahead(Ahead::of(reader, Portion::Whole, Patience::default()).expect("a thread")))
    }

    #[test]
    fn the_window_slides_and_grows_without_losing_a_byte() {
        let content: Vec<u8> = (0..CHUNK * 3).map(|i| (i % 251) as u8).collect();
        for (mut buffer, read_ahead) in [(direct(&content), false), (ahead(&content), false), (direct(&content), true)]
        {
            assert!(buffer.want(10).expect("reading memory"));
            if read_ahead {
                buffer.read_ahead(&Patience::default());
                assert!(matches!(buffer.source, Source::Ahead(_)));
            }
            buffer.consume(10);
            assert_eq!(buffer.offset(), 10);
            assert!(buffer.want(CHUNK * 2).expect("reading memory"));
            assert!(buffer.available().starts_with(&content[10..10 + CHUNK * 2]));
            assert!(!buffer.want(CHUNK * 3).expect("reading memory"), "only 3 chunks less 10 bytes are left");
            assert_eq!(buffer.available(), &content[10..]);
        }
    }

    #[test]
    fn what_is_left_of_a_block_stands_before_the_next() {
        let content: Vec<u8> = (0..CHUNK * 5).map(|i| (i % 253) as u8).collect();
        let mut buffer = ahead(&content);
        let mut at = 0;
        // Left over: nothing, a little, all the headroom, more than it.
        for left in [0, 1, HEADROOM, HEADROOM + 1] {
            assert!(buffer.want(left + 1).expect("reading memory"));
            let n = buffer.available().len() - left;
            buffer.consume(n);
            at += n;
            buffer.fill().expect("reading memory");
            assert!(buffer.available().len() > left && content[at..].starts_with(buffer.available()), "{left} left");
            assert!(buffer.window()[buffer.position()..].starts_with(buffer.available()));
        }
    }

    #[test]
    fn read_as_a_reader_it_gives_what_is_not_consumed() {
        let content: Vec<u8> = (0..CHUNK + 3).map(|i| (i % 251) as u8).collect();
        for mut buffer in [direct(&content), ahead(&content)] {
            assert!(buffer.want(4).expect("reading memory"));
            buffer.consume(1);
            let mut rest = Vec::new();
            buffer.read_to_end(&mut rest).expect("reading memory");
            assert!(rest == content[1..]);
        }
    }
}
