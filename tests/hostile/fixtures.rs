//! The fixtures as bytes, and small ways to take them apart.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

/// A capture file in memory, decompressed.
pub struct Fixture {
    /// Its path below `fixtures/`.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Every capture below `fixtures/`, in order of name.
pub fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 100, "the fixtures are part of the project");
    paths.iter().map(|path| read(&root, path)).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        let name = path.to_string_lossy();
        if path.is_dir() {
            collect(&path, into);
        } else if name.ends_with(".gz") || name.ends_with(".pcap") || name.ends_with(".pcapng") {
            into.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> Fixture {
    let mut bytes = fs::read(path).expect("a readable fixture");
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("a whole gzip file");
        bytes = plain;
    }
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    Fixture { name, bytes }
}

/// Bytes of a pcap file header.
pub const FILE_HEADER: usize = 24;
/// Bytes of a pcap record header.
pub const RECORD_HEADER: usize = 16;

/// How far the records of a pcap file go, found by nothing but its record headers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Where each whole record begins and how long it is, its header included.
    pub records: Vec<(usize, usize)>,
    /// Bytes are left that are no whole record.
    pub cut: bool,
    /// A record claims to be longer than any may be.
    pub impossible: bool,
}

impl Fixture {
    /// Walks a pcap file of version 2.4 with the usual record headers; `None` if it is something else.
    pub fn walk(&self) -> Option<Walk> {
        walk(&self.bytes)
    }
}

/// See [`Fixture::walk`].
pub fn walk(bytes: &[u8]) -> Option<Walk> {
    let little = match bytes.get(..4)? {
        [0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1] => true,
        [0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d] => false,
        _ => return None,
    };
    let u32_at = |at: usize| {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let version = if little { [2, 0, 4, 0] } else { [0, 2, 0, 4] };
    if bytes.get(4..8)? != version || bytes.len() < FILE_HEADER {
        return None;
    }
    let longest = u32_at(16)?.clamp(262_144, 64 * 1024 * 1024);
    let (mut walk, mut at) = (Walk::default(), FILE_HEADER);
    while at < bytes.len() {
        match u32_at(at + 8) {
            Some(len) if len > longest && at + RECORD_HEADER <= bytes.len() => {
                walk.impossible = true;
                break;
            }
            Some(len) if at + RECORD_HEADER + len as usize <= bytes.len() => {
                walk.records.push((at, RECORD_HEADER + len as usize));
                at += RECORD_HEADER + len as usize;
            }
            _ => {
                walk.cut = true;
                break;
            }
        }
    }
    Some(walk)
}
