//! Linux cooked captures: what a capture on all interfaces puts in place of the link header.

use super::{ethernet, ethertype, llc};
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// ARPHRD of netlink, whose protocol field is a netlink family.
const NETLINK: u16 = 824;

/// Version 1: packet type, ARPHRD, address length, address (8), protocol.
pub(super) fn sll<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::LinuxSll) {
        return;
    }
    let Some((h, rest)) = span.header::<16>() else { return p.short("sll", span) };
    inside(p, u16::from_be_bytes([h[2], h[3]]), u16::from_be_bytes([h[14], h[15]]), rest);
}

/// Version 2: protocol, reserved, interface (4), ARPHRD, packet type, address length, address (8).
pub(super) fn sll2<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::LinuxSll2) {
        return;
    }
    let Some((h, rest)) = span.header::<20>() else { return p.short("sll2", span) };
    inside(p, u16::from_be_bytes([h[8], h[9]]), u16::from_be_bytes([h[0], h[1]]), rest);
}

/// The protocol field is an EtherType, except for Linux's own small numbers.
fn inside<'a>(p: &mut Packet<'a>, hardware: u16, protocol: u16, span: Span<'a>) {
    match protocol {
        _ if hardware == NETLINK => drop(p.enter(Layer::OtherEther)),
        // ETH_P_802_3 is Novell's raw frame; ETH_P_802_2 has LLC.
        0x0004 => llc::decode(p, span),
        0..=ethernet::MAX_LENGTH => drop(p.enter(Layer::OtherEther)),
        _ => ethertype::decode(p, protocol, span),
    }
}
