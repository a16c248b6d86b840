//! PPP over Ethernet (RFC 2516).

use super::ppp;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// The discovery stage, which carries tags only.
pub(super) fn discovery(p: &mut Packet<'_>) {
    p.enter(Layer::PppoeDiscovery);
}

/// The session stage (§4): version, type, code, session id and length, then PPP.
pub(super) fn session<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Pppoe) {
        return;
    }
    let Some((h, rest)) = span.header::<6>() else { return p.short("pppoes", span) };
    if h[0] != 0x11 {
        return p.fault("pppoes", "version or type is not 1");
    }
    let len = u32::from(u16::from_be_bytes([h[4], h[5]]));
    if len > rest.wire {
        p.fault("pppoes", "length beyond the end of the frame");
    }
    ppp::decode(p, rest.limit(len));
}
