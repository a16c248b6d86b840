//! One file being read: its bytes, its format, and the numbers of its records.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::batch::Headers;
use super::buffer::Buffer;
use super::compression::{self, Compression};
use super::error::SourceError;
use super::format::{HEAD, Notes, Reader, Step};
use super::info::{CaptureInfo, Comment, CommentOn};
use super::meter::{Meter, Metered};
use super::name::{FileName, is_stdin};
use super::problem::ProblemKind;

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
    /// Comments on the packets of the batch at hand, by the file's own frame number.
    comments: VecDeque<(u32, String)>,
    /// Holds a packet's comments until it has a number.
    scratch: Vec<String>,
}

/// Where an input's bytes come from.
pub(super) struct Opened {
    pub reader: Box<dyn Read + Send>,
    /// Bytes, for a regular file: one that can be opened again.
    pub size: Option<u64>,
}

/// Opens a path, or the standard input for `-`.
pub(super) fn open_path(path: &Path) -> Result<Opened, SourceError> {
    if is_stdin(path) {
        return Ok(Opened { reader: Box::new(io::stdin()), size: None });
    }
    let failed = |reason| SourceError::Open { file: FileName::of(path), reason };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(SourceError::Directory { file: FileName::of(path) });
    }
    Ok(Opened { size: metadata.is_file().then_some(metadata.len()), reader: Box::new(file) })
}

impl Input {
    /// Reads enough of the content to know its format. `info.files[file]` is there and gets what this tells.
    pub fn new(reader: Box<dyn Read + Send>, file: u32, info: &mut CaptureInfo) -> Result<Input, SourceError> {
        let meter = Meter::default();
        let name = info.files.get(file as usize).map(|f| f.name.clone()).unwrap_or_default();
        let not_a_capture = |reason| SourceError::NotACapture { file: name.clone(), offset: 0, reason };

        let metered = Box::new(Metered { reader, meter: meter.clone() });
        let (compression, mut buffer) =
            compression::open(metered).map_err(|reason| SourceError::Read { file: name.clone(), offset: 0, reason })?;
        match buffer.want(HEAD) {
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
        let comments = VecDeque::new();
        Ok(Input { file, meter, buffer, reader, frames: 0, skip: 0, ended: false, comments, scratch })
    }

    /// The window that the headers of the last batch point into.
    pub fn window(&self) -> &[u8] {
        self.buffer.window()
    }

    /// Reads the next records, as many as have arrived, waiting only for the first; false at the end.
    pub fn batch(&mut self, headers: &mut Headers, info: &mut CaptureInfo) -> Result<bool, SourceError> {
        headers.clear();
        loop {
            self.parse(headers, info);
            if !headers.is_empty() || self.ended {
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
        match self.buffer.fill() {
            Ok(0) => {
                self.ended = true;
                if self.skip > 0 || !self.buffer.available().is_empty() {
                    info.problem(ProblemKind::TruncatedTail, self.file, offset);
                }
            }
            Ok(_) => {}
            Err(reason) if self.meter.failed() => {
                self.ended = true;
                let file = info.files.get(self.file as usize).map(|f| f.name.clone()).unwrap_or_default();
                return Err(SourceError::Read { file, offset, reason });
            }
            Err(_) => {
                self.ended = true;
                info.problem(ProblemKind::DamagedCompression, self.file, offset);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
