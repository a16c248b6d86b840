//! Opening paths: regular files, the standard input, named pipes, and files that another program still writes.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::ahead::Stop;
use super::error::SourceError;
use super::name::{FileName, is_stdin};

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
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(SourceError::Directory { file: FileName::of(path) });
    }
    if !metadata.is_file() {
        return Ok(Opened { reader: Box::new(Waiting::For(path.to_path_buf())), size: None });
    }
    let file = File::open(path).map_err(failed)?;
    Ok(Opened { size: Some(metadata.len()), reader: Box::new(file) })
}

/// A named pipe, opened when first read: opening it waits for a writer.
enum Waiting {
    For(PathBuf),
    Open(File),
}

impl Read for Waiting {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Waiting::For(path) = self {
            *self = Waiting::Open(File::open(path)?);
        }
        match self {
            Waiting::Open(file) => file.read(out),
            Waiting::For(_) => Ok(0),
        }
    }
}

/// A file that is still being written: its end is where it was asked to stop.
pub(super) struct Growing {
    pub reader: Box<dyn Read + Send>,
    pub stop: Stop,
}

/// Time between two looks whether a file has grown.
const LOOK: Duration = Duration::from_millis(100);

impl Read for Growing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let stop = self.stop.is_asked();
            let n = self.reader.read(out)?;
            if n > 0 || stop || out.is_empty() {
                return Ok(n);
            }
            thread::sleep(LOOK);
        }
    }
}
