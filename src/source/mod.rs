//! Bytes in, records out: capture files and streams of any supported format as one lent [`Record`] at a time.
//!
//! Nothing here interprets a packet. What was wrong with a file is collected in [`CaptureInfo`], so that everything
//! readable is analysed and what was not is reported.

mod time;

pub use time::{At, NS_PER_MS, NS_PER_S, Timestamp, ms};

/// A link-layer type as registered by tcpdump.org (`LINKTYPE_…`); unknown numbers survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LinkType(pub u16);

/// One captured packet, lent by the source.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Number, from 1, over all files, and capture time.
    pub at: At,
    /// Length on the wire in bytes; never less than `data.len()`.
    pub wire_len: u32,
    /// How to read `data`.
    pub link: LinkType,
    /// Index into [`CaptureInfo::interfaces`].
    pub interface: u32,
    /// The captured bytes.
    pub data: &'a [u8],
}

/// What capture files say of themselves, and what was wrong with them.
#[derive(Debug, Clone, Default)]
pub struct CaptureInfo {}
