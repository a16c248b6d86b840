//! PPP (RFC 1661) in its several framings.

use super::{chdlc, mpls, pppoe};
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// A frame of the PPP link types. Cisco HDLC goes under the same types on serial lines (RFC 1547 §4.3.1).
pub(super) fn link<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    match span.header::<2>() {
        Some(([0x0f | 0x8f, 0], _)) => chdlc::decode(p, span),
        _ => decode(p, span),
    }
}

/// A PPP frame behind a direction: of one byte, or pppd's two bytes in place of address and control.
pub(super) fn with_direction<'a>(p: &mut Packet<'a>, span: Span<'a>, len: usize) {
    match span.skip(len) {
        Some(frame) => link(p, frame),
        None => {
            p.enter(Layer::Ppp);
            p.short("ppp", span);
        }
    }
}

/// NetBSD's PPP over Ethernet link type: a PPPoE session header at once.
pub(super) fn ether<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    pppoe::session(p, span);
}

/// A PPP frame, with or without address and control (RFC 1662 §3.1) and with its protocol in two bytes or one.
pub(in crate::decode) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Ppp) {
        return;
    }
    let Some((protocol, inside)) = header(span) else { return p.short("ppp", span) };
    match protocol {
        0x0021 => ip::v4(p, inside),
        0x0057 => ip::v6(p, inside),
        0x0281 | 0x0283 => mpls::decode(p, inside),
        _ => drop(p.enter(Layer::OtherEther)),
    }
}

/// Whether this looks like a PPP frame, for those who guess what is inside: IP, or a control protocol.
pub(in crate::decode) fn plausible(span: Span<'_>) -> bool {
    match header(span) {
        Some((0x0021 | 0x0057, inside)) => ip::plausible(inside),
        Some((protocol, _)) => matches!(protocol, 0x8021 | 0x8057 | 0x80fd | 0xc021 | 0xc023 | 0xc025 | 0xc223),
        None => false,
    }
}

/// The protocol number and what it covers.
fn header(span: Span<'_>) -> Option<(u16, Span<'_>)> {
    let span = match span.header::<2>() {
        Some(([0xff, 0x03], rest)) => rest,
        _ => span,
    };
    // RFC 1661 §2: the last byte of a protocol number is odd, so an odd first byte is a compressed number.
    match span.byte(0)? {
        first if first & 1 == 1 => Some((u16::from(first), span.skip(1)?)),
        _ => Some((span.be16(0)?, span.skip(2)?)),
    }
}
