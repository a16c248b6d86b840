//! Link layers.

use super::build::*;
use crate::decode::{Fault, Layer, Transport};

/// IPv4 with a UDP datagram: a payload for every link layer.
fn inside() -> Vec<u8> {
    ipv4(17, &udp(5000, 53, b"query"))
}

#[track_caller]
fn reaches_udp(link: u16, data: &[u8], layers: &str) {
    let packet = frame(link, data);
    assert_eq!(stack(&packet), layers);
    assert_eq!(packet.fault, None);
    let Transport::Udp(udp) = packet.transport else { panic!("{:?}", packet.transport) };
    assert_eq!((udp.src_port, udp.dst_port, udp.payload), (5000, 53, &b"query"[..]));
}

#[test]
fn padding_behind_an_ip_packet_is_cut_off() {
    let data = cat(&[&ethernet(0x0800, &inside()), &[0; 30]]);
    reaches_udp(1, &data, "eth:ip:udp");
    let packet = frame(1, &data);
    assert_eq!((packet.ip_offset, packet.vlan), (14, 0));
}

#[test]
fn any_number_of_vlan_tags_is_followed_and_the_two_innermost_are_kept() {
    let one = ethernet(0x8100, &cat(&[&[0x60, 5, 8, 0], &inside()]));
    reaches_udp(1, &one, "eth:vlan:ip:udp");
    assert_eq!(frame(1, &one).vlan, 5);
    let three = cat(&[&[0, 7, 0x81, 0, 0x20, 3, 0x81, 0, 0, 4, 8, 0], &inside()[..]]);
    reaches_udp(1, &ethernet(0x88a8, &three), "eth:ieee8021ad:vlan:vlan:ip:udp");
    assert_eq!(frame(1, &ethernet(0x88a8, &three)).vlan, 3 << 12 | 4);
}

#[test]
fn other_tags_are_skipped() {
    let tagged = cat(&[&[0, 0, 0, 0, 8, 0], &inside()[..]]);
    reaches_udp(1, &ethernet(0x8926, &tagged), "eth:vntag:ip:udp");
    let nested = cat(&[&[0, 0, 0, 9], &ethernet(0x0800, &inside())[..]]);
    reaches_udp(1, &ethernet(0x88e7, &nested), "eth:ieee8021ah:eth:ip:udp");
}

#[test]
fn macsec_without_encryption_is_read_and_with_it_is_not() {
    let clear = cat(&[&[0, 0, 0, 0, 0, 1, 8, 0], &inside()[..], &[0xcc; 16]]);
    reaches_udp(1, &ethernet(0x88e5, &clear), "eth:macsec:ip:udp");
    let encrypted = cat(&[&[0x0c, 0, 0, 0, 0, 1], &inside()[..], &[0xcc; 16]]);
    let packet = ethernet(0x88e5, &encrypted);
    assert_eq!((stack(&frame(1, &packet)).as_str(), frame(1, &packet).fault), ("eth:macsec", None));
}

#[test]
fn length_field_leads_to_llc_and_snap() {
    let snap = cat(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &inside()[..]]);
    reaches_udp(1, &ethernet(snap.len() as u16, &cat(&[&snap, &[0; 4]])), "eth:llc:ip:udp");
    let spanning_tree = ethernet(3, &[0x42, 0x42, 3]);
    assert_eq!(stack(&frame(1, &spanning_tree)), "eth:llc:stp");
}

#[test]
fn mpls_payload_is_told_by_its_first_nibble() {
    let labels = [0, 1, 0, 64, 0, 2, 1, 64];
    reaches_udp(1, &ethernet(0x8847, &cat(&[&labels, &inside()[..]])), "eth:mpls:ip:udp");
    let wire = cat(&[&labels, &[0, 0, 0, 9], &ethernet(0x0800, &inside())[..]]);
    reaches_udp(1, &ethernet(0x8847, &wire), "eth:mpls:pweth:eth:ip:udp");
    let unknown = ethernet(0x8847, &cat(&[&labels, &[0x10; 40]]));
    assert_eq!((stack(&frame(1, &unknown)).as_str(), frame(1, &unknown).fault), ("eth:mpls", None));
}

#[test]
fn pppoe_session_carries_ppp_and_discovery_nothing() {
    let session = cat(&[&[0x11, 0, 0, 1], &(inside().len() as u16 + 2).to_be_bytes(), &[0, 0x21], &inside()]);
    reaches_udp(1, &ethernet(0x8864, &session), "eth:pppoes:ppp:ip:udp");
    reaches_udp(51, &session, "pppoes:ppp:ip:udp");
    assert_eq!(stack(&frame(1, &ethernet(0x8863, &[0x11, 9, 0, 0, 0, 0]))), "eth:pppoed");
}

#[test]
fn ppp_framings() {
    let ip = inside();
    reaches_udp(9, &cat(&[&[0, 0x21], &ip]), "ppp:ip:udp");
    reaches_udp(9, &cat(&[&[0x21], &ip]), "ppp:ip:udp");
    reaches_udp(50, &cat(&[&[0xff, 3, 0, 0x21], &ip]), "ppp:ip:udp");
    reaches_udp(166, &cat(&[&[1, 0, 0, 0x21], &ip]), "ppp:ip:udp");
    reaches_udp(204, &cat(&[&[0, 0xff, 3, 0, 0x21], &ip]), "ppp:ip:udp");
    reaches_udp(9, &cat(&[&[0x0f, 0, 8, 0], &ip]), "chdlc:ip:udp");
    reaches_udp(104, &cat(&[&[0x8f, 0, 8, 0], &ip]), "chdlc:ip:udp");
    reaches_udp(205, &cat(&[&[1, 0x0f, 0, 8, 0], &ip]), "chdlc:ip:udp");
    assert_eq!(stack(&frame(104, &[0x8f, 0, 0x80, 0x35, 0, 0, 0, 2])), "chdlc:other");
}

#[test]
fn frame_relay_in_both_encapsulations() {
    reaches_udp(107, &cat(&[&[0x18, 0x41, 3, 0xcc], &inside()]), "fr:ip:udp");
    reaches_udp(107, &cat(&[&[0x18, 0x41, 8, 0], &inside()]), "fr:ip:udp");
    reaches_udp(206, &cat(&[&[0, 0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0], &inside()]), "fr:ip:udp");
}

#[test]
fn what_juniper_puts_in_front_of_each_medium() {
    let plain = b"MGC\x01";
    reaches_udp(178, &cat(&[plain, &ethernet(0x0800, &inside())]), "juniper:eth:ip:udp");
    let extended = b"MGC\x80\0\x06\x03\x01\x06\x01\x0e\0";
    reaches_udp(178, &cat(&[extended, &ethernet(0x0800, &inside())]), "juniper:eth:ip:udp");
    reaches_udp(178, &cat(&[b"MGC\x02\0\0\0\x02", &inside()]), "juniper:ip:udp");
    reaches_udp(179, &cat(&[plain, &[0xff, 3, 0, 0x21], &inside()]), "juniper:ppp:ip:udp");
    reaches_udp(180, &cat(&[plain, &[0x18, 0x41, 3, 0xcc], &inside()]), "juniper:fr:ip:udp");
    reaches_udp(181, &cat(&[plain, &[0x0f, 0, 8, 0], &inside()]), "juniper:chdlc:ip:udp");
    let fault = |data: &[u8]| frame(178, data).fault.map(|fault| fault.reason);
    assert_eq!(fault(&cat(&[b"MGD\x01", &inside()])), Some("no magic number"));
    assert_eq!(fault(b"MGC\x80\0\x06\x03"), Some("packet ends inside the header"));
}

#[test]
fn tags_of_switch_chips() {
    let addresses = &ethernet(0, &[])[..12];
    let behind = |tag: &[u8]| cat(&[addresses, tag, &[8, 0], &inside()]);
    let (forward, tagged) = ([0xc0, 8, 0, 7], [0xe0, 8, 0x61, 7]);
    reaches_udp(284, &behind(&forward), "eth:dsa:ip:udp");
    reaches_udp(284, &behind(&tagged), "eth:dsa:ip:udp");
    assert_eq!((frame(284, &behind(&forward)).vlan, frame(284, &behind(&tagged)).vlan), (0, 0x107));
    reaches_udp(285, &behind(&[0xda, 0xda, 0, 0, 0xe0, 8, 0, 9]), "eth:dsa:ip:udp");
    assert_eq!(frame(285, &behind(&[0xda, 0xda, 0, 0, 0xe0, 8, 0, 9])).vlan, 9);
    let broadcom = [0x2c, 0, 0, 0x80];
    reaches_udp(281, &behind(&broadcom), "eth:brcm-tag:ip:udp");
    reaches_udp(282, &cat(&[&broadcom, &ethernet(0x0800, &inside())]), "brcm-tag:eth:ip:udp");
    assert_eq!(frame(284, &behind(&forward)[..15]).fault.map(|fault| fault.layer), Some("dsa"));
}

#[test]
fn cooked_captures() {
    let sll = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0];
    reaches_udp(113, &cat(&[&sll, &inside()]), "sll:ip:udp");
    let sll2 = [8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
    reaches_udp(276, &cat(&[&sll2, &inside()]), "sll2:ip:udp");
    let tagged = cat(&[&sll[..14], &[0x81, 0, 0, 9, 8, 0], &inside()]);
    reaches_udp(113, &tagged, "sll:vlan:ip:udp");
}

#[test]
fn raw_ip_under_each_of_its_numbers() {
    for link in [12, 14, 101, 228] {
        reaches_udp(link, &inside(), "raw:ip:udp");
    }
    let v6 = ipv6(17, &udp(5000, 53, b"query"));
    reaches_udp(229, &v6, "raw:ipv6:udp");
    assert_eq!(frame(101, &[0x95; 40]).fault, Some(Fault { layer: "ip", reason: "neither version 4 nor 6" }));
}

#[test]
fn null_family_in_either_byte_order() {
    reaches_udp(0, &cat(&[&[2, 0, 0, 0], &inside()]), "null:ip:udp");
    reaches_udp(0, &cat(&[&[0, 0, 0, 2], &inside()]), "null:ip:udp");
    let v6 = ipv6(17, &udp(5000, 53, b"query"));
    for family in [10, 23, 24, 28, 30] {
        reaches_udp(0, &cat(&[&[family, 0, 0, 0], &v6]), "null:ipv6:udp");
        reaches_udp(108, &cat(&[&[0, 0, 0, family], &v6]), "null:ipv6:udp");
    }
}

#[test]
fn packet_filter_headers() {
    reaches_udp(109, &cat(&[&[0; 12], &inside()]), "link:ip:udp");
    let pflog = cat(&[&[61, 2], &[0; 62]]);
    reaches_udp(117, &cat(&[&pflog, &inside()]), "pflog:ip:udp");
    let nflog = |len: [u8; 2], kind: [u8; 2]| cat(&[&[2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 0, 1], &len, &kind, &inside()]);
    let len = (inside().len() as u16 + 4).to_le_bytes();
    reaches_udp(239, &nflog(len, [9, 0]), "nflog:ip:udp");
    let big = cat(&[&[2, 0, 0, 0], &(inside().len() as u16 + 4).to_be_bytes(), &[0, 9], &inside()]);
    reaches_udp(239, &big, "nflog:ip:udp");
}

#[test]
fn capture_headers_name_the_link_type_inside() {
    reaches_udp(192, &cat(&[&[0, 0, 8, 0, 1, 0, 0, 0], &plain_udp()]), "ppi:eth:ip:udp");
    let pktap = cat(&[&[12, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], &plain_udp()]);
    reaches_udp(258, &pktap, "pktap:eth:ip:udp");
}

fn plain_udp() -> Vec<u8> {
    ethernet(0x0800, &inside())
}

#[test]
fn wireless_data_frames_in_clear() {
    let snap = cat(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &inside()]);
    let data = cat(&[&[0x08, 0x01], &[0; 22], &snap]);
    reaches_udp(105, &data, "wlan:llc:ip:udp");
    let qos_four_addresses = cat(&[&[0x88, 0x03], &[0; 28], &[0, 0], &snap]);
    reaches_udp(105, &qos_four_addresses, "wlan:llc:ip:udp");
    // Flags: frame check sequence at the end, header padded to four bytes.
    let radiotap = [0, 0, 9, 0, 2, 0, 0, 0, 0x30];
    let padded = cat(&[&[0x88, 0x01], &[0; 22], &[0, 0], &[0, 0], &snap]);
    reaches_udp(127, &cat(&[&radiotap, &padded, &[1, 2, 3, 4]]), "radiotap:wlan:llc:ip:udp");
    let protected = cat(&[&[0x08, 0x41], &[0; 22], &snap]);
    assert_eq!(stack(&frame(105, &protected)), "wlan");
    let beacon = cat(&[&[0x80, 0], &[0; 40]]);
    assert_eq!(stack(&frame(105, &beacon)), "wlan");
}

#[test]
fn old_and_small_link_types() {
    let snap = cat(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &inside()]);
    reaches_udp(10, &cat(&[&[0x57], &[0; 12], &snap]), "fddi:llc:ip:udp");
    reaches_udp(6, &cat(&[&[0x10, 0x40], &[0; 6], &[0x80], &[0; 5], &[2, 0], &snap]), "tr:llc:ip:udp");
    reaches_udp(7, &cat(&[&[1, 2, 0xd4, 0, 0, 1], &inside()]), "arcnet:ip:udp");
    reaches_udp(7, &cat(&[&[1, 2, 0xf0], &inside()]), "arcnet:ip:udp");
    reaches_udp(8, &cat(&[&[0; 16], &inside()]), "link:ip:udp");
    reaches_udp(100, &snap, "link:llc:ip:udp");
    reaches_udp(138, &cat(&[&[0; 16], &[8, 0], &inside()]), "link:ip:udp");
    reaches_udp(242, &cat(&[&[0; 40], &[8, 0, 0, 0], &inside()]), "ipoib:ip:udp");
}

#[test]
fn unknown_link_types_are_named() {
    let packet = frame(230, &[1, 2, 3]);
    assert_eq!(*packet.layers, [Layer::OtherLink]);
    let named = Fault { layer: "link type not decoded", reason: "IEEE802_15_4_NOFCS" };
    assert_eq!(packet.fault, Some(named));
    assert_eq!(frame(60_000, &[]).fault.expect("a fault").reason, "a number without a name");
}

#[test]
fn arp_between_ipv4_hosts() {
    let message = cat(&[&[0, 1, 8, 0, 6, 4, 0, 2], &[2, 0, 0, 0, 0, 1], &CLIENT, &[2, 0, 0, 0, 0, 2], &SERVER]);
    let data = ethernet(0x0806, &message);
    let packet = frame(1, &data);
    let Transport::Arp(arp) = packet.transport else { panic!("{:?}", packet.transport) };
    assert_eq!((arp.operation, arp.sender_mac, arp.sender_ip.octets()), (2, [2, 0, 0, 0, 0, 1], CLIENT));
    assert_eq!((arp.target_mac, arp.target_ip.octets()), ([2, 0, 0, 0, 0, 2], SERVER));
    let other_hardware = ethernet(0x0806, &[0, 32, 8, 0, 20, 4, 0, 1]);
    assert!(matches!(frame(1, &other_hardware).transport, Transport::None));
}
