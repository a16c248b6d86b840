//! Mirrored Ethernet frames in GRE (draft-foschiano-erspan §4).

use crate::decode::layer::Layer;
use crate::decode::link;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Type I: the frame follows the GRE header at once.
pub(super) fn type_1<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    enter(p, 0, span);
}

/// Type II: eight bytes, version 1.
pub(super) fn type_2<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    match span.header::<8>() {
        Some((h, frame)) if h[0] >> 4 == 1 => enter(p, session(h[2], h[3]), frame),
        Some(_) => p.fault("erspan", "version is not 1"),
        None => p.short("erspan", span),
    }
}

/// Type III: twelve bytes, version 2, and eight more when the last bit of them says so.
pub(super) fn type_3<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    match span.header::<12>() {
        Some((h, frame)) if h[0] >> 4 == 2 => {
            let Some(frame) = frame.skip(if h[11] & 1 == 0 { 0 } else { 8 }) else { return p.short("erspan", span) };
            enter(p, session(h[2], h[3]), frame);
        }
        Some(_) => p.fault("erspan", "version is not 2"),
        None => p.short("erspan", span),
    }
}

/// The ten bits of the session id.
fn session(high: u8, low: u8) -> u32 {
    u32::from(u16::from_be_bytes([high & 3, low]))
}

/// Goes into the mirrored frame.
fn enter<'a>(p: &mut Packet<'a>, id: u32, frame: Span<'a>) {
    if p.enter(Layer::Erspan) && p.enter_tunnel(Layer::Erspan, id) {
        link::ethernet::decode(p, frame);
    }
}
