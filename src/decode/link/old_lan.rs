//! Local networks before switched Ethernet: FDDI and Token Ring, both with LLC, and ARCNET.

use super::llc;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;
use crate::decode::{arp, ip};

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

/// ARCNET (RFC 1201): source, destination, protocol, then a split flag and a sequence number. The older RFC 1051 has
/// neither. Split packets are not joined.
pub(super) fn arcnet<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Arcnet) {
        return;
    }
    let Some((&[_, _, protocol], rest)) = span.header::<3>() else { return p.short("arcnet", span) };
    let (split, whole) = (rest.byte(0).is_some_and(|flag| flag != 0), rest.skip(3));
    match (protocol, whole) {
        (0xf0, _) => ip::v4(p, rest),
        (0xf1, _) => arp::decode(p, rest),
        (0xd4, Some(inside)) if !split => ip::v4(p, inside),
        (0xc4, Some(inside)) if !split => ip::v6(p, inside),
        (0xd5, Some(inside)) if !split => arp::decode(p, inside),
        _ => drop(p.enter(Layer::OtherEther)),
    }
}
