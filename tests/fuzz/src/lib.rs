//! What the fuzz targets share: bytes to captures, and a capture through everything that the program does with one.
//!
//! In this folder: `cargo run --release --example seeds`, then `RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir . -s none tcp`.

use std::io::{Cursor, sink};
use std::path::Path;

use wiregloss::report::{EventWriter, Page, Style, write_json, write_terminal};
use wiregloss::source::Capture;
use wiregloss::track::Limits;
use wiregloss::{Settings, analyze, events};

/// The fields of a pcap file header for raw IP packets with nanoseconds.
const FILE_HEADER: [u32; 6] = [0xa1b2_3c4d, 0x0004_0002, 0, 0, 262_144, 101];

/// Analyses a capture, and shows it in every form.
pub fn whole(bytes: &[u8], settings: &Settings) {
    let open = || Capture::from_reader(Path::new("fuzz"), Cursor::new(bytes.to_vec()));
    let Ok(mut capture) = open() else { return };
    let report = analyze(&mut capture, settings, &mut |_| {}).expect("memory can be read");
    write_json(&report, &mut sink()).expect("a report can be written");
    let style = Style { color: false, links: false, width: 80, guide_url: None };
    write_terminal(&report, &style, Page::default(), &mut sink()).expect("a report can be written");
    let Ok(mut capture) = open() else { return };
    let mut writer = EventWriter::new(sink(), None, true);
    events(&mut capture, settings, &mut writer, &mut |_| {}).expect("memory can be read");
    let Ok(mut capture) = open() else { return };
    analyze(&mut capture, &cramped(settings.clone()), &mut |_| {}).expect("memory can be read");
}

/// With hardly any room, so that every bound is met with.
fn cramped(mut settings: Settings) -> Settings {
    for (name, value, _) in Limits::default().list() {
        settings.track.limits.set(name, value.min(if name.ends_with("bytes") { 9_999 } else { 3 }));
    }
    settings
}

/// A pcap file being made.
pub struct Pcap {
    /// Its content so far.
    pub bytes: Vec<u8>,
    /// Nanoseconds.
    now: u64,
}

impl Default for Pcap {
    fn default() -> Self {
        Pcap {
            bytes: FILE_HEADER.iter().flat_map(|field| field.to_le_bytes()).collect(),
            now: 1_700_000_000_000_000_000,
        }
    }
}

impl Pcap {
    /// Lets time pass.
    pub fn wait(&mut self, ns: u64) {
        self.now = self.now.wrapping_add(ns) % 4_000_000_000_000_000_000;
    }

    /// An IPv4 packet between two hosts; `back` is from the second to the first.
    pub fn packet(&mut self, protocol: u8, back: bool, payload: &[u8]) {
        let len = 20 + payload.len().min(65_515);
        let (from, to) = if back { ([192, 0, 2, 2], [192, 0, 2, 1]) } else { ([192, 0, 2, 1], [192, 0, 2, 2]) };
        let fields = [(self.now / 1_000_000_000) as u32, (self.now % 1_000_000_000) as u32, len as u32, len as u32];
        self.bytes.extend(fields.iter().flat_map(|field| field.to_le_bytes()));
        let [high, low] = (len as u16).to_be_bytes();
        self.bytes.extend([0x45, 0, high, low, 0, 0, 0x40, 0, 64, protocol, 0, 0]);
        self.bytes.extend(from.iter().chain(&to));
        self.bytes.extend(&payload[..len - 20]);
        self.wait(1_000_000);
    }

    /// A TCP segment between ports 40000 and `port`.
    pub fn tcp(&mut self, port: u16, back: bool, seq: u32, ack: u32, flags: u8, payload: &[u8]) {
        let (from, to) = if back { (port, 40_000) } else { (40_000, port) };
        let mut segment = Vec::with_capacity(20 + payload.len());
        segment.extend(from.to_be_bytes().iter().chain(&to.to_be_bytes()));
        segment.extend(seq.to_be_bytes().iter().chain(&ack.to_be_bytes()));
        segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        segment.extend(payload);
        self.packet(6, back, &segment);
    }

    /// A UDP datagram between ports 40000 and `port`.
    pub fn udp(&mut self, port: u16, back: bool, payload: &[u8]) {
        let (from, to) = if back { (port, 40_000) } else { (40_000, port) };
        let mut datagram = Vec::with_capacity(8 + payload.len());
        datagram.extend(from.to_be_bytes().iter().chain(&to.to_be_bytes()));
        datagram.extend((8 + payload.len().min(65_000) as u16).to_be_bytes());
        datagram.extend([0, 0]);
        datagram.extend(payload);
        self.packet(17, back, &datagram);
    }
}

/// Cuts input into pieces: two bytes say how long one is (15 bits) and which way it goes (the top bit).
pub fn pieces(mut input: &[u8]) -> impl Iterator<Item = (bool, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = input.split_first_chunk::<2>()?;
        let head = u16::from_be_bytes(*head);
        let (piece, rest) = rest.split_at(rest.len().min(usize::from(head & 0x7fff)));
        input = rest;
        Some((head & 0x8000 != 0, piece))
    })
}

/// A capture of one TCP connection to `port` that carries the pieces in order.
pub fn connection(port: u16, input: &[u8]) -> Vec<u8> {
    const SYN: u8 = 2;
    const ACK: u8 = 16;
    let mut file = Pcap::default();
    file.tcp(port, false, 0, 0, SYN, &[]);
    file.tcp(port, true, 0, 1, SYN | ACK, &[]);
    file.tcp(port, false, 1, 1, ACK, &[]);
    let mut next = [1_u32; 2];
    for (back, piece) in pieces(input) {
        let (own, other) = (usize::from(back), usize::from(!back));
        file.tcp(port, back, next[own], next[other], ACK, piece);
        next[own] = next[own].wrapping_add(piece.len() as u32);
    }
    file.bytes
}

/// A capture of one UDP conversation with `port` that carries the pieces as datagrams.
pub fn datagrams(port: u16, input: &[u8]) -> Vec<u8> {
    let mut file = Pcap::default();
    for (back, piece) in pieces(input) {
        file.udp(port, back, piece);
    }
    file.bytes
}
