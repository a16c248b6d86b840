//! Geneve (RFC 8926 §3.4).

use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;
use crate::decode::{ip, link};

/// EtherType of an Ethernet frame inside.
const ETHERNET: u16 = 0x6558;

/// What a Geneve header's protocol type names: an Ethernet frame or an IP packet.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) -> bool {
    let Some((h, rest)) = span.header::<8>() else { return false };
    let version = h[0] >> 6;
    let Some(inside) = rest.skip(usize::from(h[0] & 0x3f) * 4) else { return false };
    if version != 0 || h[1] & 0x3f != 0 || h[7] != 0 {
        return false;
    }
    let vni = u32::from_be_bytes([0, h[4], h[5], h[6]]);
    match u16::from_be_bytes([h[2], h[3]]) {
        ETHERNET if link::ethernet::plausible(inside) && enter(p, vni) => link::ethernet::decode(p, inside),
        0x0800 | 0x86dd if ip::plausible(inside) && enter(p, vni) => ip::decode(p, inside),
        _ => return false,
    }
    true
}

/// Goes into the tunnel.
fn enter(p: &mut Packet<'_>, vni: u32) -> bool {
    p.enter(Layer::Geneve) && p.enter_tunnel(Layer::Geneve, vni)
}
