//! ICMP (RFC 792) and ICMPv6 (RFC 4443). What an error quotes is read on demand, see [`IcmpView::quoted`].

use super::layer::Layer;
use super::packet::{IcmpView, Packet, Quoted, Transport};
use super::quoted;
use super::span::Span;

impl IcmpView<'_> {
    /// For an error: the start of the packet that it quotes.
    #[must_use]
    pub fn quoted(&self) -> Option<Quoted> {
        if is_error(self.v6, self.kind) { quoted::read(self.payload) } else { None }
    }
}

/// A message.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>, v6: bool) {
    let layer = if v6 { Layer::Icmpv6 } else { Layer::Icmp };
    if !p.enter(layer) {
        return;
    }
    let Some((h, rest)) = span.header::<8>() else { return p.short(layer.name(), span) };
    p.transport = Transport::Icmp(IcmpView {
        v6,
        kind: h[0],
        code: h[1],
        rest: u32::from_be_bytes([h[4], h[5], h[6], h[7]]),
        checksum: u16::from_be_bytes([h[2], h[3]]),
        len: rest.wire,
        payload: rest.data,
    });
}

/// Whether a type quotes the packet that caused it.
fn is_error(v6: bool, kind: u8) -> bool {
    match (v6, kind) {
        // RFC 4443 §2.1: the highest bit tells information from errors; 1 to 4 are assigned.
        (true, 1..=4) => true,
        // Destination unreachable, source quench, redirect, time exceeded, parameter problem.
        (false, 3 | 4 | 5 | 11 | 12) => true,
        _ => false,
    }
}
