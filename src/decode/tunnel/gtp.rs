//! GTP version 1, user plane (3GPP TS 29.281 §5).

use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Message type of a user packet.
const G_PDU: u8 = 255;
/// Extension headers in a row beyond which this is no GTP.
const MAX_EXTENSIONS: usize = 8;

/// The IP packet in a G-PDU. Other messages stay datagrams.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) -> bool {
    let Some((h, rest)) = span.header::<8>() else { return false };
    let (version, gtp, flags) = (h[0] >> 5, h[0] & 0x10 != 0, h[0] & 0x07);
    let len = u32::from(u16::from_be_bytes([h[2], h[3]]));
    if version != 1 || !gtp || len > rest.wire {
        return false;
    }
    if h[1] != G_PDU {
        return false;
    }
    let Some(inside) = skip_optional(rest.limit(len), flags) else { return false };
    // The TEID is chosen by each receiver, so it would tear the two directions apart.
    ip::plausible(inside) && p.enter(Layer::Gtp) && p.enter_tunnel(Layer::Gtp, 0) && {
        ip::decode(p, inside);
        true
    }
}

/// Skips sequence number, N-PDU number and extension headers: present together when any flag is set (§5.1).
fn skip_optional(span: Span<'_>, flags: u8) -> Option<Span<'_>> {
    if flags == 0 {
        return Some(span);
    }
    let (optional, mut rest) = span.header::<4>()?;
    let mut next = if flags & 0x04 == 0 { 0 } else { optional[3] };
    for _ in 0..MAX_EXTENSIONS {
        if next == 0 {
            return Some(rest);
        }
        // §5.2.1: length in units of 4 bytes, the next type in the last byte.
        let len = usize::from(rest.byte(0)?) * 4;
        next = rest.byte(len.checked_sub(1)?)?;
        rest = rest.skip(len)?;
    }
    None
}
