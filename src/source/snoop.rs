//! Snoop, the format of Solaris' `snoop` (RFC 1761).

use super::batch::Header;
use super::buffer::MAX_RECORD;
use super::bytes::Order;
use super::format::{Notes, Step};
use super::info::{Interface, InterfaceStats};
use super::linktype::LinkType;
use super::problem::ProblemKind;
use super::time::{At, NS_PER_S, Timestamp};

/// The state of reading a snoop file.
pub(super) struct Snoop {
    link: LinkType,
    interface: u32,
}

/// Bytes of a record header.
const RECORD: usize = 24;

impl Snoop {
    /// Bytes of the file header: identification pattern, version, data link type.
    pub const HEADER: usize = 16;

    /// Reads the file header; `None` if it is not snoop's.
    pub fn open(head: &[u8], notes: &mut Notes<'_>) -> Result<Option<Snoop>, String> {
        if !head.starts_with(b"snoop\0\0\0") {
            return Ok(None);
        }
        let (Some(version), Some(number)) = (Order::BIG.u32(head, 8), Order::BIG.u32(head, 12)) else {
            return Err("a snoop file cut inside its file header".into());
        };
        if version != 2 {
            return Err(format!("snoop version {version}, which is not read"));
        }
        let link = link_type(number).unwrap_or_else(|| {
            notes.problem(ProblemKind::ForeignLinkType(number));
            LinkType::UNKNOWN
        });
        let interface = Interface { file: notes.file, link, tsresol: 6, ..Interface::default() };
        Ok(Some(Snoop { link, interface: notes.info.add_interface(interface) }))
    }

    /// The first record of `bytes`.
    pub fn step(&self, bytes: &[u8], notes: &mut Notes<'_>) -> Step {
        let Some(record) = Fields::read(bytes) else { return Step::More };
        if !(RECORD..=MAX_RECORD).contains(&record.len) {
            notes.problem(ProblemKind::RecordLength);
            return Step::Stop;
        }
        if bytes.len() < record.len {
            return Step::More;
        }
        let room = (record.len - RECORD) as u32;
        if record.captured > room {
            notes.problem(ProblemKind::CapturedBeyondBlock);
        }
        let captured = record.captured.min(room);
        if record.wire < captured {
            notes.problem(ProblemKind::WireBelowCaptured);
        }
        self.count_drops(record.drops, notes);
        let header = Header {
            at: At { frame: 0, ts: record.timestamp(notes) },
            wire_len: record.wire.max(captured),
            link: self.link,
            interface: self.interface,
            start: RECORD,
            len: captured as usize,
        };
        Step::Packet(header, record.len)
    }

    fn count_drops(&self, drops: u32, notes: &mut Notes<'_>) {
        if drops > 0
            && let Some(interface) = notes.info.interfaces.get_mut(self.interface as usize)
        {
            // "Cumulative drops": packets lost since the start of the capture, up to this one.
            let dropped_by_os = Some(u64::from(drops));
            interface.stats = Some(InterfaceStats { dropped_by_os, ..InterfaceStats::default() });
        }
    }
}

/// A record header, RFC 1761 section 4.
struct Fields {
    wire: u32,
    captured: u32,
    len: usize,
    drops: u32,
    seconds: u32,
    microseconds: u32,
}

impl Fields {
    fn read(bytes: &[u8]) -> Option<Fields> {
        let field = |at| Order::BIG.u32(bytes, at);
        Some(Fields {
            wire: field(0)?,
            captured: field(4)?,
            len: field(8)? as usize,
            drops: field(12)?,
            seconds: field(16)?,
            microseconds: field(20)?,
        })
    }

    fn timestamp(&self, notes: &mut Notes<'_>) -> Timestamp {
        let mut sub_second = i64::from(self.microseconds) * 1_000;
        if sub_second >= NS_PER_S {
            notes.problem(ProblemKind::SubSecond);
            sub_second = NS_PER_S - 1;
        }
        Timestamp(i64::from(self.seconds) * NS_PER_S + sub_second)
    }
}

/// The link type for a data link type of RFC 1761, or of those that Solaris added.
fn link_type(number: u32) -> Option<LinkType> {
    Some(LinkType(match number {
        0 | 4 => 1, // IEEE 802.3, Ethernet
        2 => 6,     // IEEE 802.5 token ring
        8 => 10,    // FDDI
        18 => 123,  // SunATM
        26 => 228,  // IPv4 tunnel
        27 => 229,  // IPv6 tunnel
        28 => 226,  // IP observability device
        _ => return None,
    }))
}

#[cfg(test)]
mod tests;
