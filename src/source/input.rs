//! One file being read: its bytes, its format, and the numbers of its records.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::time::Duration;

use super::ahead::{Ahead, Patience, Portion, Stop};
use super::batch::Headers;
use super::buffer::{Buffer, Source};
use super::compression::{self, Compression};
use super::error::SourceError;
use super::format::{HEAD, Notes, Reader, Step};
use super::info::{CaptureInfo, Comment, CommentOn};
use super::meter::{Meter, Metered};
use super::problem::ProblemKind;
use super::threads::Threads;

/// One file being read.
pub(super) struct Input {
    /// Index into the capture's files.
    file: u32,
    meter: Meter,
    buffer: Buffer,
    reader: Reader,
    /// Number of the last record.
    frames: u32,
    /// Bytes still to be passed over.
    skip: u64,
    ended: bool,
    /// Nothing came for as long as it was to be waited.
    idle: bool,
    patience: Patience,
    threads: Threads,
    /// Comments on the packets of the batch at hand, by the file's own frame number.
    comments: VecDeque<(u32, String)>,
    /// Holds a packet's comments until it has a number.
    scratch: Vec<String>,
}

/// How an input is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    /// It is a stream, whose end may be long in coming: read ahead, until it is asked to stop.
    pub live: Option<Stop>,
    /// What is compressed is decompressed in another thread.
    pub beside: bool,
}

impl Ways {
    fn raw(&self, reader: Metered, patience: &Patience) -> io::Result<Source> {
        let Some(stop) = &self.live else { return Ok(Source::Direct(Box::new(reader))) };
        let meter = reader.meter.clone();
        let ahead = Ahead::of(reader, Portion::Arrived, patience.clone())?;
        Ok(Source::Ahead(ahead.until(stop.clone(), meter)))
    }

    /// How what is compressed is decompressed in another thread, if it is to be.
    fn beside(&self, patience: &Patience) -> Option<(Portion, Patience)> {
        let portion = if self.live.is_some() { Portion::Arrived } else { Portion::Whole };
        self.beside.then(|| (portion, patience.clone()))
    }
}

impl Input {
    /// Reads enough of the content to know its format. `info.files[file]` is there and gets what this tells.
    pub fn new(
        reader: Box<dyn Read + Send>,
        ways: Ways,
        file: u32,
        info: &mut CaptureInfo,
    ) -> Result<Input, SourceError> {
        let meter = Meter::default();
        let (raw_patience, patience) = (Patience::default(), Patience::default());
        let name = info.files.get(file as usize).map(|f| f.name.clone()).unwrap_or_default();
        let not_a_capture = |reason| SourceError::NotACapture { file: name.clone(), offset: 0, reason };

        let cannot_read = |reason| SourceError::Read { file: name.clone(), offset: 0, reason };
        let metered = Metered { reader, meter: meter.clone() };
        let raw = Buffer::new(ways.raw(metered, &raw_patience).map_err(cannot_read)?);
        let (compression, mut buffer) = compression::open(raw, ways.beside(&patience)).map_err(cannot_read)?;
        match buffer.want(HEAD) {
            Ok(false) if meter.interrupted() => return Err(not_a_capture("stopped before a capture came".to_owned())),
            Ok(_) => {}
            Err(reason) if meter.failed() => {
                return Err(SourceError::Read { file: name, offset: buffer.offset(), reason });
            }
            Err(e) => return Err(not_a_capture(format!("{compression} data that cannot be decompressed: {e}"))),
        }
        let mut scratch = Vec::new();
        let mut notes = Notes { info, packet_comments: &mut scratch, file, offset: 0 };
        let head = buffer.available();
        let head = head.get(..HEAD).unwrap_or(head);
        let (reader, header) = Reader::open(head, &mut notes).map_err(|reason| {
            not_a_capture(match compression {
                Compression::None => reason,
                packed => format!("{packed} data; decompressed, {reason}"),
            })
        })?;
        buffer.consume(header);
        if let Some(about) = info.files.get_mut(file as usize) {
            about.format = reader.format();
            about.compression = compression;
            about.bytes_read = meter.bytes();
        }
        let patience = if compression == Compression::None { raw_patience } else { patience };
        let (comments, ended, idle, threads) = (VecDeque::new(), false, false, Threads::One);
        Ok(Input { file, meter, buffer, reader, frames: 0, skip: 0, ended, idle, patience, threads, comments, scratch })
    }

    /// Waits no longer than this for the next bytes, where they are read ahead; `None`: as long as it takes.
    pub fn wait_at_most(&mut self, wait: Option<Duration>) {
        self.patience.set(wait);
    }

    /// Reads ahead, where it does not yet, when that is wanted.
    pub fn read_with(&mut self, threads: Threads) {
        self.threads = threads;
    }

    /// Whether the last batch was empty because nothing came in time.
    pub fn is_idle(&self) -> bool {
        self.idle
    }

    /// The window that the headers of the last batch point into.
    pub fn window(&self) -> &[u8] {
        self.buffer.window()
    }

    /// Reads the next records, as many as have arrived, waiting only for the first; false at the end, or when idle.
    pub fn batch(&mut self, headers: &mut Headers, info: &mut CaptureInfo) -> Result<bool, SourceError> {
        headers.clear();
        self.idle = false;
        loop {
            self.parse(headers, info);
            if !headers.is_empty() || self.ended || self.idle {
                break;
            }
            self.refill(info)?;
        }
        if let Some(about) = info.files.get_mut(self.file as usize) {
            about.bytes_read = self.meter.bytes();
        }
        Ok(!headers.is_empty())
    }

    /// Hands over the comments on the packets up to `frame` of this file, whose numbers are `shift` higher in the
    /// capture.
    pub fn give_comments(&mut self, frame: u32, shift: u32, info: &mut CaptureInfo) {
        while self.comments.front().is_some_and(|(on, _)| *on <= frame) {
            let Some((on, text)) = self.comments.pop_front() else { return };
            let on = CommentOn::Packet(on.saturating_add(shift));
            info.add_comment(Comment { file: self.file, on, text });
        }
    }

    /// Takes records off the buffer until the batch is full or the buffer holds no further one.
    fn parse(&mut self, headers: &mut Headers, info: &mut CaptureInfo) {
        while !headers.is_full() && !self.ended && self.pass_over() {
            let (bytes, position) = (self.buffer.available(), self.buffer.position());
            let used = self.reader.run(bytes, position, &mut self.frames, headers);
            self.buffer.consume(used);
            if headers.is_full() {
                break;
            }
            let offset = self.buffer.offset();
            let mut notes = Notes { info, packet_comments: &mut self.scratch, file: self.file, offset };
            match self.reader.step(self.buffer.available(), &mut notes) {
                Step::Packet(mut header, used) => {
                    self.frames = self.frames.saturating_add(1);
                    header.at.frame = self.frames;
                    header.start += self.buffer.position();
                    headers.push(header);
                    self.buffer.consume(used);
                    if !self.scratch.is_empty() {
                        let frame = self.frames;
                        self.comments.extend(self.scratch.drain(..).map(|text| (frame, text)));
                    }
                }
                Step::Numbered(used) => {
                    self.frames = self.frames.saturating_add(1);
                    self.skip = used as u64;
                }
                Step::Other(used) => self.skip = used,
                Step::More => break,
                Step::Stop => self.ended = true,
            }
        }
    }

    /// Drops what is to be skipped, as far as it has arrived; whether that is all of it.
    fn pass_over(&mut self) -> bool {
        if self.skip > 0 {
            let here = self.buffer.available().len().min(usize::try_from(self.skip).unwrap_or(usize::MAX));
            self.buffer.consume(here);
            self.skip -= here as u64;
        }
        self.skip == 0
    }

    fn refill(&mut self, info: &mut CaptureInfo) -> Result<(), SourceError> {
        let offset = self.buffer.offset();
        if self.threads.read_ahead(offset, self.frames) {
            self.threads = Threads::One;
            self.buffer.read_ahead(&self.patience);
        }
        match self.buffer.fill() {
            Ok(0) => {
                self.ended = true;
                if self.meter.interrupted() {
                    info.problem(ProblemKind::Interrupted, self.file, offset);
                } else if self.skip > 0 || !self.buffer.available().is_empty() {
                    info.problem(ProblemKind::TruncatedTail, self.file, offset);
                }
            }
            Ok(_) => {}
            Err(reason) if self.meter.failed() => return Err(self.failed(reason, info)),
            Err(e) if e.kind() == io::ErrorKind::TimedOut => self.idle = true,
            Err(_) if self.meter.interrupted() => {
                self.ended = true;
                info.problem(ProblemKind::Interrupted, self.file, offset);
            }
            // The thread that read it is gone: of what is not compressed that is no damage.
            Err(reason) if self.is_plain(info) => return Err(self.failed(reason, info)),
            Err(_) => {
                self.ended = true;
                info.problem(ProblemKind::DamagedCompression, self.file, offset);
            }
        }
        Ok(())
    }

    fn is_plain(&self, info: &CaptureInfo) -> bool {
        info.files.get(self.file as usize).is_some_and(|about| about.compression == Compression::None)
    }

    /// It cannot be read on.
    fn failed(&mut self, reason: io::Error, info: &CaptureInfo) -> SourceError {
        self.ended = true;
        let file = info.files.get(self.file as usize).map(|f| f.name.clone()).unwrap_or_default();
        SourceError::Read { file, offset: self.buffer.offset(), reason }
    }
}

#[cfg(test)]
mod tests;
