//! GRE: version 0 with checksum, key and sequence number (RFC 2784, RFC 2890, RFC 7637) and version 1 for PPTP (RFC 2637).

use super::erspan;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;
use crate::decode::{ip, link};

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
/// An acknowledgment number is present (version 1).
const ACKNOWLEDGMENT: u16 = 0x0080;
/// Network ids below this one are reserved in NVGRE (RFC 7637 §3.2), so such a key is an ordinary one.
const FIRST_NVGRE_ID: u32 = 0x1000;

/// What a GRE header says of what follows.
struct Header<'a> {
    protocol: u16,
    key: Option<u32>,
    sequence: bool,
    inside: Span<'a>,
}

/// GRE over IP: the layers inside, or the outer packet alone where they cannot be read.
pub(in crate::decode) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Gre) {
        return;
    }
    let Some(flags) = span.be16(0) else { return p.short("gre", span) };
    if flags & 7 > 1 {
        return p.fault("gre", "version is neither 0 nor 1");
    }
    if flags & ROUTING != 0 {
        return p.fault("gre", "source routing is not followed");
    }
    let Some(header) = header(span) else { return p.short("gre", span) };
    inside(p, &header);
}

/// GRE in UDP (RFC 8086 §3): only version 0, and only where the packet inside fits.
pub(super) fn in_udp<'a>(p: &mut Packet<'a>, span: Span<'a>) -> bool {
    // Reserved bits and the version are zero.
    let Some(header) = header(span).filter(|_| span.be16(0).is_some_and(|flags| flags & 0x4fff == 0)) else {
        return false;
    };
    let fits = match header.protocol {
        0x0800 | 0x86dd => ip::plausible(header.inside),
        0x6558 => link::ethernet::plausible(header.inside),
        _ => false,
    };
    fits && p.enter(Layer::Gre) && {
        inside(p, &header);
        true
    }
}

/// Reads the header; `None` when it was not captured whole.
fn header(span: Span<'_>) -> Option<Header<'_>> {
    let (h, mut rest) = span.header::<4>()?;
    let flags = u16::from_be_bytes([h[0], h[1]]);
    if flags & CHECKSUM != 0 {
        rest = rest.skip(4)?;
    }
    let mut key = None;
    if flags & KEY != 0 {
        let (k, after) = rest.header::<4>()?;
        (key, rest) = (Some(u32::from_be_bytes(*k)), after);
    }
    if flags & SEQUENCE != 0 {
        rest = rest.skip(4)?;
    }
    if flags & 7 == 1 {
        // RFC 2637 §4.1: half of the key is the call id, which differs by direction.
        key = None;
        if flags & ACKNOWLEDGMENT != 0 {
            rest = rest.skip(4)?;
        }
    }
    Some(Header { protocol: u16::from_be_bytes([h[2], h[3]]), key, sequence: flags & SEQUENCE != 0, inside: rest })
}

/// Decodes what the protocol type names.
fn inside<'a>(p: &mut Packet<'a>, header: &Header<'a>) {
    let (id, span) = (header.key.unwrap_or(0), header.inside);
    match header.protocol {
        // RFC 2637 §4.1: a bare acknowledgment carries nothing; neither does a keep-alive's reply.
        _ if span.wire == 0 => {}
        0x0800 | 0x86dd => ip::inside(p, Layer::Gre, id, span),
        0x88be if header.sequence => erspan::type_2(p, span),
        0x88be => erspan::type_1(p, span),
        0x22eb => erspan::type_3(p, span),
        0x880b if p.enter_tunnel(Layer::Gre, id) => link::ppp::decode(p, span),
        0x6558 if p.enter_tunnel(Layer::Gre, network(id)) => link::ethernet::decode(p, span),
        // Cisco's cache redirection: version 2 puts four bytes in front of the packet.
        0x883e if ip::plausible(span) => ip::inside(p, Layer::Gre, id, span),
        0x883e => match span.skip(4) {
            Some(rest) => ip::inside(p, Layer::Gre, id, rest),
            None => p.short("gre", span),
        },
        0 => {}
        other if p.enter_tunnel(Layer::Gre, id) => link::ethertype::decode(p, other, span),
        _ => {}
    }
}

/// The tunnel's id: for NVGRE (RFC 7637 §3.2) the network without the flow id, which differs within it.
fn network(key: u32) -> u32 {
    if key >> 8 >= FIRST_NVGRE_ID { key >> 8 } else { key }
}
