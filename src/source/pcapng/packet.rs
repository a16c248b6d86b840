//! The three kinds of packet blocks: enhanced, simple, and the obsolete one.

use pcap_file::pcapng::blocks::block_common as kind;

use super::interface::Local;
use super::options::{COMMENT, walk};
use super::{Block, PcapNg};
use crate::source::batch::Header;
use crate::source::format::{Notes, Step};
use crate::source::problem::ProblemKind;
use crate::source::time::{At, Timestamp};

/// The fields before the data.
struct Fields {
    interface: u32,
    /// Packets lost before this one, where the fields themselves say.
    drops: u16,
    /// In the interface's units; `None` for a simple packet, which has no time.
    time: Option<u64>,
    captured: u32,
    wire: u32,
    /// Where the data begin in the body.
    data: usize,
}

/// Says "unknown" in the drop count of an obsolete packet block.
const DROPS_UNKNOWN: u16 = u16::MAX;
/// The option that tells of packets lost between this and the one before.
const DROP_COUNT: u16 = 4;

impl PcapNg {
    /// Reads a block with a packet.
    pub(super) fn packet(&mut self, block: &Block<'_>, notes: &mut Notes<'_>) -> Step {
        let skip = Step::Other(block.used as u64);
        let Some(fields) = self.fields(block) else {
            notes.problem(ProblemKind::BlockTooShort);
            return skip;
        };
        let Some(Some(local)) = self.interfaces.get(fields.interface as usize).copied() else {
            notes.problem(ProblemKind::UnknownInterface);
            return skip;
        };
        let captured = captured(block, &fields, &local, notes);
        if fields.wire < captured {
            notes.problem(ProblemKind::WireBelowCaptured);
        }
        let after = fields.data + (captured as usize).next_multiple_of(4);
        if block.kind != kind::SIMPLE_PACKET_BLOCK && after < block.body.len() {
            self.options(block.body.get(after..).unwrap_or_default(), local.index, notes);
        }
        if fields.drops != DROPS_UNKNOWN {
            add_drops(local.index, u64::from(fields.drops), notes);
        }
        let header = Header {
            at: At { frame: 0, ts: self.timestamp(fields.time, &local, notes) },
            wire_len: fields.wire.max(captured),
            link: local.link,
            interface: local.index,
            start: 8 + fields.data,
            len: captured as usize,
        };
        Step::Packet(header, block.used)
    }

    fn fields(&self, block: &Block<'_>) -> Option<Fields> {
        let (order, body) = (self.order, block.body);
        Some(match block.kind {
            kind::SIMPLE_PACKET_BLOCK => {
                let wire = order.u32(body, 0)?;
                Fields { interface: 0, drops: 0, time: None, captured: wire, wire, data: 4 }
            }
            old_or_enhanced => {
                let old = old_or_enhanced == kind::PACKET_BLOCK;
                Fields {
                    interface: if old { u32::from(order.u16(body, 0)?) } else { order.u32(body, 0)? },
                    drops: if old { order.u16(body, 2)? } else { 0 },
                    time: Some(order.high_low(body, 4)?),
                    captured: order.u32(body, 12)?,
                    wire: order.u32(body, 16)?,
                    data: 20,
                }
            }
        })
    }

    fn timestamp(&mut self, time: Option<u64>, local: &Local, notes: &mut Notes<'_>) -> Timestamp {
        let Some(units) = time else {
            notes.problem(ProblemKind::NoTime);
            return self.last;
        };
        self.last = local.clock.instant(units).unwrap_or_else(|clamped| {
            notes.problem(ProblemKind::TimeRange);
            clamped
        });
        self.last
    }

    fn options(&self, bytes: &[u8], interface: u32, notes: &mut Notes<'_>) {
        let sound = walk(self.order, bytes, |code, value| match code {
            COMMENT => notes.packet_comment(value),
            DROP_COUNT => add_drops(interface, self.order.u64(value, 0).unwrap_or(0), notes),
            _ => {}
        });
        if !sound {
            notes.problem(ProblemKind::BadOption);
        }
    }
}

/// The captured length as far as it can be believed.
fn captured(block: &Block<'_>, fields: &Fields, local: &Local, notes: &mut Notes<'_>) -> u32 {
    let room = (block.body.len() - fields.data.min(block.body.len())) as u32;
    if block.kind == kind::SIMPLE_PACKET_BLOCK {
        // A simple packet gives only the length on the wire: the snapshot length and the block cut it.
        let captured = fields.captured.min(local.snaplen);
        if captured > room {
            notes.problem(ProblemKind::CapturedBeyondBlock);
        }
        return captured.min(room);
    }
    if fields.captured > room {
        notes.problem(ProblemKind::CapturedBeyondBlock);
    } else if fields.captured > local.snaplen {
        notes.problem(ProblemKind::AboveSnaplen);
    }
    fields.captured.min(room)
}

fn add_drops(interface: u32, count: u64, notes: &mut Notes<'_>) {
    if count > 0
        && let Some(interface) = notes.info.interfaces.get_mut(interface as usize)
    {
        interface.dropped_between = interface.dropped_between.saturating_add(count);
    }
}
