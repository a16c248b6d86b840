//! IEEE 802.1AE: what is integrity-protected only can be read.

use etherparse::MacsecHeaderSlice;

use super::ethernet;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Bytes of the integrity check value at the end.
const ICV: u32 = 16;

/// A frame behind a security tag.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::MacSec) {
        return;
    }
    let Ok(header) = MacsecHeaderSlice::from_slice(span.data) else { return p.short("macsec", span) };
    let Some(rest) = span.skip(header.header_len()) else { return };
    let Some(ethertype) = header.next_ether_type() else { return };
    let inside = match header.expected_payload_len() {
        Some(len) => rest.limit(len as u32),
        None => rest.limit(rest.wire.saturating_sub(ICV)),
    };
    ethernet::type_or_length(p, ethertype.0, inside);
}
