//! Several files as one capture in time order, for captures that were rotated or taken at several places.
//!
//! A k-way merge by the time of each file's next record; at equal times the earlier named file comes first, and the
//! records of one file keep their order. Files are opened when their first record is due, so that a thousand rotated
//! files need one buffer and one descriptor at a time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};

use super::batch::{Batch, Header, Headers};
use super::error::SourceError;
use super::info::{CaptureInfo, FileInfo};
use super::input::{Input, Ways};
use super::name::FileName;
use super::open::{Opened, open_path};
use super::time::Timestamp;

/// Bytes after which a merged batch ends early, whatever its number of records.
const MERGED_BYTES: usize = 1024 * 1024;

/// The files being merged.
pub(super) struct Merge {
    slots: Vec<Slot>,
    /// The time of every unfinished file's next record, earliest first.
    due: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// Number of the last record.
    frames: u32,
    headers: Headers,
    /// The bytes of the batch.
    window: Vec<u8>,
    /// An error that waits until the records before it were given.
    failure: Option<SourceError>,
}

/// One of the files.
enum Slot {
    /// Not begun: opened when its first record is due.
    Waiting(PathBuf),
    Open(Box<Reading>),
    Done,
}

/// An open file with a batch of its records, of which at least one is left.
struct Reading {
    file: usize,
    input: Input,
    headers: Headers,
    next: usize,
    /// Its own number of the last record taken.
    frames: u32,
}

impl Merge {
    /// Looks at the beginning of every file, so that one that is no capture fails now.
    pub fn open(paths: &[PathBuf], info: &mut CaptureInfo) -> Result<Merge, SourceError> {
        let (slots, due) = (Vec::new(), BinaryHeap::new());
        let (headers, window) = (Headers::new(), Vec::new());
        let mut merge = Merge { slots, due, frames: 0, headers, window, failure: None };
        for (file, path) in paths.iter().enumerate() {
            let mut opened = open_path(path)?;
            if let (Some(size), Some(about)) = (opened.size, info.files.get_mut(file)) {
                about.size = Some(size);
                if let Some(ts) = first_time(path, opened)? {
                    merge.due.push(Reverse((ts, file)));
                    merge.slots.push(Slot::Waiting(path.clone()));
                    continue;
                }
                // Without records it is only read for what else it tells.
                opened = open_path(path)?;
            }
            let reading = Reading::begin(opened, file, info)?;
            merge.due.extend(reading.as_ref().map(|reading| Reverse((reading.due(), file))));
            merge.slots.push(reading.map_or(Slot::Done, |reading| Slot::Open(Box::new(reading))));
        }
        Ok(merge)
    }

    /// The next records in time order.
    pub fn batch(&mut self, info: &mut CaptureInfo) -> Result<Option<Batch<'_>>, SourceError> {
        self.headers.clear();
        self.window.clear();
        while self.has_room() && self.failure.is_none() {
            let Some(Reverse((_, file))) = self.due.pop() else { break };
            if let Err(e) = self.take_run(file, info) {
                self.failure = Some(e);
            }
        }
        match self.failure.take() {
            Some(e) if self.headers.is_empty() => {
                self.due.clear();
                Err(e)
            }
            failure => {
                self.failure = failure;
                Ok((!self.headers.is_empty()).then(|| Batch::new(&self.headers, &self.window)))
            }
        }
    }

    /// Takes records of one file as long as they are the earliest and there is room.
    fn take_run(&mut self, file: usize, info: &mut CaptureInfo) -> Result<(), SourceError> {
        let Some(slot) = self.slots.get_mut(file) else { return Ok(()) };
        let mut reading = match std::mem::replace(slot, Slot::Done) {
            Slot::Open(reading) => reading,
            Slot::Done => return Ok(()),
            Slot::Waiting(path) => match Reading::begin(open_path(&path)?, file, info)? {
                Some(reading) => Box::new(reading),
                None => return Ok(()),
            },
        };
        loop {
            self.take(&mut reading, info);
            if !reading.advance(info)? {
                return Ok(());
            }
            let due = Reverse((reading.due(), file));
            if !self.has_room() || self.due.peek().is_some_and(|other| due < *other) {
                self.due.push(due);
                if let Some(slot) = self.slots.get_mut(file) {
                    *slot = Slot::Open(reading);
                }
                return Ok(());
            }
        }
    }

    /// Copies one record over and numbers it.
    fn take(&mut self, reading: &mut Reading, info: &mut CaptureInfo) {
        let Some(mut header) = reading.header() else { return };
        let own = header.at.frame;
        // More than one where something took a number without being a packet.
        self.frames = self.frames.saturating_add(own.saturating_sub(reading.frames));
        reading.frames = own;
        reading.input.give_comments(own, self.frames.saturating_sub(own), info);
        if let Some(about) = info.files.get_mut(reading.file) {
            about.packets += 1;
        }
        let data = header.lend(reading.input.window()).data;
        header.at.frame = self.frames;
        header.start = self.window.len();
        self.window.extend_from_slice(data);
        self.headers.push(header);
    }

    fn has_room(&self) -> bool {
        !self.headers.is_full() && self.window.len() < MERGED_BYTES
    }
}

impl Reading {
    /// Opens a file and reads its first records; `None` if it has none.
    fn begin(opened: Opened, file: usize, info: &mut CaptureInfo) -> Result<Option<Reading>, SourceError> {
        let mut input = Input::new(opened.reader, Ways::default(), file as u32, info)?;
        let mut headers = Headers::new();
        let some = input.batch(&mut headers, info)?;
        Ok(some.then_some(Reading { file, input, headers, next: 0, frames: 0 }))
    }

    fn header(&self) -> Option<Header> {
        self.headers.get(self.next).copied()
    }

    /// The time of the next record.
    fn due(&self) -> Timestamp {
        self.header().map(|header| header.at.ts).unwrap_or_default()
    }

    /// Moves on to the record after the next; false at the file's end.
    fn advance(&mut self, info: &mut CaptureInfo) -> Result<bool, SourceError> {
        self.next += 1;
        if self.next < self.headers.len() {
            return Ok(true);
        }
        self.next = 0;
        self.input.batch(&mut self.headers, info)
    }
}

/// The time of a file's first record, leaving no trace of having looked.
fn first_time(path: &Path, opened: Opened) -> Result<Option<Timestamp>, SourceError> {
    let about = FileInfo { name: FileName::of(path), ..FileInfo::default() };
    let mut unused = CaptureInfo { files: vec![about], ..CaptureInfo::default() };
    Ok(Reading::begin(opened, 0, &mut unused)?.map(|reading| reading.due()))
}

#[cfg(test)]
mod tests;
