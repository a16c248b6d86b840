//! Tags between the addresses and the EtherType of a frame.

use super::ethernet;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// The ids of two tags.
const TWO_IDS: u32 = 0x00ff_ffff;

/// An IEEE 802.1Q tag: priority, VLAN id and the type of what follows.
pub(super) fn vlan<'a>(p: &mut Packet<'a>, layer: Layer, span: Span<'a>) {
    if !p.enter(layer) {
        return;
    }
    let Some((&[c0, c1, t0, t1], rest)) = span.header::<4>() else { return p.short("vlan", span) };
    let id = u32::from(u16::from_be_bytes([c0, c1]) & 0x0fff);
    p.vlan = (p.vlan << 12 | id) & TWO_IDS;
    ethernet::type_or_length(p, u16::from_be_bytes([t0, t1]), rest);
}

/// A VN-Tag (IEEE 802.1BR): four bytes of interface ids, then the type of what follows.
pub(super) fn vn_tag<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::VnTag) {
        return;
    }
    let Some((h, rest)) = span.header::<6>() else { return p.short("vntag", span) };
    ethernet::type_or_length(p, u16::from_be_bytes([h[4], h[5]]), rest);
}

/// An IEEE 802.1ah service tag: four bytes, then a whole frame.
pub(super) fn mac_in_mac<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::MacInMac) {
        return;
    }
    match span.skip(4) {
        Some(frame) => ethernet::decode(p, frame),
        None => p.short("ieee8021ah", span),
    }
}
