//! Local networks before switched Ethernet: FDDI and Token Ring, both with LLC.

use super::llc;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// FDDI: frame control, destination, source.
pub(super) fn fddi<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Fddi) {
        return;
    }
    match span.header::<13>() {
        // Only asynchronous and synchronous LLC frames carry data.
        Some((h, rest)) if h[0] & 0x70 == 0x50 => llc::decode(p, rest),
        Some(_) => {}
        None => p.short("fddi", span),
    }
}

/// Token Ring (IEEE 802.5): access control, frame control, destination, source, routing where the source says so.
pub(super) fn token_ring<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::TokenRing) {
        return;
    }
    let Some((h, rest)) = span.header::<14>() else { return p.short("tr", span) };
    let routed = h[8] & 0x80 != 0;
    let routing = if routed { rest.byte(0).map_or(0, |first| usize::from(first & 0x1f)) } else { 0 };
    match rest.skip(routing) {
        Some(inside) if h[1] & 0xc0 == 0x40 => llc::decode(p, inside),
        Some(_) => {}
        None => p.short("tr", span),
    }
}
