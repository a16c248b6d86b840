//! Builds packets from the inside out.

use crate::decode::{Packet, decode};
use crate::source::{At, LinkType, Record, Timestamp};

pub const CLIENT: [u8; 4] = [10, 0, 0, 1];
pub const SERVER: [u8; 4] = [10, 0, 0, 2];

/// Joins parts.
pub fn cat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// The Internet checksum of bytes that hold none yet (RFC 1071 §1), as it goes on the wire.
pub fn checksum(bytes: &[u8]) -> [u8; 2] {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    (!(sum as u16)).to_be_bytes()
}

/// Decodes a whole frame of a link type.
pub fn frame(link: u16, data: &[u8]) -> Packet<'_> {
    cut_frame(link, data, data.len() as u32)
}

/// Decodes a frame that had `wire_len` bytes.
pub fn cut_frame(link: u16, data: &[u8], wire_len: u32) -> Packet<'_> {
    let at = At { frame: 1, ts: Timestamp(0) };
    decode(&Record { at, wire_len, link: LinkType(link), interface: 0, data })
}

/// The names of a packet's layers.
pub fn stack(packet: &Packet<'_>) -> String {
    packet.layers.iter().map(|layer| layer.name()).collect::<Vec<_>>().join(":")
}

/// An Ethernet frame.
pub fn ethernet(ethertype: u16, payload: &[u8]) -> Vec<u8> {
    cat(&[&[2, 0, 0, 0, 0, 2], &[2, 0, 0, 0, 0, 1], &ethertype.to_be_bytes(), payload])
}

/// An IPv4 packet from client to server.
pub fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ipv4_fragment(protocol, 0, false, payload)
}

/// An IPv4 fragment at a byte offset.
pub fn ipv4_fragment(protocol: u8, offset: u16, more: bool, payload: &[u8]) -> Vec<u8> {
    let fragment = (offset / 8) | if more { 0x2000 } else { 0 };
    let mut header = cat(&[
        &[0x45, 0],
        &(20 + payload.len() as u16).to_be_bytes(),
        &[0x12, 0x34],
        &fragment.to_be_bytes(),
        &[64, protocol, 0, 0],
        &CLIENT,
        &SERVER,
    ]);
    let sum = checksum(&header);
    header[10..12].copy_from_slice(&sum);
    cat(&[&header, payload])
}

/// An IPv6 packet from 2001:db8::1 to 2001:db8::2.
pub fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let address = |last| [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    let len = (payload.len() as u16).to_be_bytes();
    cat(&[&[0x60, 0, 0, 0], &len, &[next, 255], &address(1), &address(2), payload])
}

/// A TCP segment from port 40000 to 443 with sequence number 1000.
pub fn tcp(flags: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let offset = ((20 + options.len()) / 4 * 16) as u8;
    cat(&[&[0x9c, 0x40, 0x01, 0xbb, 0, 0, 3, 0xe8, 0, 0, 0, 7, offset, flags, 0x20, 0, 0, 0, 0, 0], options, payload])
}

/// A UDP datagram without checksum.
pub fn udp(src: u16, dst: u16, payload: &[u8]) -> Vec<u8> {
    cat(&[&src.to_be_bytes(), &dst.to_be_bytes(), &(8 + payload.len() as u16).to_be_bytes(), &[0, 0], payload])
}

/// An ICMP or ICMPv6 message.
pub fn icmp(kind: u8, code: u8, rest: u32, payload: &[u8]) -> Vec<u8> {
    cat(&[&[kind, code, 0, 0], &rest.to_be_bytes(), payload])
}

/// A plain Ethernet frame with IPv4, TCP and five bytes.
pub fn plain() -> Vec<u8> {
    ethernet(0x0800, &ipv4(6, &tcp(0x18, &[], b"hello")))
}
