//! What was wrong with a capture file, as data: each kind with a count and its first place.

use std::fmt;

/// Kinds of problems remembered; further kinds (only unknown block types are many) are counted as a limit that was hit.
pub(super) const MAX_PROBLEM_KINDS: usize = 64;

/// One kind of problem in a capture file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// How often.
    pub count: u64,
    /// The file of the first occurrence, an index into [`CaptureInfo::files`](super::CaptureInfo::files).
    pub file: u32,
    /// Where the first occurrence is, in bytes of that file's (decompressed) content.
    pub offset: u64,
}

/// What can be wrong with a capture file while the rest stays readable; `Display` says it in a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The file ends inside a record or block: the capture was cut, or is still being written.
    TruncatedTail,
    /// Reading was stopped on request before the end.
    Interrupted,
    /// The compressed data end early or are damaged; what came before is used.
    DamagedCompression,
    /// A pcap record claims an impossible length; nothing after it can be found.
    RecordLength,
    /// A pcapng block claims an impossible length; nothing after it can be found.
    BlockLength,
    /// A pcapng block's two lengths differ; the first was believed.
    BlockTrailer,
    /// A pcapng block's length is no multiple of four.
    BlockUnaligned,
    /// A pcapng block too large to be held; skipped.
    BlockTooLarge,
    /// A block too short for its own fields; skipped.
    BlockTooShort,
    /// A pcapng block of a type that is not known; skipped.
    UnknownBlock(u32),
    /// A block that carries no packet but takes a frame number (custom, journal or system call blocks); skipped.
    NotAPacket(u32),
    /// A section header that cannot be read; the rest of the file was not.
    SectionHeader,
    /// A packet on an interface that the file does not describe; skipped.
    UnknownInterface,
    /// The captured length is beyond the record's end; cut there.
    CapturedBeyondBlock,
    /// The length on the wire is below the captured length; raised to it.
    WireBelowCaptured,
    /// The captured length is above the interface's snapshot length; kept.
    AboveSnaplen,
    /// The sub-second part of a timestamp is a second or more; cut to the last instant of the second.
    SubSecond,
    /// A timestamp after the year 2262; read as a negative one, or else clamped.
    TimeRange,
    /// A packet without a timestamp (simple packet block); given the time of the packet before it.
    NoTime,
    /// An option that runs beyond its block or has the wrong size; ignored.
    BadOption,
    /// A link type whose number is not registered for this file format.
    ForeignLinkType(u32),
}

impl ProblemKind {
    /// Whether packets of the file are missing from the analysis because of it.
    #[must_use]
    pub fn loses_packets(self) -> bool {
        use ProblemKind::*;
        matches!(
            self,
            TruncatedTail
                | Interrupted
                | DamagedCompression
                | RecordLength
                | BlockLength
                | BlockTooLarge
                | BlockTooShort
                | SectionHeader
                | UnknownInterface
        )
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ProblemKind::*;
        f.write_str(match self {
            TruncatedTail => "the file ends inside a record",
            Interrupted => "reading was stopped before the end, the rest was not read",
            DamagedCompression => "the compressed data end early or are damaged",
            RecordLength => "impossible record length, the rest of the file was not read",
            BlockLength => "impossible block length, the rest of the file was not read",
            BlockTrailer => "the two lengths of a block differ",
            BlockUnaligned => "block length not a multiple of 4",
            BlockTooLarge => "block too large, skipped",
            BlockTooShort => "block too short for its fields, skipped",
            UnknownBlock(kind) => return write!(f, "unknown block type 0x{kind:08x}, skipped"),
            NotAPacket(kind) => return write!(f, "block type 0x{kind:08x} is not a packet but takes a frame number"),
            SectionHeader => "unreadable section header, the rest of the file was not read",
            UnknownInterface => "packet on an interface that the file does not describe, skipped",
            CapturedBeyondBlock => "captured length beyond the record's end, cut there",
            WireBelowCaptured => "length on the wire below the captured length, raised to it",
            AboveSnaplen => "captured length above the snapshot length",
            SubSecond => "sub-second part of a timestamp out of range, clamped",
            TimeRange => "timestamp after the year 2262, read as before 1970 or clamped",
            NoTime => "packet without a timestamp, given the time of the one before",
            BadOption => "unreadable option, ignored",
            ForeignLinkType(number) => return write!(f, "link type {number} of this file format is not known"),
        })
    }
}
