//! Frame Relay: multiprotocol encapsulation (RFC 2427) and Cisco's own.

use super::{ethertype, llc};
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Unnumbered information, in front of a network layer protocol id.
const UI: u8 = 0x03;

/// A Frame Relay frame.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::FrameRelay) {
        return;
    }
    // Q.922 §3.2: the address ends with the byte whose lowest bit is set: two bytes, three or four.
    let Some(address) = span.data.iter().take(4).position(|byte| byte & 1 == 1) else { return p.short("fr", span) };
    let Some(rest) = span.skip(address + 1) else { return };
    if rest.byte(0) != Some(UI) {
        return match rest.header::<2>() {
            Some((&[t0, t1], inside)) => ethertype::decode(p, u16::from_be_bytes([t0, t1]), inside),
            None => p.short("fr", span),
        };
    }
    // RFC 2427 §3: padding before the protocol id is zero.
    let id_at = if rest.byte(1) == Some(0) { 2 } else { 1 };
    let (Some(id), Some(inside)) = (rest.byte(id_at), rest.skip(id_at + 1)) else { return p.short("fr", span) };
    match id {
        0xcc => ip::v4(p, inside),
        0x8e => ip::v6(p, inside),
        0x80 => llc::snap(p, inside),
        _ => drop(p.enter(Layer::OtherEther)),
    }
}

/// One behind a byte of direction.
pub(super) fn with_direction<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    match span.skip(1) {
        Some(frame) => decode(p, frame),
        None => {
            p.enter(Layer::FrameRelay);
            p.short("fr", span);
        }
    }
}
