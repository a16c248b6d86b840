//! IPv4 and IPv6 headers: lengths checked against the frame, trailing padding cut off, fragments kept apart.

use etherparse::Ipv6HeaderSlice;

use super::addr::Addr;
use super::layer::Layer;
use super::packet::{FragmentView, IpView, Packet, Transport};
use super::span::Span;
use super::{checksum, ipv6_ext, payload};

/// Bytes of an IPv4 header without options.
pub(super) const V4_HEADER: u32 = 20;
/// Bytes of the fixed IPv6 header.
const V6_HEADER: u32 = 40;

/// An IP packet of either version, by its first nibble.
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    match span.byte(0).map(|first| first >> 4) {
        Some(4) => v4(p, span),
        Some(6) => v6(p, span),
        Some(_) => p.fault("ip", "neither version 4 nor 6"),
        None => p.short("ip", span),
    }
}

/// An IP packet inside a tunnel of the current one; what is no IP header leaves the outer packet as it is. For IP in IP
/// the tunnel's kind is the version that the outer protocol number announces.
pub(super) fn inside<'a>(p: &mut Packet<'a>, kind: Layer, id: u32, span: Span<'a>) {
    let version = span.byte(0).map(|first| first >> 4);
    let announced = match kind {
        Layer::Ipv4 => version == Some(4),
        Layer::Ipv6 => version == Some(6),
        _ => matches!(version, Some(4 | 6)),
    };
    let header = if version == Some(4) { V4_HEADER } else { V6_HEADER };
    if version.is_none() || announced && span.data.len() < header as usize {
        p.short(kind.name(), span);
    } else if !announced {
        p.fault(kind.name(), "no IP packet inside");
    } else if p.enter_tunnel(kind, id) {
        decode(p, span);
    }
}

/// Whether this looks like a whole IP packet, for those who guess what is inside: version and lengths fit.
pub(super) fn plausible(span: Span<'_>) -> bool {
    match span.byte(0) {
        Some(first) if first >> 4 == 4 => {
            let header = u32::from(first & 15) * 4;
            span.be16(2).is_some_and(|total| header >= V4_HEADER && (header..=span.wire).contains(&u32::from(total)))
        }
        Some(first) if first >> 4 == 6 => span.be16(4).is_some_and(|len| V6_HEADER + u32::from(len) <= span.wire),
        _ => false,
    }
}

/// An IPv4 packet (RFC 791 §3.1).
pub(super) fn v4<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Ipv4) {
        return;
    }
    let Some((fixed, header)) = v4_header(span.data) else { return bad_v4_header(p, span) };
    let Some(total_len) = v4_total_len(p, u16::from_be_bytes([fixed[2], fixed[3]]), header.len() as u32, span) else {
        return;
    };
    let Some(inside) = span.limit(total_len).skip(header.len()) else { return p.short("ip", span) };
    let flags = u16::from_be_bytes([fixed[6], fixed[7]]);
    // In units of eight bytes.
    let (offset, more) = (u32::from(flags & 0x1fff) * 8, flags & 0x2000 != 0);
    let fragment = (more || offset > 0).then_some(FragmentView { offset, more, len: inside.wire });
    p.ip_offset = span.at;
    // Most headers have no options: the sum of a known number of words needs no loop.
    let plain = header.len() == fixed.len();
    let ip = if plain { IpView::v4(fixed, fixed, total_len) } else { IpView::v4(fixed, header, total_len) };
    let protocol = ip.protocol;
    p.ip = Some(IpView { fragment, ..ip });
    if fragment.is_some() {
        p.enter(Layer::Fragment);
        p.transport = Transport::Fragment(inside.data);
    } else {
        payload::decode(p, protocol, inside);
    }
}

impl IpView {
    /// What an IPv4 header says, given its fixed part and all of it, and how long the packet is; of fragments, nothing.
    #[inline(always)]
    pub(super) fn v4(fixed: &[u8; V4_HEADER as usize], header: &[u8], total_len: u32) -> IpView {
        let &[_, tos, _, _, i0, i1, f0, _, ttl, protocol, c0, c1, s0, s1, s2, s3, d0, d1, d2, d3] = fixed;
        IpView {
            src: [s0, s1, s2, s3].into(),
            dst: [d0, d1, d2, d3].into(),
            ttl,
            tos,
            id: u32::from(u16::from_be_bytes([i0, i1])),
            df: f0 & 0x40 != 0,
            total_len,
            header_len: header.len() as u16,
            protocol,
            // Both are asked at once, as there mostly is a checksum.
            bad_checksum: ([c0, c1] != [0, 0]) & !checksum::header_ok(header),
            options: header.len() > fixed.len(),
            fragment: None,
        }
    }
}

/// The fixed part of an IPv4 header, and all of it; `None` where it is not whole, or none.
#[inline]
fn v4_header(data: &[u8]) -> Option<(&[u8; V4_HEADER as usize], &[u8])> {
    let fixed = data.first_chunk::<{ V4_HEADER as usize }>()?;
    // RFC 791 §3.1: version 4, and the header's length in units of four bytes, five at least.
    let [0x45..=0x4f, ..] = fixed else { return None };
    Some((fixed, data.get(..usize::from(fixed[0] & 15) * 4)?))
}

/// The packet's length: by its field, or by the frame where the field cannot be right.
fn v4_total_len(p: &mut Packet<'_>, field: u16, header_len: u32, span: Span<'_>) -> Option<u32> {
    match u32::from(field) {
        0 => Some(span.wire),
        total if total < header_len => {
            p.fault("ip", "total length shorter than the header");
            None
        }
        total if total > span.wire => {
            p.fault("ip", "total length beyond the end of the frame");
            Some(span.wire)
        }
        total => Some(total),
    }
}

/// Says what is wrong with an IPv4 header that could not be read.
fn bad_v4_header(p: &mut Packet<'_>, span: Span<'_>) {
    match span.byte(0) {
        Some(first) if first >> 4 != 4 => p.fault("ip", "version is not 4"),
        Some(first) if first & 15 < 5 => p.fault("ip", "header length below 20 bytes"),
        _ => p.short("ip", span),
    }
}

/// An IPv6 packet (RFC 8200 §3).
pub(super) fn v6<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Ipv6) {
        return;
    }
    let Ok(header) = Ipv6HeaderSlice::from_slice(span.data) else {
        return match span.byte(0) {
            Some(first) if first >> 4 != 6 => p.fault("ipv6", "version is not 6"),
            _ => p.short("ipv6", span),
        };
    };
    let total_len = match header.payload_length() {
        // RFC 2675 §3: a jumbogram; or segmentation offload. Without next header, an empty packet.
        0 if header.next_header().0 != ipv6_ext::NO_NEXT => span.wire,
        len if V6_HEADER + u32::from(len) > span.wire => {
            p.fault("ipv6", "payload length beyond the end of the frame");
            span.wire
        }
        len => V6_HEADER + u32::from(len),
    };
    let Some(inside) = span.limit(total_len).skip(V6_HEADER as usize) else { return p.short("ipv6", span) };
    p.ip_offset = span.at;
    p.ip = Some(IpView {
        src: Addr::from(header.source()),
        dst: Addr::from(header.destination()),
        ttl: header.hop_limit(),
        tos: header.traffic_class(),
        id: 0,
        df: true,
        total_len,
        header_len: V6_HEADER as u16,
        protocol: header.next_header().0,
        bad_checksum: false,
        options: false,
        fragment: None,
    });
    ipv6_ext::decode(p, header.next_header().0, inside);
}
