//! Counts what is read from the outside, under the decompressor, and remembers whether it was the outside that failed.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// What one file's reader has done so far, shared with whoever asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    bytes: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
}

impl Meter {
    /// Bytes read from the file or stream itself: compressed bytes when it is compressed.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Whether the file or stream itself failed, as opposed to what is made of its bytes.
    pub fn failed(&self) -> bool {
        self.failed.load(Relaxed)
    }

    /// It is read no further, though it has not ended.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Relaxed);
    }

    /// Whether reading was stopped before the end.
    pub fn interrupted(&self) -> bool {
        self.interrupted.load(Relaxed)
    }
}

/// A reader under a [`Meter`]; interrupted calls are repeated.
pub(super) struct Metered {
    pub reader: Box<dyn Read + Send>,
    pub meter: Meter,
}

impl Read for Metered {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(out) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.meter.failed.store(true, Relaxed);
                    return Err(e);
                }
                Ok(n) => {
                    self.meter.bytes.fetch_add(n as u64, Relaxed);
                    return Ok(n);
                }
            }
        }
    }
}
