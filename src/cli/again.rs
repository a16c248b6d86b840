//! Reading a capture more than once.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::args::InputArgs;
use super::input;
use crate::source::Capture;

/// A capture that can be read more than once: files, or standard input held in memory.
pub struct Again<'a> {
    args: &'a InputArgs,
    held: Option<Arc<[u8]>>,
}

/// Bytes of standard input held for the second pass; a longer stream must be saved to a file first.
const STDIN_MAX: u64 = 512 * 1024 * 1024;

impl<'a> Again<'a> {
    /// Takes in standard input, where it is among the files.
    pub fn new(args: &'a InputArgs) -> Result<Again<'a>> {
        if !args.files.iter().any(|f| f.as_os_str() == "-") {
            return Ok(Again { args, held: None });
        }
        if args.files.len() > 1 {
            bail!("standard input is read more than once here: give it by itself, not together with files");
        }
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(STDIN_MAX + 1).read_to_end(&mut bytes).context("standard input")?;
        if bytes.len() as u64 > STDIN_MAX {
            bail!("standard input: more than {STDIN_MAX} bytes cannot be read twice; save it to a file first");
        }
        Ok(Again { args, held: Some(bytes.into()) })
    }

    /// The capture from its beginning.
    pub fn open(&self) -> Result<Capture> {
        match &self.held {
            Some(bytes) => Ok(Capture::from_reader(Path::new("-"), Cursor::new(Arc::clone(bytes)))?),
            None => input::open(self.args),
        }
    }
}
