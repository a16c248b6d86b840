//! VXLAN (RFC 7348 §5) and its generic protocol extension.

use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;
use crate::decode::{ip, link};

/// The flag that says that the network identifier is valid.
const VNI_VALID: u8 = 0x08;
/// The flag of the protocol extension that says that the next-protocol octet is valid.
const PROTOCOL_VALID: u8 = 0x04;

/// An Ethernet frame in VXLAN.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) -> bool {
    let Some((h, frame)) = span.header::<8>() else { return false };
    // The reserved flags are to be ignored; group policy uses one of them.
    let fits = h[0] & VNI_VALID != 0 && h[0] & PROTOCOL_VALID == 0 && h[7] == 0 && link::ethernet::plausible(frame);
    fits && enter(p, h) && {
        link::ethernet::decode(p, frame);
        true
    }
}

/// VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe §3.1): the header names what follows.
pub(super) fn decode_gpe<'a>(p: &mut Packet<'a>, span: Span<'a>) -> bool {
    let Some((h, inside)) = span.header::<8>() else { return false };
    if h[0] & VNI_VALID == 0 {
        return false;
    }
    let protocol = if h[0] & PROTOCOL_VALID == 0 { 3 } else { h[3] };
    match protocol {
        1 | 2 if ip::plausible(inside) && enter(p, h) => ip::decode(p, inside),
        3 if link::ethernet::plausible(inside) && enter(p, h) => link::ethernet::decode(p, inside),
        _ => return false,
    }
    true
}

/// Goes into the tunnel of the header's network identifier.
fn enter(p: &mut Packet<'_>, h: &[u8; 8]) -> bool {
    p.enter(Layer::Vxlan) && p.enter_tunnel(Layer::Vxlan, u32::from_be_bytes([0, h[4], h[5], h[6]]))
}
