//! Writes the seeds of every target below `corpus/`, from the fixtures: `cargo run --example seeds`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use wiregloss::decode::{Addr, Packet, Transport, decode};
use wiregloss::source::Capture;

/// Longer inputs teach the fuzzer little and cost it much.
const LONGEST: usize = 16_384;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = Seeds { root: root.join("corpus"), count: 0, stacks: BTreeSet::new() };
    let mut captures = Vec::new();
    collect(&root.join("../../fixtures"), &mut captures);
    for path in captures {
        seeds.capture(&path);
    }
    println!("{} seeds", seeds.count);
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the fixtures").flatten() {
        let path = entry.path();
        let name = path.to_string_lossy();
        if path.is_dir() {
            collect(&path, into);
        } else if name.ends_with(".pcap") || name.ends_with(".pcapng") || name.ends_with(".pcap.gz") {
            into.push(path);
        }
    }
}

struct Seeds {
    root: PathBuf,
    count: usize,
    stacks: BTreeSet<String>,
}

/// Pieces by the lower port and protocol of their conversation, and whether its client was first seen with the higher port.
type Streams = BTreeMap<((Addr, u16), (Addr, u16), u8), Vec<u8>>;

impl Seeds {
    fn write(&mut self, target: &str, bytes: &[u8]) {
        if bytes.len() <= LONGEST {
            let folder = self.root.join(target);
            fs::create_dir_all(&folder).expect("a writable folder");
            fs::write(folder.join(format!("seed-{:05}", self.count)), bytes).expect("a writable folder");
            self.count += 1;
        }
    }

    fn capture(&mut self, path: &Path) {
        let bytes = fs::read(path).expect("a fixture");
        self.write("source", &bytes);
        self.write("filters", &[&[self.count as u8; 8][..], &bytes].concat());
        let mut streams = Streams::new();
        let mut capture = Capture::open(&[path]).expect("a fixture");
        while let Ok(Some(batch)) = capture.next_batch() {
            for record in batch.iter() {
                let packet = decode(&record);
                if self.stacks.insert(format!("{:?}{:?}", packet.layers, packet.fault)) {
                    let link = record.link.0.to_be_bytes();
                    self.write("decode", &[&link[..], &[0], record.data].concat());
                }
                add(&mut streams, &packet);
            }
        }
        for ((low, high, protocol), pieces) in streams {
            self.stream(low.1.min(high.1), protocol, &pieces);
        }
    }

    fn stream(&mut self, port: u16, protocol: u8, pieces: &[u8]) {
        let prefixed = |first: u8| [&[first][..], pieces].concat();
        match (protocol, port) {
            (6, 53) => self.write("dns", &prefixed(1)),
            (17, 53) => self.write("dns", &prefixed(0)),
            (17, 5353) => self.write("dns", &prefixed(2)),
            (17, 5355) => self.write("dns", &prefixed(3)),
            (17, _) => self.write("quic", pieces),
            (_, 443 | 8443 | 853) => self.write("tls", pieces),
            _ => {
                self.write("tls", pieces);
                self.write("starttls", &prefixed(port as u8));
            }
        }
    }
}

fn add(streams: &mut Streams, packet: &Packet<'_>) {
    let Some(ip) = packet.ip else { return };
    let (ports, protocol, payload) = match &packet.transport {
        Transport::Tcp(tcp) => ((tcp.src_port, tcp.dst_port), 6, tcp.payload),
        Transport::Udp(udp) => ((udp.src_port, udp.dst_port), 17, udp.payload),
        _ => return,
    };
    let (src, dst) = ((ip.src, ports.0), (ip.dst, ports.1));
    let back = ports.0 < ports.1;
    let pieces = streams.entry((src.min(dst), src.max(dst), protocol)).or_default();
    if !payload.is_empty() && pieces.len() < LONGEST {
        let len = payload.len().min(0x7fff) as u16;
        pieces.extend((len | if back { 0x8000 } else { 0 }).to_be_bytes());
        pieces.extend(&payload[..usize::from(len)]);
    }
}
