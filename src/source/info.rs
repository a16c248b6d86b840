//! What capture files say of themselves beside the packets, all of it bounded.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::compression::Compression;
use super::format::Format;
use super::linktype::LinkType;
use super::name::FileName;
use super::problem::{MAX_PROBLEM_KINDS, Problem, ProblemKind};
use super::time::Timestamp;

/// Interfaces remembered over all files; records of later ones refer to the last of them.
const MAX_INTERFACES: usize = 4_096;
/// Comments remembered; later ones are lost.
const MAX_COMMENTS: usize = 1_024;
/// Resolved names remembered; later ones are lost.
const MAX_NAMES: usize = 16_384;
/// Blocks of decryption secrets remembered; later ones are lost.
const MAX_SECRETS: usize = 256;
/// Bytes of decryption secrets remembered; a block beyond that is lost.
const MAX_SECRET_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of one text (comment, name, description) remembered; the rest of it is cut off.
pub(super) const MAX_TEXT: usize = 4_096;

/// The kind of secrets that is an NSS key log (`SSLKEYLOGFILE`), pcapng's `TLSK`.
pub const TLS_KEY_LOG: u32 = 0x544c_534b;

/// What capture files say of themselves, and what was wrong with them; complete when the last record was read.
///
/// Every text in here was chosen by whoever made the file: escape it before it is shown.
#[derive(Debug, Clone, Default)]
pub struct CaptureInfo {
    /// The files, in the order given.
    pub files: Vec<FileInfo>,
    /// The interfaces that records refer to.
    pub interfaces: Vec<Interface>,
    /// Comments on sections, interfaces and packets.
    pub comments: Vec<Comment>,
    /// Names that the capturing program had resolved.
    pub names: Vec<ResolvedName>,
    /// Decryption secrets, uninterpreted.
    pub secrets: Vec<Secret>,
    /// What was wrong, by kind.
    pub problems: Vec<Problem>,
    /// Bounds that were hit, and how often.
    pub limits_hit: BTreeMap<&'static str, u64>,
    /// Records delivered so far, over all files.
    pub packets: u64,
}

/// One capture file.
#[derive(Debug, Clone, Default)]
pub struct FileInfo {
    /// Its name.
    pub name: FileName,
    /// Its format.
    pub format: Format,
    /// How it was compressed.
    pub compression: Compression,
    /// Its size in bytes where known: not for streams.
    pub size: Option<u64>,
    /// Bytes of it read so far: compressed ones when it is compressed.
    pub bytes_read: u64,
    /// Records of it delivered so far.
    pub packets: u64,
    /// What machine wrote it.
    pub hardware: Option<String>,
    /// Under which operating system.
    pub os: Option<String>,
    /// With which program.
    pub application: Option<String>,
}

/// One interface that packets were captured on; a pcap file has exactly one.
#[derive(Debug, Clone, Default)]
pub struct Interface {
    /// Index into [`CaptureInfo::files`].
    pub file: u32,
    /// Its link type.
    pub link: LinkType,
    /// Bytes captured of a packet at most; 0 for no limit.
    pub snaplen: u32,
    /// Its name, such as `eth0`.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// The capture filter.
    pub filter: Option<String>,
    /// The operating system of its machine.
    pub os: Option<String>,
    /// Its hardware.
    pub hardware: Option<String>,
    /// Its speed in bits per second.
    pub speed: Option<u64>,
    /// `if_tsresol` as written: 10 to the minus n, or 2 to the minus n where the top bit is set.
    pub tsresol: u8,
    /// `if_tsoffset`: seconds added to every timestamp.
    pub tsoffset: i64,
    /// Its last statistics block.
    pub stats: Option<InterfaceStats>,
    /// Packets that the file says were dropped between the captured ones.
    pub dropped_between: u64,
}

impl Interface {
    /// Packets that the file says were not captured; `None` where it does not say.
    #[must_use]
    pub fn dropped(&self) -> Option<u64> {
        let stats = self.stats.as_ref().and_then(InterfaceStats::dropped);
        let between = Some(self.dropped_between).filter(|n| *n > 0);
        stats.max(between)
    }
}

/// Counters of an interface statistics block; each absent where the block does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InterfaceStats {
    /// When the block was written.
    pub at: Timestamp,
    /// Packets that the interface received.
    pub received: Option<u64>,
    /// Packets that the interface dropped for want of resources.
    pub dropped_by_interface: Option<u64>,
    /// Packets that the capture filter accepted.
    pub filter_accepted: Option<u64>,
    /// Packets that the operating system dropped.
    pub dropped_by_os: Option<u64>,
    /// Packets that reached the capturing program.
    pub delivered: Option<u64>,
}

impl InterfaceStats {
    fn dropped(&self) -> Option<u64> {
        match (self.dropped_by_interface, self.dropped_by_os) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        }
    }
}

/// A comment that somebody left in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Index into [`CaptureInfo::files`].
    pub file: u32,
    /// What it is about.
    pub on: CommentOn,
    /// Its text.
    pub text: String,
}

/// What a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentOn {
    /// The file, or one section of it.
    Section,
    /// An interface, by its index.
    Interface(u32),
    /// A packet, by its frame number.
    Packet(u32),
    /// Another block: names, statistics, secrets.
    Other,
}

/// A name that the capturing program had resolved for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedName {
    /// The address.
    pub addr: IpAddr,
    /// Its name.
    pub name: String,
}

/// A block of decryption secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it is, such as [`TLS_KEY_LOG`].
    pub kind: u32,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret {{ kind: 0x{:08x}, {} bytes }}", self.kind, self.data.len())
    }
}

impl CaptureInfo {
    /// The link types of all interfaces, each once, in order of appearance.
    #[must_use]
    pub fn link_types(&self) -> Vec<LinkType> {
        let mut links = Vec::new();
        for interface in &self.interfaces {
            if !links.contains(&interface.link) {
                links.push(interface.link);
            }
        }
        links
    }

    /// The largest snapshot length; `None` where one interface has no limit or there is no interface.
    #[must_use]
    pub fn snaplen(&self) -> Option<u32> {
        let unlimited = self.interfaces.iter().any(|i| i.snaplen == 0);
        self.interfaces.iter().map(|i| i.snaplen).max().filter(|_| !unlimited)
    }

    /// Bytes read so far, over all files.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.files.iter().map(|f| f.bytes_read).sum()
    }

    /// Bytes of all files; `None` when one is a stream.
    #[must_use]
    pub fn bytes_total(&self) -> Option<u64> {
        self.files.iter().map(|f| f.size).sum()
    }

    /// Packets that the files say were not captured; `None` where none says.
    #[must_use]
    pub fn dropped(&self) -> Option<u64> {
        self.interfaces.iter().filter_map(Interface::dropped).reduce(u64::saturating_add)
    }

    pub(super) fn problem(&mut self, kind: ProblemKind, file: u32, offset: u64) {
        if let Some(known) = self.problems.iter_mut().find(|p| p.kind == kind) {
            known.count += 1;
        } else if self.problems.len() < MAX_PROBLEM_KINDS {
            self.problems.push(Problem { kind, count: 1, file, offset });
        } else {
            self.limit("capture_problem_kinds");
        }
    }

    pub(super) fn add_interface(&mut self, interface: Interface) -> u32 {
        if self.interfaces.len() < MAX_INTERFACES {
            self.interfaces.push(interface);
        } else {
            self.limit("capture_interfaces");
        }
        self.interfaces.len().saturating_sub(1) as u32
    }

    pub(super) fn add_comment(&mut self, comment: Comment) {
        if self.comments.len() < MAX_COMMENTS {
            self.comments.push(comment);
        } else {
            self.limit("capture_comments");
        }
    }

    pub(super) fn add_name(&mut self, addr: IpAddr, name: &[u8]) {
        if self.names.len() < MAX_NAMES {
            self.names.push(ResolvedName { addr, name: text(name) });
        } else {
            self.limit("capture_names");
        }
    }

    pub(super) fn add_secret(&mut self, kind: u32, data: &[u8]) {
        let held: usize = self.secrets.iter().map(|s| s.data.len()).sum();
        if self.secrets.len() < MAX_SECRETS && held + data.len() < MAX_SECRET_BYTES {
            self.secrets.push(Secret { kind, data: data.to_vec() });
        } else {
            self.limit("capture_secrets");
        }
    }

    fn limit(&mut self, name: &'static str) {
        *self.limits_hit.entry(name).or_default() += 1;
    }
}

/// Bytes of a file as text: up to the first NUL, bounded, what is not UTF-8 replaced.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.get(..MAX_TEXT).unwrap_or(bytes);
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}
