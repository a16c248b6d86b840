//! Classic pcap: microseconds or nanoseconds, either byte order, and the variants that libpcap also reads.

use pcap_file::pcap::{PcapParser, RawPcapPacket};

use super::batch::Header;
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
    parser: PcapParser,
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
            parser,
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

    /// The first record of `bytes`.
    pub fn step(&self, bytes: &[u8], notes: &mut Notes<'_>) -> Step {
        let usual = self.magic.header == 16 && self.lengths == Lengths::Usual;
        let raw = if usual { self.parser.next_raw_packet(bytes).ok().map(|(_, raw)| raw) } else { self.variant(bytes) };
        match raw {
            Some(raw) if raw.incl_len <= self.longest => self.packet(&raw, notes),
            Some(_) => self.damaged(notes),
            None if self.captured_len(bytes).is_some_and(|len| len > self.longest) => self.damaged(notes),
            None => Step::More,
        }
    }

    fn packet(&self, raw: &RawPcapPacket<'_>, notes: &mut Notes<'_>) -> Step {
        if raw.orig_len < raw.incl_len {
            notes.problem(ProblemKind::WireBelowCaptured);
        }
        if raw.incl_len > self.snaplen {
            notes.problem(ProblemKind::AboveSnaplen);
        }
        let len = raw.incl_len as usize;
        let header = Header {
            at: At { frame: 0, ts: self.timestamp(raw, notes) },
            wire_len: raw.orig_len.max(raw.incl_len),
            link: self.link,
            interface: self.interface,
            start: self.magic.header,
            len,
        };
        Step::Packet(header, self.magic.header + len)
    }

    fn timestamp(&self, raw: &RawPcapPacket<'_>, notes: &mut Notes<'_>) -> Timestamp {
        let mut sub_second = i64::from(raw.ts_frac) * i64::from(self.magic.unit);
        if sub_second >= NS_PER_S {
            notes.problem(ProblemKind::SubSecond);
            sub_second = NS_PER_S - 1;
        }
        Timestamp(i64::from(raw.ts_sec) * NS_PER_S + sub_second)
    }

    /// A record of the layouts that the parser does not know.
    fn variant<'a>(&self, bytes: &'a [u8]) -> Option<RawPcapPacket<'a>> {
        let incl_len = self.captured_len(bytes)?;
        let (first, second) = (self.order.u32(bytes, 8)?, self.order.u32(bytes, 12)?);
        let data = bytes.get(self.magic.header..)?.get(..incl_len as usize)?;
        Some(RawPcapPacket {
            ts_sec: self.order.u32(bytes, 0)?,
            ts_frac: self.order.u32(bytes, 4)?,
            incl_len,
            orig_len: if incl_len == first { second } else { first },
            data: data.into(),
        })
    }

    /// The captured length that the record header at the front of `bytes` gives.
    fn captured_len(&self, bytes: &[u8]) -> Option<u32> {
        let (first, second) = (self.order.u32(bytes, 8)?, self.order.u32(bytes, 12)?);
        Some(match self.lengths {
            Lengths::Usual => first,
            Lengths::Swapped => second,
            Lengths::Either => first.min(second),
        })
    }

    fn damaged(&self, notes: &mut Notes<'_>) -> Step {
        notes.problem(ProblemKind::RecordLength);
        Step::Stop
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
