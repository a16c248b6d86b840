//! Classic pcap: microseconds or nanoseconds, either byte order, and the variants that libpcap also reads.

use pcap_file::pcap::PcapParser;

use super::batch::{Header, Headers};
use super::buffer::MAX_RECORD;
use super::bytes::Order;
use super::format::{Format, HEAD, Notes, Step};
use super::info::Interface;
use super::linktype::LinkType;
use super::problem::ProblemKind;
use super::time::{At, NS_PER_S, Timestamp};

/// A record longer than both this and the file's snapshot length is a damaged one: libpcap's and Wireshark's limit.
const MAX_CAPTURED: u32 = 262_144;

/// The state of reading a pcap file.
pub(super) struct Pcap {
    order: Order,
    magic: &'static Magic,
    lengths: Lengths,
    /// Captured length above which the length itself is wrong.
    longest: u32,
    /// Captured length above which the file contradicts itself; the maximum where it has no snapshot length.
    snaplen: u32,
    link: LinkType,
    interface: u32,
}

/// One of the magic numbers.
struct Magic {
    number: u32,
    format: Format,
    /// Nanoseconds in a unit of the sub-second part.
    unit: u32,
    /// Bytes of a record header.
    header: usize,
}

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const MAGICS: &[Magic] = &[
    Magic { number: MICROSECONDS, format: Format::Pcap, unit: 1_000, header: 16 },
    Magic { number: 0xa1b2_3c4d, format: Format::PcapNanoseconds, unit: 1, header: 16 },
    // Interface index, protocol and packet type follow the usual header.
    Magic { number: 0xa1b2_cd34, format: Format::PcapModified, unit: 1_000, header: 24 },
    // Navtel's nanoseconds.
    Magic { number: 0xa12b_3c4d, format: Format::PcapNanoseconds, unit: 1, header: 16 },
];

/// In which order a record header has its two lengths.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lengths {
    /// Captured, then wire: version 2.3 and later.
    Usual,
    /// Wire, then captured: before 2.3.
    Swapped,
    /// Version 2.3 itself was written both ways; the smaller one is the captured length.
    Either,
}

/// What a record header says.
#[derive(Clone, Copy)]
struct Fields {
    seconds: u32,
    /// In the file's unit.
    sub_second: u32,
    /// Bytes in the file.
    captured: u32,
    /// Bytes on the wire.
    wire: u32,
}

impl Pcap {
    /// Reads the file header; `None` if it is not pcap's.
    pub fn open(head: &[u8], notes: &mut Notes<'_>) -> Result<Option<Pcap>, String> {
        let Some((order, magic)) = recognise(head) else { return Ok(None) };
        let header: Option<&[u8; HEAD]> = head.first_chunk();
        let Some(mut header) = header.copied() else { return Err("a pcap file cut inside its file header".into()) };
        // The parser knows the two usual magic numbers; the layout after them is the same in all variants.
        header[..4].copy_from_slice(&if order == Order::BIG {
            MICROSECONDS.to_be_bytes()
        } else {
            MICROSECONDS.to_le_bytes()
        });
        let (_, parser) = PcapParser::new(&header).map_err(|e| e.to_string())?;
        let fields = parser.header();
        let link = LinkType::from_pcap(u32::from(fields.datalink));
        let interface = Interface {
            file: notes.file,
            link,
            snaplen: fields.snaplen,
            tsresol: if magic.unit == 1 { 9 } else { 6 },
            ..Interface::default()
        };
        Ok(Some(Pcap {
            order,
            magic,
            lengths: match (fields.version_major, fields.version_minor) {
                (2, 3) => Lengths::Either,
                (2, 0..3) => Lengths::Swapped,
                _ => Lengths::Usual,
            },
            longest: fields.snaplen.clamp(MAX_CAPTURED, (MAX_RECORD - HEAD) as u32),
            snaplen: if fields.snaplen == 0 { u32::MAX } else { fields.snaplen },
            link,
            interface: notes.info.add_interface(interface),
        }))
    }

    pub fn format(&self) -> Format {
        self.magic.format
    }

    /// Takes the records that `bytes` begins with as long as they are whole and there is nothing to note of them, which most
    /// are; `position` is where `bytes` begins in the window. Returns how many bytes they take.
    pub fn run(&self, bytes: &[u8], position: usize, frames: &mut u32, headers: &mut Headers) -> usize {
        // Most files are written so: what is asked once here is not asked of each record.
        if self.order == Order::LITTLE && self.lengths == Lengths::Usual {
            self.run_of(bytes, position, frames, headers, |fields| Fields::read(fields, Order::LITTLE, Lengths::Usual))
        } else {
            self.run_of(bytes, position, frames, headers, |fields| Fields::read(fields, self.order, self.lengths))
        }
    }

    /// The same, given how the numbers of a header are read.
    #[inline(always)]
    fn run_of(
        &self,
        bytes: &[u8],
        position: usize,
        frames: &mut u32,
        headers: &mut Headers,
        read: impl Fn(&[u8; 16]) -> Fields,
    ) -> usize {
        let (longest, header, unit) = (self.longest.min(self.snaplen), self.magic.header, i64::from(self.magic.unit));
        let (link, interface, mut frame) = (self.link, self.interface, *frames);
        let mut rest = bytes;
        while let Some(fields) = rest.first_chunk().map(&read) {
            let sub_second = i64::from(fields.sub_second) * unit;
            let len = fields.captured as usize;
            let plain = fields.captured <= longest && fields.captured <= fields.wire && sub_second < NS_PER_S;
            if !plain || rest.len() < header + len || frame == u32::MAX {
                break;
            }
            let at = At { frame: frame + 1, ts: Timestamp(i64::from(fields.seconds) * NS_PER_S + sub_second) };
            let start = position + (bytes.len() - rest.len()) + header;
            if headers.try_push(Header { at, wire_len: fields.wire, link, interface, start, len }).is_err() {
                break;
            }
            frame += 1;
            rest = rest.get(header + len..).unwrap_or_default();
        }
        *frames = frame;
        bytes.len() - rest.len()
    }

    /// The first record of `bytes`.
    #[inline]
    pub fn step(&self, bytes: &[u8], notes: &mut Notes<'_>) -> Step {
        let read = |header: &[u8; 16]| Fields::read(header, self.order, self.lengths);
        let Some(fields) = bytes.first_chunk().map(read) else { return Step::More };
        if fields.captured > self.longest {
            notes.problem(ProblemKind::RecordLength);
            return Step::Stop;
        }
        if bytes.len() < self.magic.header + fields.captured as usize {
            return Step::More;
        }
        self.packet(fields, notes)
    }

    fn packet(&self, fields: Fields, notes: &mut Notes<'_>) -> Step {
        if fields.wire < fields.captured {
            notes.problem(ProblemKind::WireBelowCaptured);
        }
        if fields.captured > self.snaplen {
            notes.problem(ProblemKind::AboveSnaplen);
        }
        let len = fields.captured as usize;
        let header = Header {
            at: At { frame: 0, ts: self.timestamp(fields, notes) },
            wire_len: fields.wire.max(fields.captured),
            link: self.link,
            interface: self.interface,
            start: self.magic.header,
            len,
        };
        Step::Packet(header, self.magic.header + len)
    }

    fn timestamp(&self, fields: Fields, notes: &mut Notes<'_>) -> Timestamp {
        let mut sub_second = i64::from(fields.sub_second) * i64::from(self.magic.unit);
        if sub_second >= NS_PER_S {
            notes.problem(ProblemKind::SubSecond);
            sub_second = NS_PER_S - 1;
        }
        Timestamp(i64::from(fields.seconds) * NS_PER_S + sub_second)
    }
}

impl Fields {
    /// The four numbers that every record header begins with.
    #[inline(always)]
    fn read(header: &[u8; 16], order: Order, lengths: Lengths) -> Fields {
        let &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = header;
        let number = |raw| order.number(raw);
        let (seconds, sub_second) = (number([a, b, c, d]), number([e, f, g, h]));
        let (first, second) = (number([i, j, k, l]), number([m, n, o, p]));
        let (captured, wire) = match lengths {
            Lengths::Usual => (first, second),
            Lengths::Swapped => (second, first),
            Lengths::Either => (first.min(second), first.max(second)),
        };
        Fields { seconds, sub_second, captured, wire }
    }
}

fn recognise(head: &[u8]) -> Option<(Order, &'static Magic)> {
    [Order::BIG, Order::LITTLE].into_iter().find_map(|order| {
        let number = order.u32(head, 0)?;
        MAGICS.iter().find(|magic| magic.number == number).map(|magic| (order, magic))
    })
}

#[cfg(test)]
mod tests;
