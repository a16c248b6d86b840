//! IEEE 802.11 data frames in clear; others are counted only.

use super::llc;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// Bytes of a header with three addresses.
const HEADER: usize = 24;

/// A frame that begins with its frame control field.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    decode_padded(p, span, false);
}

/// The same where the capture may have padded the header to four bytes.
pub(super) fn decode_padded<'a>(p: &mut Packet<'a>, span: Span<'a>, padded: bool) {
    if !p.enter(Layer::Wlan) {
        return;
    }
    let Some((&[control, flags], _)) = span.header::<2>() else { return p.short("wlan", span) };
    // §9.2.4.1.3: version 0, type 2 is data; the third bit of its subtype says that there is no body.
    let (data, empty, qos) = (control & 0x0f == 0x08, control & 0x40 != 0, control & 0x80 != 0);
    let protected = flags & 0x40 != 0;
    if !data || empty || protected {
        return;
    }
    let four_addresses = flags & 0x03 == 0x03;
    let high_throughput = qos && flags & 0x80 != 0;
    let mut len = HEADER + if four_addresses { 6 } else { 0 };
    // §9.2.4.5: several subframes in one body are not taken apart.
    let aggregated = qos && span.byte(len).is_some_and(|first| first & 0x80 != 0);
    len += if qos { 2 } else { 0 } + if high_throughput { 4 } else { 0 };
    if padded {
        len = len.next_multiple_of(4);
    }
    match span.skip(len) {
        Some(_) if aggregated => drop(p.enter(Layer::OtherEther)),
        Some(body) => llc::decode(p, body),
        None => p.short("wlan", span),
    }
}
