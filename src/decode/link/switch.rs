//! Tags between a switch chip and its processor, as captured on the port between them (Linux: `drivers/net/dsa`): behind
//! the addresses of the frame, or in front of all of it.

use super::ethernet;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Bytes of a Marvell or Broadcom tag.
const TAG: usize = 4;
/// Bytes of an EtherType and two reserved ones in front of a Marvell tag.
const ETHER_TYPED: usize = 4;
/// In the first byte of a Marvell tag: the frame is of the VLAN whose id the tag holds.
const TAGGED: u8 = 0x20;

/// A frame with a Marvell tag, which stands for the tag of a VLAN too.
pub(super) fn marvell<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    behind_addresses(p, Layer::Dsa, 0, span);
}

/// The same with an EtherType of its own.
pub(super) fn marvell_ether_typed<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    behind_addresses(p, Layer::Dsa, ETHER_TYPED, span);
}

/// A frame with a Broadcom tag.
pub(super) fn broadcom<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    behind_addresses(p, Layer::BroadcomTag, 0, span);
}

/// A whole frame behind a Broadcom tag.
pub(super) fn broadcom_in_front<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::BroadcomTag) {
        return;
    }
    match span.skip(TAG) {
        Some(frame) => ethernet::decode(p, frame),
        None => p.short("brcm-tag", span),
    }
}

fn behind_addresses<'a>(p: &mut Packet<'a>, layer: Layer, before: usize, span: Span<'a>) {
    if !p.enter(Layer::Ethernet) || !p.enter(layer) {
        return;
    }
    let Some((_addresses, rest)) = span.header::<12>() else { return p.short("eth", span) };
    p.vlan = 0;
    let tag = rest.skip(before).and_then(Span::header::<{ TAG + 2 }>);
    let Some((&[mode, _, v0, v1, t0, t1], payload)) = tag else { return p.short(layer.name(), span) };
    if layer == Layer::Dsa && mode & TAGGED != 0 {
        p.vlan = u32::from(u16::from_be_bytes([v0, v1]) & 0x0fff);
    }
    ethernet::type_or_length(p, u16::from_be_bytes([t0, t1]), payload);
}
