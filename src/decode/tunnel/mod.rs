//! Tunnels: what is inside them is decoded as a packet of its own, and remembers which tunnel it came through.
//!
//! A tunnel over UDP is only ever a guess by port, so its own header and the beginning of what it carries must fit, or
//! the datagram stays an ordinary one.

mod erspan;
mod geneve;
pub(super) mod gre;
mod gtp;
mod l2tp;
mod teredo;
mod vxlan;

use super::packet::Packet;
use super::span::Span;

/// Whether a tunnel uses one of these ports.
#[inline]
pub(super) fn has_port(src_port: u16, dst_port: u16) -> bool {
    matches!(dst_port, 4789 | 8472 | 4790 | 6081 | 4754 | 2152 | 3544 | 1701) || matches!(src_port, 2152 | 3544 | 1701)
}

/// Looks into a datagram that may be a tunnel's; true when it was, and `p` holds what is inside.
#[inline]
pub(super) fn decode_udp<'a>(p: &mut Packet<'a>, src_port: u16, dst_port: u16, span: Span<'a>) -> bool {
    match (src_port, dst_port) {
        // 8472 is Linux's port from before the assignment.
        (_, 4789 | 8472) => vxlan::decode(p, span),
        (_, 4790) => vxlan::decode_gpe(p, span),
        (_, 6081) => geneve::decode(p, span),
        // RFC 8086.
        (_, 4754) => gre::in_udp(p, span),
        (2152, _) | (_, 2152) => gtp::decode(p, span),
        (3544, _) | (_, 3544) => teredo::decode(p, span),
        (1701, _) | (_, 1701) => l2tp::decode(p, span),
        _ => false,
    }
}
