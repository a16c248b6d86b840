//! Reading ahead: another thread reads, and decompresses, while this one analyses. [`Threads`](super::Threads) tells when
//! a plain file is read so.
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

/// Blocks that wait to be taken. With the one being filled and the one in use, reading ahead costs 2 MB of memory.
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

/// Room in front of a block's bytes, for what is left of the block before: so a record that begins in one block and ends
/// in the next is in one piece without a copy of the blocks.
pub(super) const HEADROOM: usize = 64 * 1024;

/// Bytes read, `len` of them behind the headroom; none at the end.
pub(super) struct Block {
    pub bytes: Vec<u8>,
    pub len: usize,
}

/// How much is read before it is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Portion {
    /// What one call to `read` gives: nothing that has come is to wait for more.
    Arrived,
    /// A whole block: fewer handovers.
    Whole,
}

/// What another thread reads, in order.
pub(super) struct Ahead {
    blocks: Receiver<io::Result<Block>>,
    spent: Sender<Vec<u8>>,
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
    pub fn of(reader: impl Read + Send + 'static, portion: Portion, patience: Patience) -> io::Result<Ahead> {
        let (ahead, hand) = Ahead::begin(portion, patience)?;
        // Without anybody to take it, what is asked for the next block says so.
        let _untaken = hand.send(reader);
        Ok(ahead)
    }

    /// A thread that waits for its reader, so that it is not lost where there can be no further thread.
    ///
    /// # Errors
    /// When there can be none.
    pub fn begin<R: Read + Send + 'static>(portion: Portion, patience: Patience) -> io::Result<(Ahead, Sender<R>)> {
        let (filled, blocks) = sync_channel(QUEUE);
        let (spent, empty) = channel();
        let (hand, handed) = channel();
        let read = move || {
            if let Ok(reader) = handed.recv() {
                pump(reader, portion, &filled, &empty);
            }
        };
        thread::Builder::new().name("read".to_owned()).spawn(read)?;
        Ok((Ahead { blocks, spent, ended: false, patience, stopping: None }, hand))
    }

    /// Ends when `stop` asks for it, and tells `meter` if that was before the end.
    pub fn until(self, stop: Stop, meter: Meter) -> Ahead {
        Ahead { stopping: Some(Stopping { stop, meter, silent: 0, blocks: 0 }), ..self }
    }

    /// Waits for the next block; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Block>> {
        let mut turns = 0;
        while !self.ended {
            if self.stopping.as_mut().is_some_and(|stopping| stopping.is_over(turns > 0)) {
                break;
            }
            match self.blocks.recv_timeout(TURN) {
                Ok(Ok(block)) if block.len > 0 => return Ok(Some(block)),
                Ok(Ok(_)) => break,
                Ok(Err(e)) => return self.fail(e),
                Err(RecvTimeoutError::Disconnected) => {
                    return self.fail(io::Error::other("the reading thread is gone"));
                }
                Err(RecvTimeoutError::Timeout) => turns += 1,
            }
            if self.patience.is_over(turns) {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        self.ended = true;
        Ok(None)
    }

    fn fail(&mut self, e: io::Error) -> io::Result<Option<Block>> {
        self.ended = true;
        Err(e)
    }

    /// Gives a block's bytes back, to be filled again.
    pub fn give_back(&self, bytes: Vec<u8>) {
        if bytes.len() == HEADROOM + CHUNK {
            // Nobody takes it back after the end.
            let _over = self.spent.send(bytes);
        }
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

/// Reads until the end, an error, or until nobody listens any more.
fn pump(mut reader: impl Read, portion: Portion, filled: &SyncSender<io::Result<Block>>, empty: &Receiver<Vec<u8>>) {
    loop {
        let mut bytes = empty.try_recv().unwrap_or_else(|_| vec![0; HEADROOM + CHUNK]);
        let (len, failure) = fill(&mut reader, portion, bytes.get_mut(HEADROOM..).unwrap_or_default());
        if (len > 0 || failure.is_none()) && filled.send(Ok(Block { bytes, len })).is_err() {
            return;
        }
        if let Some(failure) = failure {
            // Whoever would hear it is gone too.
            let _unheard = filled.send(Err(failure));
            return;
        }
        if len == 0 {
            return;
        }
    }
}

/// How many bytes came, and the error that ended it.
fn fill(reader: &mut impl Read, portion: Portion, out: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut len = 0;
    while let Some(room) = out.get_mut(len..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(e) => return (len, Some(e)),
        }
        if portion == Portion::Arrived {
            break;
        }
    }
    (len, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes three at a time, then fails.
    struct Failing(Vec<u8>);

    impl Read for Failing {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::Error::other("broken"));
            }
            let n = self.0.len().min(3);
            out[..n].copy_from_slice(&self.0.drain(..n).collect::<Vec<_>>());
            Ok(n)
        }
    }

    fn blocks(portion: Portion) -> (Vec<Vec<u8>>, String) {
        let mut ahead = Ahead::of(Failing(b"abcdefgh".to_vec()), portion, Patience::default()).expect("a thread");
        let mut got = Vec::new();
        loop {
            match ahead.next() {
                Ok(Some(block)) => got.push(block.bytes[HEADROOM..HEADROOM + block.len].to_vec()),
                Ok(None) => return (got, String::new()),
                Err(e) => {
                    assert!(matches!(ahead.next(), Ok(None)), "after an error there is nothing");
                    return (got, e.to_string());
                }
            }
        }
    }

    #[test]
    fn what_was_read_before_an_error_comes_first() {
        assert_eq!(blocks(Portion::Arrived), (vec![b"abc".to_vec(), b"def".to_vec(), b"gh".to_vec()], "broken".into()));
        assert_eq!(blocks(Portion::Whole), (vec![b"abcdefgh".to_vec()], "broken".into()));
    }

    #[test]
    fn a_thread_that_dies_is_not_taken_for_the_end() {
        struct Dying;
        impl Read for Dying {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                std::panic::resume_unwind(Box::new("dying"))
            }
        }
        let mut ahead = Ahead::of(Dying, Portion::Arrived, Patience::default()).expect("a thread");
        assert!(ahead.next().is_err());
    }

    /// Never gives anything.
    struct Silent;

    impl Read for Silent {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            loop {
                thread::park();
            }
        }
    }

    #[test]
    fn patience_ends_and_can_be_had_again() {
        let patience = Patience::default();
        patience.set(Some(Duration::from_millis(1)));
        let mut ahead = Ahead::of(Silent, Portion::Arrived, patience).expect("a thread");
        for _ in 0..2 {
            assert_eq!(ahead.next().err().map(|e| e.kind()), Some(io::ErrorKind::TimedOut));
        }
    }

    #[test]
    fn a_silent_reader_can_be_stopped_and_that_is_told() {
        let (stop, meter) = (Stop::default(), Meter::default());
        let ahead = Ahead::of(Silent, Portion::Arrived, Patience::default()).expect("a thread");
        let mut ahead = ahead.until(stop.clone(), meter.clone());
        stop.ask();
        assert!(matches!(ahead.next(), Ok(None)));
        assert!(meter.interrupted());
    }

    #[test]
    fn a_reader_without_end_is_stopped_after_what_was_on_its_way() {
        let (stop, meter) = (Stop::default(), Meter::default());
        let ahead = Ahead::of(io::repeat(7), Portion::Whole, Patience::default()).expect("a thread");
        let mut ahead = ahead.until(stop.clone(), meter.clone());
        assert!(matches!(ahead.next(), Ok(Some(_))));
        stop.ask();
        let mut left = 0;
        while let Some(block) = ahead.next().expect("reading memory") {
            ahead.give_back(block.bytes);
            left += 1;
        }
        assert_eq!((left, meter.interrupted()), (LAST_BLOCKS, true));
    }
}
