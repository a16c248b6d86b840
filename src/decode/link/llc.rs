//! IEEE 802.2 logical link control, and SNAP (RFC 1042) behind it.

use super::{ethernet, ethertype};
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Service access points and control byte of SNAP in an unnumbered information frame.
const SNAP: [u8; 3] = [0xaa, 0xaa, 0x03];

/// The same of the spanning tree protocol.
const STP: [u8; 3] = [0x42, 0x42, 0x03];
/// The same of ISO network protocols, IS-IS first of all.
const ISO: [u8; 3] = [0xfe, 0xfe, 0x03];

/// Whether this begins with the LLC header of something often seen, for those who guess what is inside.
pub(super) fn is_usual(span: Span<'_>) -> bool {
    matches!(span.header::<3>(), Some((&(SNAP | STP | ISO), _)))
}

/// An LLC frame.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    // Novell's raw 802.3 has no LLC: IPX begins with its unused checksum.
    if span.be16(0) == Some(0xffff) {
        p.enter(Layer::OtherEther);
        return;
    }
    if !p.enter(Layer::Llc) {
        return;
    }
    let Some((&header, rest)) = span.header::<3>() else { return p.short("llc", span) };
    match header {
        SNAP => snap(p, rest),
        [0x06, 0x06, 0x03] => ip::decode(p, rest),
        STP => drop(p.enter(Layer::Stp)),
        _ => drop(p.enter(Layer::OtherEther)),
    }
}

/// The organization and its protocol number.
pub(super) fn snap<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    let Some((&[o0, o1, o2, t0, t1], rest)) = span.header::<5>() else { return p.short("llc", span) };
    let protocol = u16::from_be_bytes([t0, t1]);
    match ([o0, o1, o2], protocol) {
        // RFC 1042; 00-00-f8 is bridge-tunnel encapsulation (IEEE 802.1H).
        ([0, 0, 0 | 0xf8], _) => ethertype::decode(p, protocol, rest),
        // RFC 2684 §5.2: bridged Ethernet, with and without its frame check sequence, behind two bytes of padding.
        ([0x00, 0x80, 0xc2], 1 | 7) => match rest.skip(2) {
            Some(frame) => ethernet::decode(p, frame),
            None => p.short("llc", rest),
        },
        _ => drop(p.enter(Layer::OtherEther)),
    }
}
