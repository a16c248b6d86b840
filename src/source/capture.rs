//! The entrance: one or several capture files, or any stream, as batches of records.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::batch::{Batch, Headers};
use super::error::SourceError;
use super::info::{CaptureInfo, FileInfo};
use super::input::{Input, open_path};
use super::merge::Merge;
use super::name::FileName;

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
        let paths: Vec<PathBuf> = paths.iter().map(|path| path.as_ref().to_path_buf()).collect();
        let files = paths.iter().map(|path| FileInfo { name: FileName::of(path), ..FileInfo::default() }).collect();
        let mut info = CaptureInfo { files, ..CaptureInfo::default() };
        let source = match paths.as_slice() {
            [] => return Err(SourceError::NoInput),
            [path] => {
                let opened = open_path(path)?;
                if let Some(about) = info.files.first_mut() {
                    about.size = opened.size;
                }
                Source::One(Box::new(Input::new(opened.reader, 0, &mut info)?))
            }
            several => Source::Many(Box::new(Merge::open(several, &mut info)?)),
        };
        Ok(Capture { source, headers: Headers::new(), info })
    }

    /// Reads a capture from any reader, under a name for messages.
    pub fn from_reader(name: &Path, reader: impl Read + Send + 'static) -> Result<Capture, SourceError> {
        let about = FileInfo { name: FileName::of(name), ..FileInfo::default() };
        let mut info = CaptureInfo { files: vec![about], ..CaptureInfo::default() };
        let input = Input::new(Box::new(reader), 0, &mut info)?;
        Ok(Capture { source: Source::One(Box::new(input)), headers: Headers::new(), info })
    }

    /// The next records, as many as have arrived up to [`BATCH`](super::BATCH); `None` at the end.
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
