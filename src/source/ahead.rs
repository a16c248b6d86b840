//! Reading ahead: another thread reads, and decompresses, while this one analyses.
//!
//! A live capture needs it to be stoppable too: a thread that waits in `read` for the next packet cannot be called off,
//! but one that waits for a block can.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::buffer::CHUNK;
use super::meter::Meter;

/// Blocks that wait to be taken; with the one being filled and the one in use they are what reading ahead costs: 1.5 MB.
const QUEUE: usize = 4;
/// How long a wait for the next block lasts before it is looked whether to stop.
const TURN: Duration = Duration::from_millis(50);
/// Turns without a byte, after it was asked to stop, until what is on its way is taken to have arrived.
const SILENT_TURNS: u32 = 10;
/// Blocks still read after it was asked to stop, of a writer that goes on.
const LAST_BLOCKS: u32 = 64;

/// A request to stop reading a live capture: what is on its way is still read, then the capture is over.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks to stop.
    pub fn ask(&self) {
        self.0.store(true, Relaxed);
    }

    /// Whether that was asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Relaxed)
    }

    /// The flag itself, for a signal handler to set.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

/// How long a reader waits for bytes before it says [`io::ErrorKind::TimedOut`], after which it can be asked again.
#[derive(Debug, Clone, Default)]
pub(super) struct Patience(Arc<AtomicU32>);

impl Patience {
    /// So long, in steps of [`TURN`]; `None`: without end.
    pub fn set(&self, wait: Option<Duration>) {
        let turns = wait.map_or(0, |wait| wait.as_millis().div_ceil(TURN.as_millis()).max(1));
        self.0.store(u32::try_from(turns).unwrap_or(u32::MAX), Relaxed);
    }

    fn is_over(&self, turns: u32) -> bool {
        let wait = self.0.load(Relaxed);
        wait > 0 && turns >= wait
    }
}

/// Bytes as one call to `read` gave them.
struct Block {
    bytes: Vec<u8>,
    len: usize,
}

/// What another thread reads, in order.
pub(super) struct Ahead {
    blocks: Receiver<io::Result<Block>>,
    spent: Sender<Vec<u8>>,
    block: Block,
    used: usize,
    ended: bool,
    patience: Patience,
    stopping: Option<Stopping>,
}

/// How far stopping has come.
struct Stopping {
    stop: Stop,
    meter: Meter,
    silent: u32,
    blocks: u32,
}

impl Ahead {
    /// Begins to read.
    ///
    /// # Errors
    /// When there can be no further thread.
    pub fn of(reader: impl Read + Send + 'static, patience: Patience) -> io::Result<Ahead> {
        let (filled, blocks) = sync_channel(QUEUE);
        let (spent, empty) = channel();
        thread::Builder::new().name("read".to_owned()).spawn(move || pump(reader, &filled, &empty))?;
        let block = Block { bytes: Vec::new(), len: 0 };
        Ok(Ahead { blocks, spent, block, used: 0, ended: false, patience, stopping: None })
    }

    /// Ends when `stop` asks for it, and tells `meter` if that was before the end.
    pub fn until(self, stop: Stop, meter: Meter) -> Ahead {
        Ahead { stopping: Some(Stopping { stop, meter, silent: 0, blocks: 0 }), ..self }
    }

    /// Waits for the next block; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        let mut turns = 0;
        while !self.ended {
            if self.stopping.as_mut().is_some_and(|stopping| stopping.is_over(turns > 0)) {
                self.ended = true;
                break;
            }
            match self.blocks.recv_timeout(TURN) {
                Ok(Ok(block)) => return Ok(self.take(block)),
                Ok(Err(e)) => {
                    self.ended = true;
                    return Err(e);
                }
                Err(RecvTimeoutError::Disconnected) => self.ended = true,
                Err(RecvTimeoutError::Timeout) => turns += 1,
            }
            if self.patience.is_over(turns) {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        Ok(false)
    }

    fn take(&mut self, block: Block) -> bool {
        let old = std::mem::replace(&mut self.block, block);
        // Nobody takes it back after the end.
        let _over = self.spent.send(old.bytes);
        self.used = 0;
        self.ended = self.block.len == 0;
        !self.ended
    }
}

impl Stopping {
    /// Whether enough was read since it was asked to stop; called once a turn.
    fn is_over(&mut self, silent: bool) -> bool {
        if !self.stop.is_asked() {
            return false;
        }
        if silent {
            self.silent += 1;
        } else {
            self.blocks += 1;
        }
        let over = self.silent >= SILENT_TURNS || self.blocks > LAST_BLOCKS;
        if over {
            self.meter.interrupt();
        }
        over
    }
}

impl Read for Ahead {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.used == self.block.len && (out.is_empty() || !self.advance()?) {
            return Ok(0);
        }
        let left = self.block.bytes.get(self.used..self.block.len).unwrap_or_default();
        let n = left.len().min(out.len());
        if let (Some(out), Some(left)) = (out.get_mut(..n), left.get(..n)) {
            out.copy_from_slice(left);
        }
        self.used += n;
        Ok(n)
    }
}

/// Reads until the end, an error, or until nobody listens any more.
fn pump(mut reader: impl Read, filled: &SyncSender<io::Result<Block>>, empty: &Receiver<Vec<u8>>) {
    loop {
        let mut bytes = empty.try_recv().unwrap_or_default();
        bytes.resize(CHUNK, 0);
        let block = reader.read(&mut bytes).map(|len| Block { bytes, len });
        let last = !matches!(&block, Ok(block) if block.len > 0);
        if filled.send(block).is_err() || last {
            return;
        }
    }
}
