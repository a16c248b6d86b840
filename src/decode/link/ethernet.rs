//! Ethernet II and IEEE 802.3.

use super::{ethertype, llc};
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// The largest value that is a length rather than an EtherType (IEEE 802.3 §3.2.6).
pub(super) const MAX_LENGTH: u16 = 1500;

/// An Ethernet frame.
#[inline]
pub(in crate::decode) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Ethernet) {
        return;
    }
    let Some((h, rest)) = span.header::<14>() else { return p.short("eth", span) };
    let &[.., t0, t1] = h;
    p.vlan = 0;
    type_or_length(p, u16::from_be_bytes([t0, t1]), rest);
}

/// Continues with what a type-or-length field announces.
#[inline]
pub(super) fn type_or_length<'a>(p: &mut Packet<'a>, field: u16, span: Span<'a>) {
    match field {
        0x0800 => ip::v4(p, span),
        0..=MAX_LENGTH => llc::decode(p, span.limit(u32::from(field))),
        _ => ethertype::decode(p, field, span),
    }
}

/// Whether this looks like an Ethernet frame, for those who guess what is inside: a known EtherType, and behind it the
/// IP version that it announces; or a length, and behind it one of the usual kinds of LLC.
pub(in crate::decode) fn plausible(span: Span<'_>) -> bool {
    let (Some(field), Some(rest)) = (span.be16(12), span.skip(14)) else { return false };
    let version = rest.byte(0).map(|first| first >> 4);
    match field {
        0x0800 => version == Some(4),
        0x86dd => version == Some(6),
        0..=MAX_LENGTH => u32::from(field) <= rest.wire && llc::is_usual(rest),
        _ => ethertype::is_known(field),
    }
}
