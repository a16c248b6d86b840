//! Link headers of the BSDs that name the protocol by an address family.

use super::ethertype;
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// The null link type: the family in the byte order of whoever captured. Both are tried: no family has a high half.
pub(super) fn null<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Null) {
        return;
    }
    let Some((h, rest)) = span.header::<4>() else { return p.short("null", span) };
    let (little, big) = (u32::from_le_bytes(*h), u32::from_be_bytes(*h));
    family(p, little.min(big), rest);
}

/// OpenBSD's loop link type: the same in network byte order.
pub(super) fn loopback<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Null) {
        return;
    }
    let Some((h, rest)) = span.header::<4>() else { return p.short("null", span) };
    family(p, u32::from_be_bytes(*h), rest);
}

/// OpenBSD's view of IPsec payloads: family, security parameters index and flags.
pub(super) fn enc<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::SmallLink) {
        return;
    }
    match span.skip(12) {
        Some(rest) => ip::decode(p, rest),
        None => p.short("link", span),
    }
}

/// OpenBSD's packet filter log: a header that begins with its own length, padded to four bytes.
pub(super) fn pflog<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Pflog) {
        return;
    }
    let Some(&[len, family_number]) = span.data.first_chunk() else { return p.short("pflog", span) };
    match span.skip(usize::from(len).next_multiple_of(4)) {
        Some(rest) => family(p, u32::from(family_number), rest),
        None => p.short("pflog", span),
    }
}

/// An address family: IPv6 has a number for each system. NetBSD and some others write an EtherType instead.
fn family<'a>(p: &mut Packet<'a>, family: u32, span: Span<'a>) {
    match family {
        2 => ip::v4(p, span),
        10 | 23 | 24 | 28 | 30 => ip::v6(p, span),
        0x0600..=0xffff => ethertype::decode(p, family as u16, span),
        _ => drop(p.enter(Layer::OtherEther)),
    }
}
