//! What an IP packet carries, by protocol number.

use etherparse::IpAuthHeaderSlice;

use super::layer::Layer;
use super::packet::{Packet, Transport};
use super::span::Span;
use super::{icmp, ip, ipv6_ext, link, tcp, tunnel, udp};

/// Decodes the payload of the IP packet that `p` holds.
#[inline]
pub(super) fn decode<'a>(p: &mut Packet<'a>, protocol: u8, span: Span<'a>) {
    p.transport = Transport::Ip { protocol, len: span.wire };
    match protocol {
        6 => tcp::decode(p, span),
        17 => udp::decode(p, span),
        _ => other(p, protocol, span),
    }
}

/// Any other payload than TCP and UDP.
#[inline(never)]
fn other<'a>(p: &mut Packet<'a>, protocol: u8, span: Span<'a>) {
    match protocol {
        1 => icmp::decode(p, span, false),
        58 => icmp::decode(p, span, true),
        132 => sctp(p, span),
        // RFC 2003, RFC 4213, RFC 2473: IP in IP, either version in either.
        4 => ip::inside(p, Layer::Ipv4, 0, span),
        41 => ip::inside(p, Layer::Ipv6, 0, span),
        47 => tunnel::gre::decode(p, span),
        51 => authentication(p, span),
        97 => ether_ip(p, span),
        137 if p.enter_tunnel(Layer::Mpls, 0) => link::mpls::decode(p, span),
        ipv6_ext::NO_NEXT => {}
        _ => drop(p.enter(named(protocol))),
    }
}

/// The layer of a protocol that is known by name only.
fn named(protocol: u8) -> Layer {
    match protocol {
        2 => Layer::Igmp,
        50 => Layer::IpsecEsp,
        88 => Layer::Eigrp,
        89 => Layer::Ospf,
        103 => Layer::Pim,
        112 => Layer::Vrrp,
        _ => Layer::OtherIp,
    }
}

/// SCTP's common header (RFC 9260 §3.1), of which conversations need the ports.
fn sctp(p: &mut Packet<'_>, span: Span<'_>) {
    if !p.enter(Layer::Sctp) {
        return;
    }
    let Some((h, rest)) = span.header::<12>() else { return p.short("sctp", span) };
    let (src_port, dst_port) = (u16::from_be_bytes([h[0], h[1]]), u16::from_be_bytes([h[2], h[3]]));
    p.transport = Transport::Sctp { src_port, dst_port, len: rest.wire };
}

/// IPsec authentication header (RFC 4302 §2): the payload behind it is in clear.
fn authentication<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::IpsecAh) {
        return;
    }
    let Ok(header) = IpAuthHeaderSlice::from_slice(span.data) else { return p.short("ah", span) };
    let (next, len) = (header.next_header().0, header.slice().len());
    let Some(rest) = span.skip(len) else { return };
    let v6 = p.ip.is_some_and(|ip| !ip.src.is_v4());
    if let Some(ip) = &mut p.ip {
        ip.protocol = next;
        ip.header_len = ip.header_len.saturating_add(len as u16);
    }
    // RFC 4302 §3.1.1: destination options may follow it in IPv6.
    if v6 { ipv6_ext::decode(p, next, rest) } else { decode(p, next, rest) }
}

/// Ethernet in IP (RFC 3378 §3): a version nibble of 3 and twelve zero bits.
fn ether_ip<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::EtherIp) {
        return;
    }
    match span.header::<2>() {
        Some(([0x30, 0], frame)) if p.enter_tunnel(Layer::EtherIp, 0) => link::ethernet::decode(p, frame),
        Some(_) => p.fault("etherip", "version is not 3"),
        None => p.short("etherip", span),
    }
}
