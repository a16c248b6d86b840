//! The file formats behind one interface: given bytes, what is next?

use std::fmt;

use super::batch::{Header, Headers};
use super::info::{CaptureInfo, MAX_TEXT, text};
use super::pcap::Pcap;
use super::pcapng::PcapNg;
use super::problem::ProblemKind;
use super::snoop::Snoop;

/// A capture file format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Classic pcap with microseconds.
    #[default]
    Pcap,
    /// Classic pcap with nanoseconds.
    PcapNanoseconds,
    /// Pcap with the 24-byte record header of A. Kuznetzov's patches.
    PcapModified,
    /// Pcapng.
    PcapNg,
    /// Snoop, RFC 1761.
    Snoop,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Pcap => "pcap",
            Format::PcapNanoseconds => "nanosecond pcap",
            Format::PcapModified => "modified pcap",
            Format::PcapNg => "pcapng",
            Format::Snoop => "snoop",
        })
    }
}

/// What is next in a file; the numbers are bytes to move on by.
#[derive(Debug)]
pub(super) enum Step {
    /// A packet, without its number, its `start` counted from the bytes given.
    Packet(Header, usize),
    /// Something without a packet that takes a frame number all the same.
    Numbered(usize),
    /// Something that takes no frame number; may reach beyond the bytes given.
    Other(u64),
    /// More bytes are needed to tell.
    More,
    /// Nothing after this can be read; why was noted.
    Stop,
}

/// Where a format leaves what it learns beside the packets.
pub(super) struct Notes<'a> {
    pub info: &'a mut CaptureInfo,
    /// Comments on the packet at hand, which has no number yet.
    pub packet_comments: &'a mut Vec<String>,
    pub file: u32,
    /// Offset in the content of the bytes given.
    pub offset: u64,
}

/// Comments kept of one packet; further ones are lost.
const MAX_PACKET_COMMENTS: usize = 16;

impl Notes<'_> {
    pub fn problem(&mut self, kind: ProblemKind) {
        self.info.problem(kind, self.file, self.offset);
    }

    pub fn packet_comment(&mut self, bytes: &[u8]) {
        if self.packet_comments.len() < MAX_PACKET_COMMENTS {
            self.packet_comments.push(text(bytes));
        }
    }
}

/// The state of reading a file of some format.
pub(super) enum Reader {
    Pcap(Pcap),
    PcapNg(Box<PcapNg>),
    Snoop(Snoop),
}

/// Bytes that tell every format and hold every fixed file header.
pub(super) const HEAD: usize = 24;

impl Reader {
    /// The reader for a file that begins with `head` (shorter than [`HEAD`] only if the file is), and the length of
    /// its file header; or what the file is instead of a capture.
    pub fn open(head: &[u8], notes: &mut Notes<'_>) -> Result<(Reader, usize), String> {
        if let Some(pcap) = Pcap::open(head, notes)? {
            return Ok((Reader::Pcap(pcap), HEAD));
        }
        if let Some(snoop) = Snoop::open(head, notes)? {
            return Ok((Reader::Snoop(snoop), Snoop::HEADER));
        }
        if let Some(pcapng) = PcapNg::open(head)? {
            return Ok((Reader::PcapNg(Box::new(pcapng)), 0));
        }
        Err(foreign(head))
    }

    pub fn format(&self) -> Format {
        match self {
            Reader::Pcap(pcap) => pcap.format(),
            Reader::PcapNg(_) => Format::PcapNg,
            Reader::Snoop(_) => Format::Snoop,
        }
    }

    /// Takes the ordinary records that `bytes` begins with, see [`Pcap::run`]; in other formats each is looked at by itself.
    pub fn run(&self, bytes: &[u8], position: usize, frames: &mut u32, headers: &mut Headers) -> usize {
        match self {
            Reader::Pcap(pcap) => pcap.run(bytes, position, frames, headers),
            Reader::PcapNg(_) | Reader::Snoop(_) => 0,
        }
    }

    /// What comes first in `bytes`.
    #[inline]
    pub fn step(&mut self, bytes: &[u8], notes: &mut Notes<'_>) -> Step {
        match self {
            Reader::Pcap(pcap) => pcap.step(bytes, notes),
            Reader::PcapNg(pcapng) => pcapng.step(bytes, notes),
            Reader::Snoop(snoop) => snoop.step(bytes, notes),
        }
    }
}

/// What a file is that is no capture, as far as its first bytes tell.
fn foreign(head: &[u8]) -> String {
    const KNOWN: &[(&[u8], &str)] = &[
        (b"BZh", "bzip2 data, to be decompressed first"),
        (b"\xfd7zXZ\0", "xz data, to be decompressed first"),
        (b"\x04\x22\x4d\x18", "lz4 data, to be decompressed first"),
        (b"PK\x03\x04", "a zip archive, to be unpacked first"),
        (b"\x1f\x8b", "gzip data inside compressed data"),
        (b"\x28\xb5\x2f\xfd", "zstd data inside compressed data"),
        (b"RTSS", "a Network Monitor or NetXRay capture, which is not read"),
        (b"GMBU", "a Network Monitor capture, which is not read"),
    ];
    if head.is_empty() {
        return "the file is empty".into();
    }
    match KNOWN.iter().find(|(magic, _)| head.starts_with(magic)) {
        Some((_, what)) => (*what).into(),
        None => {
            let shown: Vec<String> = head.iter().take(4).map(|b| format!("{b:02x}")).collect();
            format!("it begins with {}, which is no pcap, pcapng or snoop", shown.join(" "))
        }
    }
}

const _: () = assert!(MAX_TEXT * MAX_PACKET_COMMENTS <= 64 * 1024, "a batch's comments stay small");
