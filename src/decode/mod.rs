//! Bytes to views: what a packet says, as far as it can be read.
//!
//! Decoding never fails, never allocates and never panics: what could not be read is a [`Fault`] beside the layers
//! that could. It keeps no state; fragments and streams are joined in `track`, which hands reassembled packets back to
//! [`decode_ip_payload`].

mod addr;
mod arp;
mod checksum;
pub mod dns;
mod icmp;
mod ip;
mod ipv6_ext;
mod layer;
mod layers;
mod link;
mod names;
mod neighbour;
mod packet;
mod payload;
mod plain;
pub mod quic;
mod quoted;
mod span;
pub mod tcp;
mod tcp_options;
pub mod tls;
mod tunnel;
mod udp;

pub use addr::Addr;
pub use checksum::checksum_ok;
pub use layer::Layer;
pub use layers::{Layers, MAX_LAYERS};
pub use names::{IcmpName, ip_protocol_name};
pub use neighbour::{Neighbour, NeighbourKind, neighbour};
pub use packet::*;

use arrayvec::ArrayVec;

use crate::source::Record;
use span::{MAX_FRAME, Span};

/// Decodes a captured frame as far as it goes.
#[must_use]
pub fn decode<'a>(record: &Record<'a>) -> Packet<'a> {
    let span = Span::new(record.data, record.wire_len);
    let mut packet = begin(record, span);
    link::decode(&mut packet, record.link, span);
    packet
}

/// The same, for packets that are kept together: decoded where it will stay, as moving it costs as much as decoding. One
/// that there is no room for is left out.
#[inline]
pub fn decode_onto<'a, const N: usize>(record: &Record<'a>, packets: &mut ArrayVec<Packet<'a>, N>) {
    if !plain::decode_onto(record, packets) {
        any_onto(*record, packets);
    }
}

/// The same for a packet that [the straight way](plain) is not for.
#[inline(never)]
fn any_onto<'a, const N: usize>(record: Record<'a>, packets: &mut ArrayVec<Packet<'a>, N>) {
    let span = Span::new(record.data, record.wire_len);
    if packets.try_push(begin(&record, span)).is_ok()
        && let Some(packet) = packets.last_mut()
    {
        link::decode(packet, record.link, span);
    }
}

/// A packet that begins with a record, of whose frame nothing is known yet.
#[inline]
fn begin<'a>(record: &Record<'_>, span: Span<'_>) -> Packet<'a> {
    let over = Fault { layer: "frame", reason: "length on the wire beyond what any link carries" };
    Packet {
        fault: (record.wire_len > MAX_FRAME).then_some(over),
        ..Packet::empty(record.at, span.wire, span.data.len() as u32)
    }
}

/// Decodes the payload of a reassembled IP packet. Everything in front of it is that of `fragment`, the packet that
/// completed it, whose lengths on the wire stay those of that one frame; `protocol` is that of the first fragment, which
/// counts in IPv6 (RFC 8200 §4.5).
#[must_use]
pub fn decode_ip_payload<'a>(fragment: &Packet<'_>, protocol: u8, payload: &'a [u8]) -> Packet<'a> {
    let mut span = Span::new(payload, 0);
    span.at = fragment.ip_offset + fragment.ip.map_or(0, |ip| u32::from(ip.header_len));
    let mut packet = Packet::empty(fragment.at, fragment.wire_len, fragment.cap_len);
    packet.cut = false;
    packet.layers = fragment.layers;
    packet.vlan = fragment.vlan;
    packet.tunnel = fragment.tunnel;
    packet.outer_ip = fragment.outer_ip;
    packet.ip_offset = fragment.ip_offset;
    packet.ip = fragment.ip.map(|ip| IpView {
        fragment: None,
        protocol,
        total_len: u32::from(ip.header_len) + span.wire,
        ..ip
    });
    if fragment.ip.is_some_and(|ip| !ip.src.is_v4()) {
        ipv6_ext::decode(&mut packet, protocol, span);
    } else {
        payload::decode(&mut packet, protocol, span);
    }
    packet
}

/// The ports in a first fragment (source, destination): enough to tell whose it is before the rest arrives.
#[must_use]
pub fn fragment_ports(packet: &Packet<'_>) -> Option<(u16, u16)> {
    let Transport::Fragment(payload) = packet.transport else { return None };
    let ip = packet.ip?;
    // TCP, UDP and SCTP begin with both ports.
    if ip.fragment?.offset != 0 || !matches!(ip.protocol, 6 | 17 | 132) {
        return None;
    }
    let &[s0, s1, d0, d1] = payload.first_chunk()?;
    Some((u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1])))
}

#[cfg(test)]
mod tests;
