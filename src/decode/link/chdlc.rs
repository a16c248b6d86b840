//! Cisco HDLC (RFC 1547 §4.3.1): address, control, EtherType.

use super::ethertype;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Cisco's serial line address resolution and keep-alive.
const SLARP: u16 = 0x8035;

/// A Cisco HDLC frame.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Chdlc) {
        return;
    }
    let Some((&[_, _, t0, t1], rest)) = span.header::<4>() else { return p.short("chdlc", span) };
    match u16::from_be_bytes([t0, t1]) {
        SLARP => drop(p.enter(Layer::OtherEther)),
        protocol => ethertype::decode(p, protocol, rest),
    }
}

/// One behind a byte of direction.
pub(super) fn with_direction<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    match span.skip(1) {
        Some(frame) => decode(p, frame),
        None => {
            p.enter(Layer::Chdlc);
            p.short("chdlc", span);
        }
    }
}
