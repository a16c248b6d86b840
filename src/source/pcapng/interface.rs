//! Interface description and statistics blocks.

use super::PcapNg;
use super::clock::Clock;
use super::options::{COMMENT, walk};
use crate::source::bytes::Order;
use crate::source::format::Notes;
use crate::source::info::{Comment, CommentOn, Interface, InterfaceStats, text};
use crate::source::linktype::LinkType;
use crate::source::problem::ProblemKind;

/// What a section's packets need of one of its interfaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local {
    /// Index into the capture's interfaces.
    pub index: u32,
    pub link: LinkType,
    /// Bytes captured of a packet at most; the maximum for no limit.
    pub snaplen: u32,
    pub clock: Clock,
}

/// Interfaces of one section that its packets can refer to; packets on later ones are skipped and counted.
const MAX_SECTION_INTERFACES: usize = 65_536;

/// Reads an interface description; `None` if it is too short.
pub(super) fn describe(order: Order, body: &[u8], notes: &mut Notes<'_>) -> Option<Local> {
    let mut interface = Interface {
        file: notes.file,
        link: LinkType(order.u16(body, 0)?),
        snaplen: order.u32(body, 4)?,
        tsresol: 6,
        ..Interface::default()
    };
    let mut comments = Vec::new();
    let mut sound = true;
    let whole = walk(order, body.get(8..).unwrap_or_default(), |code, value| match code {
        COMMENT => comments.push(text(value)),
        _ => sound &= option(order, code, value, &mut interface).is_some(),
    });
    if !(sound && whole) {
        notes.problem(ProblemKind::BadOption);
    }
    let (link, snaplen) = (interface.link, interface.snaplen);
    let clock = Clock::new(interface.tsresol, interface.tsoffset);
    let index = notes.info.add_interface(interface);
    for text in comments {
        notes.info.add_comment(Comment { file: notes.file, on: CommentOn::Interface(index), text });
    }
    Some(Local { index, link, snaplen: if snaplen == 0 { u32::MAX } else { snaplen }, clock })
}

/// Takes one option of an interface description; `None` if its size is wrong.
fn option(order: Order, code: u16, value: &[u8], interface: &mut Interface) -> Option<()> {
    match code {
        2 => interface.name = Some(text(value)),
        3 => interface.description = Some(text(value)),
        8 => interface.speed = Some(order.u64(value, 0)?),
        9 => interface.tsresol = *value.first()?,
        // The first byte says whether the filter is text (0) or BPF instructions (1).
        11 => match value.split_first()? {
            (0, filter) => interface.filter = Some(text(filter)),
            (_, code) => interface.filter = Some(format!("({} bytes of BPF code)", code.len())),
        },
        12 => interface.os = Some(text(value)),
        14 => interface.tsoffset = order.u64(value, 0)? as i64,
        15 => interface.hardware = Some(text(value)),
        _ => {}
    }
    Some(())
}

impl PcapNg {
    pub(super) fn add_interface(&mut self, local: Option<Local>) {
        if self.interfaces.len() < MAX_SECTION_INTERFACES {
            self.interfaces.push(local);
        }
    }

    /// Reads an interface statistics block; false if it is too short. The counters are running totals: the last block
    /// of an interface counts.
    pub(super) fn statistics(&self, body: &[u8], notes: &mut Notes<'_>) -> bool {
        let (Some(id), Some(units)) = (self.order.u32(body, 0), self.order.high_low(body, 4)) else { return false };
        let Some(Some(local)) = self.interfaces.get(id as usize) else {
            notes.problem(ProblemKind::BadOption);
            return true;
        };
        let at = local.clock.instant(units).unwrap_or_else(|clamped| clamped);
        let mut stats = InterfaceStats { at, ..InterfaceStats::default() };
        let mut comments = Vec::new();
        let sound = walk(self.order, body.get(12..).unwrap_or_default(), |code, value| {
            let count = self.order.u64(value, 0);
            match code {
                COMMENT => comments.push(text(value)),
                4 => stats.received = count,
                5 => stats.dropped_by_interface = count,
                6 => stats.filter_accepted = count,
                7 => stats.dropped_by_os = count,
                8 => stats.delivered = count,
                _ => {}
            }
        });
        if !sound {
            notes.problem(ProblemKind::BadOption);
        }
        for text in comments {
            notes.info.add_comment(Comment { file: notes.file, on: CommentOn::Other, text });
        }
        if let Some(interface) = notes.info.interfaces.get_mut(local.index as usize) {
            interface.stats = Some(stats);
        }
        true
    }
}
