//! Compression, told by the first bytes and never by the name.

use std::fmt;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::ahead::{Ahead, Patience, Portion};
use super::buffer::{Buffer, Source};
use super::zstd;

/// How a capture file is compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// Gzip, RFC 1952, in one or several members.
    Gzip,
    /// Zstandard, RFC 8878, in one or several frames.
    Zstd,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compression::None => "none",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        })
    }
}

/// A buffer over the decompressed content of `raw`; with `beside` another thread decompresses, if there is need.
pub(super) fn open(mut raw: Buffer, beside: Option<(Portion, Patience)>) -> io::Result<(Compression, Buffer)> {
    raw.want(4)?;
    let head = raw.available();
    let (compression, plain): (_, Box<dyn Read + Send>) = if head.starts_with(&[0x1f, 0x8b]) {
        (Compression::Gzip, Box::new(Gzip(MultiGzDecoder::new(raw))))
    } else if zstd::begins(head) {
        (Compression::Zstd, Box::new(zstd::Frames::new(raw)))
    } else {
        return Ok((Compression::None, raw));
    };
    let source = match beside {
        Some((portion, patience)) => Source::Ahead(Ahead::of(plain, portion, patience)?),
        None => Source::Direct(plain),
    };
    Ok((compression, Buffer::new(source)))
}

/// Decompresses gzip in small steps, because what a failing step had decompressed is lost.
struct Gzip<R>(MultiGzDecoder<R>);

/// Bytes decompressed at once.
const STEP: usize = 16 * 1024;

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = out.len().min(STEP);
        self.0.read(out.get_mut(..len).unwrap_or_default())
    }
}
