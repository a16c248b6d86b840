//! One window of bytes over a reader: filled by single `read` calls, consumed from the front, never copied out.

use std::io::{self, Read};

/// Bytes asked of the reader at once; measured as the best size for packets out of the page cache.
pub(super) const CHUNK: usize = 256 * 1024;

/// The largest record or block held at once, in bytes; a pcapng block beyond it is skipped and counted, a pcap record
/// beyond it ends the file. The buffer only grows towards it as far as the bytes really arrive.
pub(super) const MAX_RECORD: usize = 64 * 1024 * 1024;

/// The window.
pub(super) struct Buffer {
    reader: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset in the content of `bytes[0]`.
    base: u64,
}

impl Buffer {
    /// An empty window over `reader`.
    pub fn new(reader: Box<dyn Read + Send>) -> Buffer {
        Buffer { reader, bytes: vec![0; CHUNK], start: 0, end: 0, base: 0 }
    }

    /// What has arrived and is not consumed.
    pub fn available(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// The whole window, for positions given by [`Buffer::position`]; valid until the next [`Buffer::fill`].
    pub fn window(&self) -> &[u8] {
        &self.bytes
    }

    /// Where `available` begins in `window`.
    pub fn position(&self) -> usize {
        self.start
    }

    /// Where `available` begins in the content.
    pub fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Drops `n` bytes from the front.
    pub fn consume(&mut self, n: usize) {
        self.start = self.start.saturating_add(n).min(self.end);
    }

    /// Reads once, after moving what is left to the front; returns how many bytes came, 0 at the end.
    ///
    /// The window doubles whenever it is full, so the caller bounds it by not asking for more than it can use.
    pub fn fill(&mut self) -> io::Result<usize> {
        self.bytes.copy_within(self.start..self.end, 0);
        self.base += self.start as u64;
        self.end -= self.start;
        self.start = 0;
        if self.end == self.bytes.len() {
            self.bytes.resize(self.bytes.len() * 2, 0);
        }
        let limit = self.bytes.len().min(self.end + CHUNK);
        let n = self.reader.read(self.bytes.get_mut(self.end..limit).unwrap_or_default())?;
        self.end += n;
        Ok(n)
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

    /// The unread bytes followed by the rest of the reader.
    pub fn into_reader(self) -> impl Read + Send {
        let head = self.available().to_vec();
        io::Cursor::new(head).chain(self.reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides_and_grows_without_losing_a_byte() {
        let content: Vec<u8> = (0..CHUNK * 3).map(|i| (i % 251) as u8).collect();
        let mut buffer = Buffer::new(Box::new(io::Cursor::new(content.clone())));
        assert!(buffer.want(10).expect("reading memory"));
        buffer.consume(10);
        assert_eq!(buffer.offset(), 10);
        assert!(buffer.want(CHUNK * 2).expect("reading memory"));
        assert!(buffer.available().starts_with(&content[10..10 + CHUNK * 2]));
        assert!(!buffer.want(CHUNK * 3).expect("reading memory"), "only 3 chunks less 10 bytes are left");
        assert_eq!(buffer.available(), &content[10..]);
    }

    #[test]
    fn unread_bytes_come_first_when_the_reader_is_taken_back() {
        let mut buffer = Buffer::new(Box::new(io::Cursor::new(b"abcdef".to_vec())));
        assert!(buffer.want(4).expect("reading memory"));
        buffer.consume(1);
        let mut rest = String::new();
        buffer.into_reader().read_to_string(&mut rest).expect("reading memory");
        assert_eq!(rest, "bcdef");
    }
}
