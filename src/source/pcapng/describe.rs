//! The blocks beside packets and interfaces: section headers, resolved names, decryption secrets.

use std::net::IpAddr;

use super::options::{COMMENT, walk};
use crate::source::bytes::Order;
use crate::source::format::Notes;
use crate::source::info::{Comment, CommentOn, text};
use crate::source::problem::ProblemKind;

/// Reads a section header; false if it is too short. Of several sections the first to tell counts.
pub(super) fn section(order: Order, body: &[u8], notes: &mut Notes<'_>) -> bool {
    // Byte-order magic, version and section length come before the options.
    let Some(options) = body.get(16..) else { return false };
    let file = notes.file;
    let info = &mut *notes.info;
    let sound = walk(order, options, |code, value| {
        let Some(about) = info.files.get_mut(file as usize) else { return };
        let field = match code {
            COMMENT => return info.add_comment(Comment { file, on: CommentOn::Section, text: text(value) }),
            2 => &mut about.hardware,
            3 => &mut about.os,
            4 => &mut about.application,
            _ => return,
        };
        field.get_or_insert_with(|| text(value));
    });
    if !sound {
        notes.problem(ProblemKind::BadOption);
    }
    true
}

/// Reads a name resolution block; false if a record runs beyond it.
pub(super) fn names(order: Order, mut body: &[u8], notes: &mut Notes<'_>) -> bool {
    const END: u16 = 0;
    const IPV4: u16 = 1;
    const IPV6: u16 = 2;
    while let (Some(kind), Some(len)) = (order.u16(body, 0), order.u16(body, 2)) {
        if kind == END {
            break;
        }
        let len = usize::from(len);
        let Some(value) = body.get(4..4 + len) else { return false };
        let known = match kind {
            IPV4 => value.split_first_chunk::<4>().map(|(addr, rest)| (IpAddr::from(*addr), rest)),
            IPV6 => value.split_first_chunk::<16>().map(|(addr, rest)| (IpAddr::from(*addr), rest)),
            _ => None,
        };
        if let Some((addr, names)) = known {
            for name in names.split(|b| *b == 0).filter(|name| !name.is_empty()) {
                notes.info.add_name(addr, name);
            }
        }
        body = body.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
    }
    true
}

/// Reads a decryption secrets block; false if the secrets run beyond it (they are kept as far as they go).
pub(super) fn secrets(order: Order, body: &[u8], notes: &mut Notes<'_>) -> bool {
    let (Some(kind), Some(len)) = (order.u32(body, 0), order.u32(body, 4)) else { return false };
    let held = body.get(8..).unwrap_or_default();
    let data = held.get(..len as usize);
    notes.info.add_secret(kind, data.unwrap_or(held));
    data.is_some()
}
