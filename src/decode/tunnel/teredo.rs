//! Teredo (RFC 4380 §5.1.1): IPv6 in UDP, with up to two small headers before it.

use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// The IPv6 packet of a Teredo datagram.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) -> bool {
    let Some(inside) = skip_authentication(span).and_then(skip_origin) else { return false };
    let v6 = inside.byte(0).is_some_and(|first| first >> 4 == 6);
    // The packet must fill the datagram: port 3544 alone says little.
    let whole = inside.be16(4).is_some_and(|len| u32::from(len) + 40 == inside.wire);
    v6 && whole && p.enter(Layer::Teredo) && p.enter_tunnel(Layer::Teredo, 0) && {
        ip::v6(p, inside);
        true
    }
}

/// §5.1.1, figure 3: type 0x0001, client id and authentication value with their lengths, nonce, confirmation.
fn skip_authentication(span: Span<'_>) -> Option<Span<'_>> {
    match span.header::<4>() {
        Some(([0, 1, id_len, auth_len], rest)) => rest.skip(usize::from(*id_len) + usize::from(*auth_len) + 9),
        _ => Some(span),
    }
}

/// §5.1.1, figure 2: type 0x0000, obfuscated port and address.
fn skip_origin(span: Span<'_>) -> Option<Span<'_>> {
    match span.header::<2>() {
        Some(([0, 0], rest)) => rest.skip(6),
        _ => Some(span),
    }
}
