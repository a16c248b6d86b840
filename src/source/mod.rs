//! Bytes in, records out: capture files and streams of any supported format as batches of lent [`Record`]s.
//!
//! Nothing here interprets a packet. What was wrong with a file is collected in [`CaptureInfo`], so that everything
//! readable is analysed and what was not is reported. Formats: pcap (microseconds, nanoseconds, either byte order,
//! the modified and the old variants), pcapng, snoop; plain, gzip or Zstandard, told by their first bytes alone.

mod ahead;
mod batch;
mod buffer;
mod bytes;
mod capture;
mod compression;
mod error;
mod format;
mod info;
mod input;
mod linktype;
mod merge;
mod meter;
mod name;
mod open;
mod pcap;
mod pcapng;
mod problem;
mod snoop;
#[cfg(test)]
mod testing;
mod threads;
mod time;
mod zstd;

pub use ahead::Stop;
pub use batch::{BATCH, Batch, Record};
pub use capture::Capture;
pub use compression::Compression;
pub use error::SourceError;
pub use format::Format;
pub use info::{
    CaptureInfo, Comment, CommentOn, FileInfo, Interface, InterfaceStats, ResolvedName, Secret, TLS_KEY_LOG,
};
pub use linktype::LinkType;
pub use name::FileName;
pub use problem::{Problem, ProblemKind};
pub use threads::Threads;
pub use time::{At, NS_PER_MS, NS_PER_S, Timestamp, ms};
