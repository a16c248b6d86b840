//! The Internet checksum (RFC 1071) of headers and transports.

use etherparse::checksum::Sum16BitWords;

use super::packet::{IcmpView, IpView, Packet, Transport, UdpView};
use super::tcp::TcpView;

/// Whether the checksum of the TCP, UDP or ICMP inside is right.
///
/// `None` where that cannot be told: the packet is cut or a fragment, UDP sent no checksum, or options may have changed
/// the destination that the checksum covers.
#[must_use]
pub fn checksum_ok(packet: &Packet<'_>) -> Option<bool> {
    let ip = packet.ip.as_ref()?;
    let sum = match &packet.transport {
        Transport::Tcp(tcp) => tcp_sum(ip, tcp)?,
        Transport::Udp(udp) => udp_sum(ip, udp)?,
        Transport::Icmp(icmp) => icmp_sum(ip, icmp)?,
        _ => return None,
    };
    let right = sum.ones_complement() == 0;
    // RFC 8200 §8.1, RFC 791: a routing header or source route names the final destination elsewhere.
    if right || !ip.options { Some(right) } else { None }
}

/// Whether an IPv4 header, whose length is a multiple of four and whose checksum is not zero, adds up.
#[inline]
pub(super) fn header_ok(header: &[u8]) -> bool {
    // RFC 1071 §1, §2: the sum may be made of wider words, in either byte order; in ones' complement arithmetic it is 0, as
    // a multiple of 2¹⁶ - 1.
    let mut sum = 0_u64;
    for word in header.as_chunks().0 {
        sum += u64::from(u32::from_ne_bytes(*word));
    }
    sum.is_multiple_of(0xffff)
}

/// Pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1) for `len` bytes of transport.
fn pseudo_header(ip: &IpView, protocol: u8, len: u32) -> Sum16BitWords {
    let mut sum = Sum16BitWords::new();
    for address in [ip.src, ip.dst] {
        sum = match address.ip() {
            std::net::IpAddr::V4(v4) => sum.add_4bytes(v4.octets()),
            std::net::IpAddr::V6(v6) => sum.add_16bytes(v6.octets()),
        };
    }
    sum.add_2bytes([0, protocol]).add_4bytes(len.to_be_bytes())
}

/// Header fields, options and payload of a segment that was captured whole.
fn tcp_sum(ip: &IpView, tcp: &TcpView<'_>) -> Option<Sum16BitWords> {
    if tcp.options_cut() || tcp.payload.len() != tcp.len as usize {
        return None;
    }
    let offset_and_flags = u16::from(tcp.header_len) << 10 | tcp.flags.0;
    Some(
        pseudo_header(ip, 6, u32::from(tcp.header_len) + tcp.len)
            .add_2bytes(tcp.src_port.to_be_bytes())
            .add_2bytes(tcp.dst_port.to_be_bytes())
            .add_4bytes(tcp.seq.0.to_be_bytes())
            .add_4bytes(tcp.ack.0.to_be_bytes())
            .add_2bytes(offset_and_flags.to_be_bytes())
            .add_2bytes(tcp.window.to_be_bytes())
            .add_2bytes(tcp.checksum.to_be_bytes())
            .add_2bytes(tcp.urgent.to_be_bytes())
            .add_slice(tcp.options)
            .add_slice(tcp.payload),
    )
}

/// A datagram that was captured whole and has a checksum.
fn udp_sum(ip: &IpView, udp: &UdpView<'_>) -> Option<Sum16BitWords> {
    if udp.checksum == 0 || udp.payload.len() != udp.len as usize {
        return None;
    }
    let len = udp.len + 8;
    Some(
        pseudo_header(ip, 17, len)
            .add_2bytes(udp.src_port.to_be_bytes())
            .add_2bytes(udp.dst_port.to_be_bytes())
            // The length field of a jumbogram is 0 (RFC 2675 §4).
            .add_2bytes(u16::try_from(len).unwrap_or(0).to_be_bytes())
            .add_2bytes(udp.checksum.to_be_bytes())
            .add_slice(udp.payload),
    )
}

/// A message that was captured whole. Only ICMPv6 covers a pseudo-header (RFC 4443 §2.3).
fn icmp_sum(ip: &IpView, icmp: &IcmpView<'_>) -> Option<Sum16BitWords> {
    if icmp.payload.len() != icmp.len as usize {
        return None;
    }
    let sum = if icmp.v6 { pseudo_header(ip, 58, icmp.len + 8) } else { Sum16BitWords::new() };
    Some(
        sum.add_2bytes([icmp.kind, icmp.code])
            .add_2bytes(icmp.checksum.to_be_bytes())
            .add_4bytes(icmp.rest.to_be_bytes())
            .add_slice(icmp.payload),
    )
}
