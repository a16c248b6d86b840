//! The tracker as it stands at chosen instants of a capture.

use arrayvec::ArrayVec;

use crate::decode::{Packet, decode_onto};
use crate::source::{At, BATCH, Capture, CaptureInfo, SourceError};
use crate::track::{Moment, Options, Sink, Timestamp, Tracker};

/// An instant of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instant {
    /// Nanoseconds after the first packet.
    Since(i64),
    /// A time of day.
    Time(Timestamp),
    /// Just after a frame.
    Frame(u32),
}

/// Reads a capture to its end. `look` sees the tracker when every packet up to an instant has been taken and none after
/// it; the instants ascend. Returns how many were reached: a frame that does not exist, and what comes after it, is not.
///
/// # Errors
/// When the input cannot be read on.
pub fn snapshots<S: Sink>(
    capture: &mut Capture,
    options: &Options,
    instants: &[Instant],
    sink: &mut S,
    watch: &mut dyn FnMut(&CaptureInfo),
    look: &mut dyn FnMut(&Tracker, &S, Moment),
) -> Result<usize, SourceError> {
    let mut clock = Clock { instants, done: 0, first: None, last: At::default() };
    let mut tracker = Tracker::new(options.clone());
    while let Some(batch) = capture.next_batch()? {
        let mut packets = ArrayVec::<Packet<'_>, BATCH>::new();
        for record in batch.iter() {
            while let Some(moment) = clock.strikes_before(record.at) {
                tracker.batch(&packets, sink);
                packets.clear();
                look(&tracker, sink, moment);
            }
            clock.pass(record.at);
            decode_onto(&record, &mut packets);
        }
        tracker.batch(&packets, sink);
        drop(packets);
        watch(capture.info());
    }
    while let Some(moment) = clock.strikes_after_the_end() {
        look(&tracker, sink, moment);
    }
    tracker.finish(sink);
    Ok(clock.done)
}

/// The instants still to come, and where the capture stands.
struct Clock<'a> {
    instants: &'a [Instant],
    done: usize,
    first: Option<At>,
    last: At,
}

impl Clock<'_> {
    fn pass(&mut self, at: At) {
        self.first.get_or_insert(at);
        self.last = at;
    }

    /// The next instant, if it lies before this packet.
    fn strikes_before(&mut self, next: At) -> Option<Moment> {
        let first = self.first.unwrap_or(next);
        let instant = *self.instants.get(self.done)?;
        let passed = match instant {
            Instant::Frame(frame) => next.frame > frame,
            _ => next.ts > self.time_of(instant, first),
        };
        passed.then(|| self.strike(instant, first, false))
    }

    /// The next instant, with no packet to come.
    fn strikes_after_the_end(&mut self) -> Option<Moment> {
        let instant = *self.instants.get(self.done)?;
        let first = self.first.unwrap_or_default();
        match instant {
            Instant::Frame(frame) if frame > self.last.frame => None,
            _ => {
                let ended = self.time_of(instant, first) > self.last.ts;
                Some(self.strike(instant, first, ended))
            }
        }
    }

    fn strike(&mut self, instant: Instant, first: At, ended: bool) -> Moment {
        self.done += 1;
        Moment { now: self.time_of(instant, first), last: self.last, first, ended }
    }

    fn time_of(&self, instant: Instant, first: At) -> Timestamp {
        match instant {
            Instant::Since(ns) => first.ts.plus(ns),
            Instant::Time(ts) => ts,
            Instant::Frame(_) => self.last.ts,
        }
    }
}
