//! What ends a run: a file that cannot be opened, is not a capture, or fails to be read.

use std::io;

use super::name::FileName;

/// A fatal input error; its `Display` is one line naming the file, the place and the reason.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing to read was named.
    #[error("no capture file given")]
    NoInput,
    /// The file cannot be opened.
    #[error("{file}: cannot open: {reason}")]
    Open {
        /// Which file.
        file: FileName,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The name is a directory's.
    #[error("{file}: is a directory, not a capture file")]
    Directory {
        /// Which one.
        file: FileName,
    },
    /// The content is no capture format that is read here.
    #[error("{file}: not a capture file: {reason} (at byte {offset})")]
    NotACapture {
        /// Which file.
        file: FileName,
        /// Where, in bytes of the (decompressed) content.
        offset: u64,
        /// What was found instead.
        reason: String,
    },
    /// Reading failed in the middle.
    #[error("{file}: read error at byte {offset}: {reason}")]
    Read {
        /// Which file.
        file: FileName,
        /// Where, in bytes of the (decompressed) content.
        offset: u64,
        /// What the operating system said.
        reason: io::Error,
    },
}
