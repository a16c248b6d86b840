//! The entrance: one or several capture files, or any stream, as batches of records.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ahead::Stop;
use super::batch::{Batch, Headers};
use super::error::SourceError;
use super::info::{CaptureInfo, FileInfo};
use super::input::{Input, Ways};
use super::merge::Merge;
use super::name::FileName;
use super::open::{Growing, Opened, open_path};
use super::threads::Threads;

/// A capture being read.
///
/// ```no_run
/// # fn main() -> Result<(), wiregloss::source::SourceError> {
/// let mut capture = wiregloss::source::Capture::open(&["trace.pcap"])?;
/// let mut bytes = 0;
/// while let Some(batch) = capture.next_batch()? {
///     for record in batch.iter() {
///         bytes += u64::from(record.wire_len);
///     }
/// }
/// assert!(bytes >= capture.info().packets);
/// # Ok(())
/// # }
/// ```
pub struct Capture {
    source: Source,
    headers: Headers,
    info: CaptureInfo,
}

/// One file is lent from its own buffer, in its own order; several are merged into another.
enum Source {
    One(Box<Input>),
    Many(Box<Merge>),
}

impl Capture {
    /// Opens files as one capture; `-` is the standard input. One file keeps its order, several are merged by time.
    pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<Capture, SourceError> {
        Capture::open_until(paths, &Stop::default())
    }

    /// The same, and a single stream (the standard input, a named pipe) ends when `stop` asks for it.
    pub fn open_until<P: AsRef<Path>>(paths: &[P], stop: &Stop) -> Result<Capture, SourceError> {
        match paths {
            [] => Err(SourceError::NoInput),
            [path] => {
                let opened = open_path(path.as_ref())?;
                let live = opened.size.is_none().then(|| stop.clone());
                Capture::one(path.as_ref(), opened, Ways { live, beside: true })
            }
            several => {
                let paths: Vec<PathBuf> = several.iter().map(|path| path.as_ref().to_path_buf()).collect();
                let mut info =
                    CaptureInfo { files: paths.iter().map(|path| about(path)).collect(), ..Default::default() };
                let source = Source::Many(Box::new(Merge::open(&paths, &mut info)?));
                Ok(Capture { source, headers: Headers::new(), info })
            }
        }
    }

    /// Opens a capture that is still being taken: a regular file is read on as it grows, until `stop` asks to end.
    pub fn follow(path: &Path, stop: &Stop) -> Result<Capture, SourceError> {
        let mut opened = open_path(path)?;
        if opened.size.take().is_some() {
            opened.reader = Box::new(Growing { reader: opened.reader, stop: stop.clone() });
        }
        Capture::one(path, opened, Ways { live: Some(stop.clone()), beside: true })
    }

    /// Reads a capture from any reader, under a name for messages.
    pub fn from_reader(name: &Path, reader: impl Read + Send + 'static) -> Result<Capture, SourceError> {
        Capture::one(name, Opened { reader: Box::new(reader), size: None }, Ways { live: None, beside: true })
    }

    fn one(name: &Path, opened: Opened, ways: Ways) -> Result<Capture, SourceError> {
        let file = FileInfo { size: opened.size, ..about(name) };
        let mut info = CaptureInfo { files: vec![file], ..CaptureInfo::default() };
        let input = Input::new(opened.reader, ways, 0, &mut info)?;
        Ok(Capture { source: Source::One(Box::new(input)), headers: Headers::new(), info })
    }

    /// Whether another thread reads ahead; without a word about it, none does for a plain file. The records are the same.
    #[must_use]
    pub fn read_with(mut self, threads: Threads) -> Capture {
        if let Source::One(input) = &mut self.source {
            input.read_with(threads);
        }
        self
    }

    /// Lets a live capture wait no longer than this for packets; `None`: as long as it takes.
    pub fn wait_at_most(&mut self, wait: Option<Duration>) {
        if let Source::One(input) = &mut self.source {
            input.wait_at_most(wait);
        }
    }

    /// Whether the capture goes on although the last batch was `None`: no packet came in the time it may wait.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(&self.source, Source::One(input) if input.is_idle())
    }

    /// The next records, as many as have arrived up to [`BATCH`](super::BATCH); `None` at the end (or when
    /// [idle](Capture::is_idle)).
    ///
    /// An error ends the capture: what came before it was delivered, after it there is nothing.
    pub fn next_batch(&mut self) -> Result<Option<Batch<'_>>, SourceError> {
        match &mut self.source {
            Source::One(input) => {
                if !input.batch(&mut self.headers, &mut self.info)? {
                    return Ok(None);
                }
                input.give_comments(u32::MAX, 0, &mut self.info);
                let count = self.headers.len() as u64;
                self.info.packets += count;
                if let Some(about) = self.info.files.first_mut() {
                    about.packets += count;
                }
                Ok(Some(Batch::new(&self.headers, input.window())))
            }
            Source::Many(merge) => {
                let batch = merge.batch(&mut self.info)?;
                self.info.packets += batch.map_or(0, |batch| batch.len() as u64);
                Ok(batch)
            }
        }
    }

    /// What the files say of themselves, as far as they were read.
    #[must_use]
    pub fn info(&self) -> &CaptureInfo {
        &self.info
    }

    /// What the files said of themselves.
    #[must_use]
    pub fn into_info(self) -> CaptureInfo {
        self.info
    }
}

fn about(path: &Path) -> FileInfo {
    FileInfo { name: FileName::of(path), ..FileInfo::default() }
}
