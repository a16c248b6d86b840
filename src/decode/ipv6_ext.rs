//! IPv6 extension headers (RFC 8200 §4) up to the transport or to a fragment.

use etherparse::{Ipv6FragmentHeaderSlice, Ipv6RawExtHeaderSlice};

use super::layer::Layer;
use super::packet::{FragmentView, Packet, Transport};
use super::payload;
use super::span::Span;

/// Next-header value of a packet that ends with its last header (RFC 8200 §4.7).
pub(super) const NO_NEXT: u8 = 59;
/// Next-header value of the fragment header.
const FRAGMENT: u8 = 44;
/// More extension headers than this are an attack or noise; what lies behind them is not decoded.
const MAX_HEADERS: usize = 16;

/// Which layer a next-header value is, when it is an extension header of the usual form: next header, length in units
/// of 8 bytes, body.
fn extension(next: u8) -> Option<Layer> {
    Some(match next {
        0 => Layer::HopByHop,
        43 => Layer::Routing,
        60 => Layer::DestOptions,
        135 => Layer::Mobility,
        139 => Layer::Hip,
        140 => Layer::Shim6,
        _ => return None,
    })
}

/// Walks the chain that begins with `next` and decodes what it leads to.
pub(super) fn decode<'a>(p: &mut Packet<'a>, mut next: u8, mut span: Span<'a>) {
    for _ in 0..MAX_HEADERS {
        if next == FRAGMENT {
            let Some((after, rest)) = fragment(p, span) else { return };
            (next, span) = (after, rest);
        } else if let Some(layer) = extension(next) {
            let Ok(header) = Ipv6RawExtHeaderSlice::from_slice(span.data) else { return p.short(layer.name(), span) };
            let Some(rest) = span.skip(header.slice().len()) else { return };
            if !p.enter(layer) {
                return;
            }
            note(p, header.next_header().0, header.slice().len(), true);
            (next, span) = (header.next_header().0, rest);
        } else {
            return payload::decode(p, next, span);
        }
    }
    p.fault("ipv6", "more extension headers than are followed");
}

/// A fragment header (RFC 8200 §4.5): the chain goes on only behind one that does not split anything (RFC 6946).
fn fragment<'a>(p: &mut Packet<'a>, span: Span<'a>) -> Option<(u8, Span<'a>)> {
    let header = Ipv6FragmentHeaderSlice::from_slice(span.data).map_err(|_| p.short("ipv6.fraghdr", span)).ok()?;
    let rest = span.skip(header.slice().len())?;
    if !p.enter(Layer::Fragment) {
        return None;
    }
    note(p, header.next_header().0, header.slice().len(), false);
    let (offset, more) = (u32::from(header.fragment_offset().byte_offset()), header.more_fragments());
    let split = header.is_fragmenting_payload();
    if let Some(ip) = &mut p.ip {
        ip.id = header.identification();
        ip.fragment = split.then_some(FragmentView { offset, more, len: rest.wire });
    }
    if split {
        p.transport = Transport::Fragment(rest.data);
        return None;
    }
    Some((header.next_header().0, rest))
}

/// Counts an extension header of `len` bytes, followed by `next`, in the IP view.
fn note(p: &mut Packet<'_>, next: u8, len: usize, option: bool) {
    if let Some(ip) = &mut p.ip {
        ip.protocol = next;
        ip.header_len = ip.header_len.saturating_add(len as u16);
        ip.options |= option;
    }
}
