//! IP headers, lengths and fragments.

use super::build::*;
use crate::decode::{Packet, Transport, decode_ip_payload, fragment_ports};

#[track_caller]
fn tcp_len(packet: &Packet<'_>) -> (u32, usize) {
    let Transport::Tcp(tcp) = &packet.transport else { panic!("{:?}", packet.transport) };
    (tcp.len, tcp.payload.len())
}

#[test]
fn ipv4_header_fields() {
    let mut data = plain();
    data[15] = 0xba;
    data[20] = 0x40;
    let packet = frame(1, &data);
    let ip = packet.ip.expect("IP");
    assert_eq!((ip.src, ip.dst), (CLIENT.into(), SERVER.into()));
    assert_eq!((ip.ttl, ip.tos, ip.ecn(), ip.id), (64, 0xba, 2, 0x1234));
    assert_eq!((ip.total_len, ip.header_len, ip.protocol, ip.df), (45, 20, 6, true));
    assert!(ip.bad_checksum && !ip.options && ip.fragment.is_none());
}

#[test]
fn header_checksum_is_judged_unless_it_is_zero() {
    assert!(!frame(1, &plain()).ip.expect("IP").bad_checksum);
    let mut wrong = plain();
    wrong[24] ^= 1;
    assert!(frame(1, &wrong).ip.expect("IP").bad_checksum);
    wrong[24..26].fill(0);
    assert!(!frame(1, &wrong).ip.expect("IP").bad_checksum);
}

#[test]
fn length_zero_of_segmentation_offload_means_the_frame() {
    let mut data = plain();
    data[16..18].fill(0);
    let packet = frame(1, &data);
    assert_eq!((tcp_len(&packet), packet.ip.expect("IP").total_len, packet.fault), ((5, 5), 45, None));
    let mut v6 = ethernet(0x86dd, &ipv6(6, &tcp(0x18, &[], b"hello")));
    v6[18..20].fill(0);
    assert_eq!(tcp_len(&frame(1, &v6)), (5, 5));
}

#[test]
fn a_cut_frame_keeps_the_length_on_the_wire() {
    let data = plain();
    let packet = cut_frame(1, &data[..56], data.len() as u32);
    assert_eq!((tcp_len(&packet), packet.cut, packet.fault), ((5, 2), true, None));
}

#[test]
fn a_length_beyond_the_frame_is_limited_and_noted() {
    let mut data = plain();
    data[17] = 200;
    let packet = frame(1, &data);
    assert_eq!((tcp_len(&packet), packet.ip.expect("IP").total_len), ((5, 5), 45));
    assert_eq!(packet.fault.expect("a fault").reason, "total length beyond the end of the frame");
    let mut v6 = ethernet(0x86dd, &ipv6(6, &tcp(0x18, &[], b"hello")));
    v6[19] += 1;
    assert_eq!(tcp_len(&frame(1, &v6)), (5, 5));
    assert_eq!(frame(1, &v6).fault.expect("a fault").reason, "payload length beyond the end of the frame");
}

#[test]
fn impossible_headers_are_faults() {
    let reason = |edit: &dyn Fn(&mut Vec<u8>)| {
        let mut data = plain();
        edit(&mut data);
        let packet = frame(1, &data);
        (packet.fault.expect("a fault").reason, packet.ip.is_some())
    };
    assert_eq!(reason(&|data| data[14] = 0x43), ("header length below 20 bytes", false));
    assert_eq!(reason(&|data| data[14] = 0x65), ("version is not 4", false));
    assert_eq!(reason(&|data| data[17] = 19), ("total length shorter than the header", false));
    assert_eq!(reason(&|data| data.truncate(30)), ("packet ends inside the header", false));
    let whole = plain();
    let cut = cut_frame(1, &whole[..30], 59);
    assert_eq!(cut.fault.expect("a fault").reason, "header cut by the snapshot length");
}

#[test]
fn ipv4_options_are_skipped() {
    let mut packet = ipv4(6, &cat(&[&[0x94, 4, 0, 0], &tcp(2, &[], &[])]));
    packet[0] = 0x46;
    let packet = ethernet(0x0800, &packet);
    let packet = frame(1, &packet);
    assert_eq!(tcp_len(&packet), (0, 0));
    assert_eq!((packet.ip.expect("IP").header_len, packet.ip.expect("IP").options), (24, true));
}

#[test]
fn every_ipv6_extension_header_is_followed() {
    let chain = cat(&[
        &[60, 0, 1, 4, 0, 0, 0, 0],            // hop-by-hop
        &[43, 0, 1, 4, 0, 0, 0, 0],            // destination options
        &[135, 0, 0, 0, 0, 0, 0, 0],           // routing
        &[139, 0, 0, 0, 0, 0, 0, 0],           // mobility
        &[140, 0, 0, 0, 0, 0, 0, 0],           // host identity
        &[44, 0, 0, 0, 0, 0, 0, 0],            // shim6
        &[51, 0, 0, 0, 0, 0, 0, 9],            // fragment that splits nothing
        &[6, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], // authentication
        &tcp(0x18, &[], b"hello"),
    ]);
    let data = ethernet(0x86dd, &ipv6(0, &chain));
    let packet = frame(1, &data);
    let layers = "eth:ipv6:ipv6.hopopts:ipv6.dstopts:ipv6.routing:mipv6:hip:shim6:fragment:ah:tcp";
    assert_eq!(stack(&packet), layers);
    assert_eq!(tcp_len(&packet), (5, 5));
    let ip = packet.ip.expect("IP");
    assert_eq!((ip.protocol, ip.header_len, ip.id, ip.options), (6, 40 + 7 * 8 + 12, 9, true));
    assert!(ip.fragment.is_none());
}

#[test]
fn endless_extension_headers_end() {
    let chain = [60, 0, 1, 4, 0, 0, 0, 0].repeat(500);
    let data = ethernet(0x86dd, &ipv6(60, &chain));
    assert!(frame(1, &data).fault.is_some());
}

#[test]
fn fragments_are_kept_whole_and_the_first_still_shows_ports() {
    let segment = tcp(0x18, &[], b"hello, fragments");
    let first = ethernet(0x0800, &ipv4_fragment(6, 0, true, &segment[..24]));
    let packet = frame(1, &first);
    assert_eq!(stack(&packet), "eth:ip:fragment");
    let fragment = packet.ip.expect("IP").fragment.expect("a fragment");
    assert_eq!((fragment.offset, fragment.more, fragment.len), (0, true, 24));
    assert!(matches!(packet.transport, Transport::Fragment(bytes) if bytes == &segment[..24]));
    assert_eq!(fragment_ports(&packet), Some((40_000, 443)));

    let last = ethernet(0x0800, &ipv4_fragment(6, 24, false, &segment[24..]));
    let packet = frame(1, &last);
    assert_eq!(packet.ip.expect("IP").fragment.expect("a fragment").offset, 24);
    assert_eq!(fragment_ports(&packet), None);

    let whole = decode_ip_payload(&packet, 6, &segment);
    assert_eq!((tcp_len(&whole), whole.ip.expect("IP").total_len), ((16, 16), 56));
    assert!(whole.ip.expect("IP").fragment.is_none());
}

#[test]
fn an_ipv6_fragment_goes_on_with_the_headers_of_the_first() {
    let rest = cat(&[&[6, 0, 1, 4, 0, 0, 0, 0], &tcp(0x18, &[], b"hello")]);
    let last = cat(&[&[60, 0, 0, 16, 0, 0, 0, 7], &rest[16..]]);
    let data = ethernet(0x86dd, &ipv6(44, &last));
    let packet = frame(1, &data);
    assert_eq!((packet.ip.expect("IP").id, packet.ip.expect("IP").fragment.expect("a fragment").offset), (7, 16));
    let whole = decode_ip_payload(&packet, 60, &rest);
    assert_eq!(stack(&whole), "eth:ipv6:fragment:ipv6.dstopts:tcp");
    assert_eq!(tcp_len(&whole), (5, 5));
}
