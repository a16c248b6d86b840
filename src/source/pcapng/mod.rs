//! Pcapng: sections of either byte order, each with its own interfaces; blocks are sliced by `pcap-file`, and walked
//! here where that rejects them.

mod clock;
mod describe;
mod interface;
mod options;
mod packet;

use std::borrow::Cow;

use byteorder_slice::{BigEndian, LittleEndian};
use pcap_file::pcapng::blocks::block_common as kind;
use pcap_file::pcapng::{RawBlock, RawBlockParseError};

use self::interface::Local;
use super::buffer::MAX_RECORD;
use super::bytes::Order;
use super::format::{Notes, Step};
use super::problem::ProblemKind;
use super::time::Timestamp;

/// The state of reading a pcapng file.
pub(super) struct PcapNg {
    order: Order,
    /// The section's interfaces; `None` for one whose description cannot be read.
    interfaces: Vec<Option<Local>>,
    /// The time of the last packet that had one.
    last: Timestamp,
}

/// Decryption secrets; `pcap-file` has no name for it.
const DECRYPTION_SECRETS_BLOCK: u32 = 0x0a;
/// System calls of sysdig and Falco, in three versions. Like custom and journal blocks they are no packets, but
/// Wireshark gives each a frame number (not to the versions with flags), and frame numbers here are Wireshark's.
const SYSTEM_CALL_BLOCKS: [u32; 3] = [0x204, 0x216, 0x221];

/// Bytes of a block around its body: type and length before, length after.
const FRAME: usize = 12;
const MAGIC: u32 = 0x1a2b_3c4d;

/// A block as found: its body, and how far to go on.
struct Block<'a> {
    kind: u32,
    body: &'a [u8],
    used: usize,
}

impl PcapNg {
    /// Recognises the format by its first block; `None` if the bytes are something else.
    pub fn open(head: &[u8]) -> Result<Option<PcapNg>, String> {
        if Order::BIG.u32(head, 0) != Some(kind::SECTION_HEADER_BLOCK) {
            return Ok(None);
        }
        match Order::BIG.u32(head, 8) {
            None => Err("a pcapng file cut inside its first block".into()),
            Some(found) => match order_of(found) {
                None => Err(format!("a pcapng section header with byte-order magic {found:08x}")),
                Some(order) => Ok(Some(PcapNg { order, interfaces: Vec::new(), last: Timestamp(0) })),
            },
        }
    }

    /// The first block of `bytes`.
    pub fn step(&mut self, bytes: &[u8], notes: &mut Notes<'_>) -> Step {
        let (Some(kind), Some(mut len)) = (self.order.u32(bytes, 0), self.order.u32(bytes, 4)) else {
            return Step::More;
        };
        if kind == kind::SECTION_HEADER_BLOCK {
            let Some(magic) = Order::BIG.u32(bytes, 8) else { return Step::More };
            let Some(order) = order_of(magic) else { return stop(ProblemKind::SectionHeader, notes) };
            self.order = order;
            len = order.u32(bytes, 4).unwrap_or(0);
        }
        if (len as usize) < FRAME {
            return stop(ProblemKind::BlockLength, notes);
        }
        if len as usize > MAX_RECORD {
            notes.problem(ProblemKind::BlockTooLarge);
            return Step::Other(u64::from(len).next_multiple_of(4));
        }
        match self.slice(bytes, len as usize, notes) {
            Ok(block) => self.block(&block, notes),
            Err(step) => step,
        }
    }

    /// The block of length `len` at the front of `bytes`.
    fn slice<'a>(&self, bytes: &'a [u8], len: usize, notes: &mut Notes<'_>) -> Result<Block<'a>, Step> {
        let raw = if self.order == Order::BIG {
            RawBlock::from_slice::<BigEndian>(bytes)
        } else {
            RawBlock::from_slice::<LittleEndian>(bytes)
        };
        match raw {
            Ok((_, RawBlock { type_, body: Cow::Borrowed(body), .. })) => Ok(Block { kind: type_, body, used: len }),
            Ok(_) | Err(RawBlockParseError::InvalidFormat(_)) => self.slice_odd(bytes, len, notes),
            Err(RawBlockParseError::IncompleteBuffer(..)) => Err(Step::More),
        }
    }

    /// A block whose length is no multiple of 4 or differs from the one after it.
    fn slice_odd<'a>(&self, bytes: &'a [u8], len: usize, notes: &mut Notes<'_>) -> Result<Block<'a>, Step> {
        let padded = len.next_multiple_of(4);
        if bytes.len() < padded {
            return Err(Step::More);
        }
        let ends_at = |end: usize| self.order.u32(bytes, end - 4) == Some(len as u32);
        let used = if ends_at(len) { len } else { padded };
        if padded != len {
            notes.problem(ProblemKind::BlockUnaligned);
        }
        if !ends_at(used) {
            notes.problem(ProblemKind::BlockTrailer);
            if !self.begins_block(bytes.get(used..).unwrap_or_default()) {
                return Err(stop(ProblemKind::BlockLength, notes));
            }
        }
        let kind = self.order.u32(bytes, 0).unwrap_or_default();
        Ok(Block { kind, body: bytes.get(8..used - 4).unwrap_or_default(), used })
    }

    /// Whether a block may begin here: the end, or a plausible length.
    fn begins_block(&self, bytes: &[u8]) -> bool {
        let plausible = |len: u32| len.is_multiple_of(4) && (FRAME..=MAX_RECORD).contains(&(len as usize));
        Order::BIG.u32(bytes, 0) == Some(kind::SECTION_HEADER_BLOCK) || self.order.u32(bytes, 4).is_none_or(plausible)
    }

    fn block(&mut self, block: &Block<'_>, notes: &mut Notes<'_>) -> Step {
        let body = block.body;
        let readable = match block.kind {
            kind::ENHANCED_PACKET_BLOCK | kind::PACKET_BLOCK | kind::SIMPLE_PACKET_BLOCK => {
                return self.packet(block, notes);
            }
            kind::CUSTOM_BLOCK_COPIABLE | kind::CUSTOM_BLOCK_NON_COPIABLE | kind::SYSTEMD_JOURNAL_EXPORT_BLOCK => {
                return numbered(block, notes);
            }
            number if SYSTEM_CALL_BLOCKS.contains(&number) => return numbered(block, notes),
            kind::SECTION_HEADER_BLOCK => {
                self.interfaces.clear();
                describe::section(self.order, body, notes)
            }
            kind::INTERFACE_DESCRIPTION_BLOCK => {
                let local = interface::describe(self.order, body, notes);
                let readable = local.is_some();
                self.add_interface(local);
                readable
            }
            kind::INTERFACE_STATISTIC_BLOCK => self.statistics(body, notes),
            kind::NAME_RESOLUTION_BLOCK => describe::names(self.order, body, notes),
            DECRYPTION_SECRETS_BLOCK => describe::secrets(self.order, body, notes),
            number => {
                notes.problem(ProblemKind::UnknownBlock(number));
                true
            }
        };
        if !readable {
            notes.problem(ProblemKind::BlockTooShort);
        }
        Step::Other(block.used as u64)
    }
}

fn numbered(block: &Block<'_>, notes: &mut Notes<'_>) -> Step {
    notes.problem(ProblemKind::NotAPacket(block.kind));
    Step::Numbered(block.used)
}

fn stop(why: ProblemKind, notes: &mut Notes<'_>) -> Step {
    notes.problem(why);
    Step::Stop
}

/// The byte order that a byte-order magic, read as big-endian, declares.
fn order_of(magic: u32) -> Option<Order> {
    match magic {
        MAGIC => Some(Order::BIG),
        swapped if swapped == MAGIC.swap_bytes() => Some(Order::LITTLE),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
