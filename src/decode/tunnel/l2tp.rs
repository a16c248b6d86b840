//! L2TP version 2 data messages (RFC 2661 §3.1).

use crate::decode::layer::Layer;
use crate::decode::link;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// The PPP frame in a data message. Control messages stay datagrams.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) -> bool {
    let Some(frame) = data_message(span) else { return false };
    // Tunnel and session ids are chosen by each receiver, so they would tear the two directions apart.
    link::ppp::plausible(frame) && p.enter(Layer::L2tp) && p.enter_tunnel(Layer::L2tp, 0) && {
        link::ppp::decode(p, frame);
        true
    }
}

/// What follows the header: T is clear, the version is 2, and the L, S and O bits say which fields there are.
fn data_message(span: Span<'_>) -> Option<Span<'_>> {
    let flags = span.be16(0)?;
    let (control, length, sequence, offset) =
        (flags & 0x8000 != 0, flags & 0x4000 != 0, flags & 0x0800 != 0, flags & 0x0200 != 0);
    if control || flags & 0x000f != 2 || flags & 0x34f0 != 0 {
        return None;
    }
    let span = if length { span.limit(u32::from(span.be16(2)?)) } else { span };
    let after_ids = 2 + if length { 2 } else { 0 } + 4 + if sequence { 4 } else { 0 };
    let padding = if offset { 2 + usize::from(span.be16(after_ids)?) } else { 0 };
    span.skip(after_ids + padding)
}
