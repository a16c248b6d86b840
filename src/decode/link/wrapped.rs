//! Capture headers that wrap a frame of another link type.

use super::decode;
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;
use crate::source::LinkType;

/// Type of the attribute that holds the packet.
const NFLOG_PAYLOAD: u16 = 9;

/// Per-packet information: version, flags, length and link type, little-endian.
pub(super) fn ppi<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Ppi) {
        return;
    }
    let Some((h, _)) = span.header::<8>() else { return p.short("ppi", span) };
    let len = usize::from(u16::from_le_bytes([h[2], h[3]]));
    wrapped(p, "ppi", span, len, u32::from_le_bytes([h[4], h[5], h[6], h[7]]));
}

/// Apple's process information: length, record type and link type, little-endian.
pub(super) fn pktap<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Pktap) {
        return;
    }
    let Some((h, _)) = span.header::<12>() else { return p.short("pktap", span) };
    let len = u32::from_le_bytes([h[0], h[1], h[2], h[3]]) as usize;
    wrapped(p, "pktap", span, len, u32::from_le_bytes([h[8], h[9], h[10], h[11]]));
}

/// The frame behind a header of `len` bytes.
fn wrapped<'a>(p: &mut Packet<'a>, layer: &'static str, span: Span<'a>, len: usize, link: u32) {
    let Some(frame) = span.skip(len) else { return p.short(layer, span) };
    match (u16::try_from(link), len) {
        (Ok(link), 8..) => decode(p, LinkType(link), frame),
        _ => p.fault(layer, "header length or link type cannot be right"),
    }
}

/// Linux's netfilter log: family, version, group, then attributes in the byte order of whoever captured.
pub(super) fn nflog<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Nflog) {
        return;
    }
    let Some((_, mut rest)) = span.header::<4>() else { return p.short("nflog", span) };
    let Some(&first) = rest.data.first_chunk::<2>() else { return p.short("nflog", span) };
    // Lengths are small, so the byte order is the one that makes the first the smaller.
    let little = u16::from_le_bytes(first) <= u16::from_be_bytes(first);
    let read = if little { u16::from_le_bytes } else { u16::from_be_bytes };
    while let Some((&[l0, l1, t0, t1], body)) = rest.header::<4>() {
        let (len, kind) = (usize::from(read([l0, l1])), read([t0, t1]) & 0x7fff);
        let Some(body_len) = len.checked_sub(4) else { return p.fault("nflog", "attribute length below 4 bytes") };
        if kind == NFLOG_PAYLOAD {
            return ip::decode(p, body.limit(body_len as u32));
        }
        let Some(next) = rest.skip(len.next_multiple_of(4)) else { return p.short("nflog", span) };
        rest = next;
    }
}
