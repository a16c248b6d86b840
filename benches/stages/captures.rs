//! Captures made in memory: fixtures repeated with other addresses, as many conversations after one another.

use std::fmt;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use wiregloss::source::{At, Capture, LinkType, Record};

/// Bytes of a pcap file's header, and of a record's.
const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
/// Rounds over the fixtures: as many pairs of addresses as the second byte of an address has room for.
const ROUNDS: u8 = 60;

/// A kind of traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traffic {
    /// Large segments of few connections.
    Bulk,
    /// Short connections with TLS, HTTP and DNS.
    Web,
    /// Connection attempts that nobody answers.
    Scan,
}

impl Traffic {
    /// All of them.
    pub const ALL: [Traffic; 3] = [Traffic::Bulk, Traffic::Web, Traffic::Scan];

    fn fixtures(self) -> &'static [&'static str] {
        match self {
            Traffic::Bulk => &["cc/slow-start"],
            Traffic::Web => &["tls/mixed", "tls/tls13-nginx-curl", "http/h3-basic", "http/h1-keepalive", "dns/tunnel"],
            Traffic::Scan => &["tcp/syn-flood"],
        }
    }

    /// A pcap file of it, some megabytes.
    pub fn file(self) -> Vec<u8> {
        let mut out = Vec::new();
        for round in 0..ROUNDS {
            for (i, name) in self.fixtures().iter().enumerate() {
                let file = fixture(name);
                let (header, records) = file.split_at(FILE_HEADER);
                if out.is_empty() {
                    out.extend_from_slice(header);
                }
                let second = u32::from(round) * 1_000 + i as u32 * 100;
                append(records, round, second, &mut out);
            }
        }
        out
    }

    /// Its packets.
    pub fn packets(self) -> Packets {
        packets(self.file())
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Traffic::Bulk => "bulk",
            Traffic::Web => "web",
            Traffic::Scan => "scan",
        })
    }
}

/// One of the project's captures, a little-endian pcap file of Ethernet frames.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).with_extension("pcap");
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A capture's bytes, to be read from memory.
pub fn open(file: Vec<u8>) -> Capture {
    Capture::from_reader(Path::new("memory"), Cursor::new(file)).expect("a capture")
}

/// Appends records, the first of them at `second` after 1970, with the addresses of this round.
fn append(records: &[u8], round: u8, second: u32, out: &mut Vec<u8>) {
    let word = |at: usize| u32::from_le_bytes(records[at..at + 4].try_into().expect("four bytes"));
    let (first, mut at) = (word(0), 0);
    while at < records.len() {
        let end = at + RECORD_HEADER + word(at + 8) as usize;
        let begin = out.len();
        out.extend_from_slice(&(word(at) - first + second).to_le_bytes());
        out.extend_from_slice(&records[at + 4..end]);
        readdress(&mut out[begin + RECORD_HEADER..], round);
        at = end;
    }
}

/// Gives an IPv4 packet another pair of addresses: one is raised by what the other is lowered, so the checksums stay right.
fn readdress(frame: &mut [u8], round: u8) {
    let [.., 0x08, 0x00] = frame[..14] else { return };
    let (source, destination) = (26..30, 30..34);
    let up = frame[source] > frame[destination];
    let (raised, lowered) = if up { (27, 31) } else { (31, 27) };
    if let (Some(higher), Some(lower)) = (frame[raised].checked_add(round), frame[lowered].checked_sub(round)) {
        (frame[raised], frame[lowered]) = (higher, lower);
    }
}

/// Packets held in memory, to be lent as records.
pub struct Packets {
    link: LinkType,
    packets: Vec<(At, u32, Vec<u8>)>,
}

/// All packets of a capture.
pub fn packets(file: Vec<u8>) -> Packets {
    let (mut capture, mut all) = (open(file), Packets { link: LinkType(1), packets: Vec::new() });
    while let Some(batch) = capture.next_batch().expect("memory is readable") {
        for record in batch.iter() {
            all.link = record.link;
            all.packets.push((record.at, record.wire_len, record.data.to_vec()));
        }
    }
    all
}

impl Packets {
    /// How many.
    pub fn len(&self) -> usize {
        self.packets.len()
    }

    /// As records.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.packets.iter().map(|(at, wire_len, data)| {
            let (at, wire_len, link) = (*at, *wire_len, self.link);
            Record { at, wire_len, link, interface: 0, data }
        })
    }
}
