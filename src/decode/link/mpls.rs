//! MPLS label stack (RFC 3032), whose payload has to be guessed (RFC 4928).

use super::ethernet;
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// A deeper label stack is not followed.
const MAX_LABELS: usize = 32;

/// A label stack and what it carries.
pub(in crate::decode) fn decode<'a>(p: &mut Packet<'a>, mut span: Span<'a>) {
    if !p.enter(Layer::Mpls) {
        return;
    }
    for _ in 0..MAX_LABELS {
        let Some((&[_, _, third, _], rest)) = span.header::<4>() else { return p.short("mpls", span) };
        span = rest;
        // RFC 3032 §2.1: the S bit marks the last entry.
        if third & 1 == 1 {
            return inside(p, span);
        }
    }
    p.fault("mpls", "more labels than are followed");
}

/// IP by its first nibble where its lengths fit; else an Ethernet pseudowire (RFC 4448), with or without control word.
/// What is neither stays unknown, unless its first nibble says that it should have been IP.
fn inside<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    let first = span.byte(0).map(|first| first >> 4);
    let behind_control_word = if first == Some(0) { span.skip(4) } else { None };
    if ip::plausible(span) {
        ip::decode(p, span);
    } else if let Some(frame) = behind_control_word.filter(|frame| ethernet::plausible(*frame)) {
        pseudowire(p, frame);
    } else if ethernet::plausible(span) {
        pseudowire(p, span);
    } else if matches!(first, Some(4 | 6)) {
        ip::decode(p, span);
    }
}

/// The frame in a pseudowire.
fn pseudowire<'a>(p: &mut Packet<'a>, frame: Span<'a>) {
    if p.enter(Layer::Pseudowire) {
        ethernet::decode(p, frame);
    }
}
