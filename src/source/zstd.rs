//! Zstandard frames one after another as one reader, giving all that was decoded even where a frame is cut short.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Whether a file that begins with `head` is Zstandard's: a frame or a skippable frame (RFC 8878, section 3.1).
pub(super) fn begins(head: &[u8]) -> bool {
    matches!(head, [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// All frames of a reader.
pub(super) struct Frames<R> {
    source: BufReader<R>,
    decoder: FrameDecoder,
    /// Why the frame at hand ends early, told once all that came before it was given.
    damage: Option<io::Error>,
}

/// A frame of nothing.
const EMPTY_FRAME: [u8; 6] = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00];
/// A last block of nothing, and a checksum, in case the frame has one (it is not verified).
const LAST_BLOCK: [u8; 7] = [0x01, 0, 0, 0, 0, 0, 0];

impl<R: Read> Frames<R> {
    pub fn new(source: R) -> Frames<R> {
        let mut decoder = FrameDecoder::new();
        // The decoder checks the window size, which bounds its memory, from its second frame on only.
        let begun = decoder.init(EMPTY_FRAME.as_slice());
        let ended = decoder.decode_blocks(LAST_BLOCK.as_slice(), BlockDecodingStrategy::All);
        let damage = begun.and(ended.map(drop)).err().map(io::Error::other);
        Frames { source: BufReader::with_capacity(128 * 1024, source), decoder, damage }
    }

    /// Begins the next frame that has content; false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let length = u64::from(length);
                    if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(e) => return Err(io::Error::other(e)),
            }
        }
        Ok(false)
    }

    /// Decodes one block. The decoder holds a whole window back until it has seen a frame's last block, so where a
    /// frame breaks off it is shown an empty one: the window then comes out, and the damage after it.
    fn next_block(&mut self) -> io::Result<()> {
        let Err(e) = self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1)) else {
            return Ok(());
        };
        self.damage = Some(io::Error::other(e));
        self.decoder
            .decode_blocks(LAST_BLOCK.as_slice(), BlockDecodingStrategy::UptoBlocks(1))
            .map(drop)
            .map_err(io::Error::other)
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.decoder.can_collect() > 0 || out.is_empty() {
                return self.decoder.read(out);
            }
            if let Some(damage) = self.damage.take() {
                return Err(damage);
            }
            if !self.decoder.is_finished() {
                self.next_block()?;
            } else if !self.next_frame()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    /// Everything that comes out, and whether an error ended it.
    fn drain(bytes: &[u8]) -> (Vec<u8>, bool) {
        let (mut frames, mut all, mut chunk) = (Frames::new(bytes), Vec::new(), [0; 1000]);
        loop {
            match frames.read(&mut chunk) {
                Ok(0) => return (all, false),
                Ok(n) => all.extend_from_slice(&chunk[..n]),
                Err(_) => return (all, true),
            }
        }
    }

    fn content() -> Vec<u8> {
        (0..600_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 27) as u8).collect()
    }

    fn frame(content: &[u8]) -> Vec<u8> {
        compress_to_vec(content, CompressionLevel::Fastest)
    }

    #[test]
    fn several_frames_and_skippable_ones_are_one_content() {
        let mut file = frame(b"one ");
        file.extend_from_slice(b"\x51\x2a\x4d\x18\x03\0\0\0xyz");
        file.extend(frame(b"two"));
        assert_eq!(drain(&file), (b"one two".to_vec(), false));
    }

    #[test]
    fn a_frame_that_is_cut_gives_its_whole_blocks_first() {
        let (content, mut file) = (content(), frame(&content()));
        file.truncate(file.len() * 2 / 3);
        let (got, damaged) = drain(&file);
        assert!(damaged);
        assert!(got.len() >= content.len() / 3, "only {} bytes", got.len());
        assert!(content.starts_with(&got));
    }

    #[test]
    fn a_window_larger_than_the_limit_is_refused_in_the_first_frame_too() {
        // No checksum, no content size, window descriptor 2^41.
        let (got, damaged) = drain(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x01, 0, 0]);
        assert_eq!((got.len(), damaged), (0, true));
    }
}
