//! ARP for IPv4 over Ethernet (RFC 826), and its reverse (RFC 903).

use std::net::Ipv4Addr;

use super::layer::Layer;
use super::packet::{ArpView, Packet, Transport};
use super::span::Span;

/// Hardware type Ethernet, protocol type IPv4, address lengths 6 and 4.
const ETHERNET_IPV4: [u8; 6] = [0, 1, 0x08, 0, 6, 4];
/// The same over IEEE 802 networks.
const IEEE802_IPV4: [u8; 6] = [0, 6, 0x08, 0, 6, 4];

/// An ARP message; those for other networks and protocols are counted only.
pub(super) fn decode(p: &mut Packet<'_>, span: Span<'_>) {
    if !p.enter(Layer::Arp) {
        return;
    }
    let Some((&kind, _)) = span.header::<6>() else { return p.short("arp", span) };
    if kind != ETHERNET_IPV4 && kind != IEEE802_IPV4 {
        return;
    }
    let Some((h, _)) = span.header::<28>() else { return p.short("arp", span) };
    p.transport = Transport::Arp(ArpView {
        operation: u16::from_be_bytes([h[6], h[7]]),
        sender_mac: [h[8], h[9], h[10], h[11], h[12], h[13]],
        sender_ip: Ipv4Addr::new(h[14], h[15], h[16], h[17]),
        target_mac: [h[18], h[19], h[20], h[21], h[22], h[23]],
        target_ip: Ipv4Addr::new(h[24], h[25], h[26], h[27]),
    });
}
