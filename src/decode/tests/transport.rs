//! TCP, UDP, ICMP, SCTP and their checksums.

use super::build::*;
use crate::decode::tcp::{Seq, TcpView};
use crate::decode::{IcmpView, NeighbourKind, Packet, Quoted, Transport, checksum_ok, neighbour};

#[track_caller]
fn tcp_view<'a>(packet: &Packet<'a>) -> TcpView<'a> {
    let Transport::Tcp(tcp) = packet.transport else { panic!("{:?}", packet.transport) };
    tcp
}

#[track_caller]
fn icmp_view<'a>(packet: &Packet<'a>) -> IcmpView<'a> {
    let Transport::Icmp(icmp) = packet.transport else { panic!("{:?}", packet.transport) };
    icmp
}

#[test]
fn tcp_header_fields() {
    let data = plain();
    let tcp = tcp_view(&frame(1, &data));
    assert_eq!((tcp.src_port, tcp.dst_port, tcp.seq, tcp.ack), (40_000, 443, Seq(1000), Seq(7)));
    assert_eq!((tcp.flags.0, tcp.window, tcp.header_len, tcp.payload), (0x18, 0x2000, 20, &b"hello"[..]));
}

#[test]
fn options_cut_by_the_snapshot_length_are_those_captured_and_not_malformed() {
    let segment = tcp(2, &[2, 4, 5, 0xb4, 1, 3, 3, 7, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1], &[]);
    let data = ethernet(0x0800, &ipv4(6, &segment));
    let packet = cut_frame(1, &data[..64], data.len() as u32);
    let tcp = tcp_view(&packet);
    let options = tcp.all_options();
    assert_eq!((options.mss, options.window_scale, options.timestamps), (Some(1460), Some(7), None));
    assert!(tcp.options_cut() && !options.malformed && packet.fault.is_none());
}

#[test]
fn impossible_tcp_headers_are_faults_and_still_counted_as_tcp() {
    for (offset, reason) in
        [(0x40, "header length below 20 bytes"), (0xf0, "header length beyond the end of the packet")]
    {
        let mut data = plain();
        data[46] = offset;
        let packet = frame(1, &data);
        assert_eq!((stack(&packet).as_str(), packet.fault.expect("a fault").reason), ("eth:ip:tcp", reason));
        assert!(matches!(packet.transport, Transport::Ip { protocol: 6, len: 25 }));
    }
}

#[test]
fn udp_length_decides_unless_it_cannot_be() {
    let len = |field: u16| {
        let mut datagram = udp(1000, 2000, b"payload");
        datagram[4..6].copy_from_slice(&field.to_be_bytes());
        let data = ethernet(0x0800, &ipv4(17, &datagram));
        let packet = frame(1, &data);
        let Transport::Udp(udp) = packet.transport else { panic!("{:?}", packet.transport) };
        (udp.len, udp.payload.len(), packet.fault.map(|fault| fault.reason))
    };
    assert_eq!(len(15), (7, 7, None));
    assert_eq!(len(10), (2, 2, None));
    assert_eq!(len(0), (7, 7, None));
    assert_eq!(len(7), (7, 7, Some("length below 8 bytes")));
    assert_eq!(len(16), (7, 7, Some("length beyond the end of the packet")));
}

#[test]
fn sctp_gives_ports() {
    let data = ethernet(0x0800, &ipv4(132, &cat(&[&[0x0b, 0x59, 0x0b, 0x5a], &[0; 12]])));
    let packet = frame(1, &data);
    assert!(matches!(packet.transport, Transport::Sctp { src_port: 2905, dst_port: 2906, len: 4 }));
}

#[test]
fn other_protocols_are_named_by_number() {
    let data = ethernet(0x0800, &ipv4(89, &[0; 24]));
    let packet = frame(1, &data);
    assert_eq!(stack(&packet), "eth:ip:ospf");
    assert!(matches!(packet.transport, Transport::Ip { protocol: 89, len: 24 }));
}

/// What an ICMP error quotes.
fn quote(v6: bool, kind: u8, bytes: &[u8]) -> Option<Quoted> {
    let message = icmp(kind, 0, 0, bytes);
    let data = if v6 { ethernet(0x86dd, &ipv6(58, &message)) } else { ethernet(0x0800, &ipv4(1, &message)) };
    icmp_view(&frame(1, &data)).quoted()
}

#[test]
fn a_quote_of_eight_bytes_gives_ports_and_sequence_number() {
    let quoted = quote(false, 3, &ipv4(6, &tcp(2, &[], &[]))[..28]).expect("a quote");
    assert_eq!((quoted.src, quoted.dst, quoted.protocol), (CLIENT.into(), SERVER.into(), 6));
    assert_eq!((quoted.src_port, quoted.dst_port, quoted.seq, quoted.total_len), (40_000, 443, Some(1000), 40));
}

#[test]
fn quotes_are_read_as_far_as_they_go() {
    let packet = ipv4(17, &udp(5000, 53, b"query"));
    assert_eq!(quote(false, 11, &packet[..24]).expect("a quote").dst_port, 53);
    assert_eq!(quote(false, 11, &packet[..22]).expect("a quote").dst_port, 0);
    assert!(quote(false, 11, &packet[..19]).is_none());
    let later = ipv4_fragment(17, 8, false, &[0xff; 8]);
    assert_eq!(quote(false, 11, &later).expect("a quote").src_port, 0);
    let echo = ipv4(1, &icmp(8, 0, 0x0007_0001, &[]));
    assert_eq!(quote(false, 11, &echo).expect("a quote").echo, Some((7, 1)));
}

#[test]
fn ipv6_quotes_behind_extension_headers() {
    let chain = cat(&[&[44, 0, 1, 4, 0, 0, 0, 0], &[17, 0, 0, 1, 0, 0, 0, 7], &udp(5000, 53, b"query")[..8]]);
    let quoted = quote(true, 2, &ipv6(0, &chain)).expect("a quote");
    assert_eq!((quoted.protocol, quoted.src_port, quoted.dst_port), (17, 5000, 53));
    assert_eq!(quoted.total_len, 64);
}

#[test]
fn messages_that_are_no_errors_quote_nothing() {
    assert!(quote(false, 8, &ipv4(17, &udp(1, 2, &[]))).is_none());
    assert!(quote(true, 128, &ipv6(17, &udp(1, 2, &[]))).is_none());
}

#[test]
fn icmp_names() {
    let name = |v6, kind, code| crate::decode::IcmpName { v6, kind, code }.to_string();
    assert_eq!(name(false, 3, 3), "destination unreachable: port unreachable");
    assert_eq!(name(true, 1, 4), "destination unreachable: port unreachable");
    assert_eq!(name(true, 2, 0), "packet too big");
    assert_eq!(name(false, 8, 0), "echo request");
    assert_eq!(name(false, 3, 99), "destination unreachable: code 99");
    assert_eq!(name(true, 200, 1), "type 200 code 1");
}

#[test]
fn neighbour_discovery_needs_hop_limit_255() {
    let target = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    let message = icmp(136, 0, 0x6000_0000, &cat(&[&target, &[2, 1, 2, 0, 0, 0, 0, 9]]));
    let mut data = ethernet(0x86dd, &ipv6(58, &message));
    let seen = neighbour(&frame(1, &data)).expect("neighbour discovery");
    assert_eq!((seen.kind, seen.target), (NeighbourKind::NeighbourAdvertisement, Some(target.into())));
    assert_eq!((seen.target_mac, seen.source_mac), (Some([2, 0, 0, 0, 0, 9]), None));
    assert!(seen.solicited && seen.overrides);
    data[21] = 254;
    assert_eq!(neighbour(&frame(1, &data)), None);
}

#[test]
fn router_advertisement_gives_the_link_mtu() {
    let options = [1, 1, 2, 0, 0, 0, 0, 9, 5, 1, 0, 0, 0, 0, 5, 0xdc, 3, 0];
    let message = icmp(134, 0, 0, &cat(&[&[0; 8], &options]));
    let data = ethernet(0x86dd, &ipv6(58, &message));
    let seen = neighbour(&frame(1, &data)).expect("neighbour discovery");
    assert_eq!((seen.mtu, seen.source_mac, seen.target), (Some(1500), Some([2, 0, 0, 0, 0, 9]), None));
}

/// An IPv4 packet with a DNS query's worth of UDP, without checksum.
fn unchecked() -> Vec<u8> {
    ipv4(17, &udp(5000, 53, b"query of odd length"))
}

/// The same with the checksum that RFC 768 asks for.
fn checked() -> Vec<u8> {
    let mut packet = unchecked();
    let sum = checksum(&cat(&[&packet[12..20], &[0, 17], &packet[24..26], &packet[20..]]));
    packet[26..28].copy_from_slice(&sum);
    packet
}

#[test]
fn udp_checksum_right_wrong_and_absent() {
    let right = checked();
    assert_eq!(checksum_ok(&frame(101, &right)), Some(true));
    let mut wrong = right.clone();
    wrong[40] ^= 1;
    assert_eq!(checksum_ok(&frame(101, &wrong)), Some(false));
    assert_eq!(checksum_ok(&frame(101, &unchecked())), None);
    assert_eq!(checksum_ok(&cut_frame(101, &right[..40], 47)), None);
}

#[test]
fn tcp_checksum_covers_flags_options_and_an_odd_payload() {
    let segment = tcp(0x19, &[1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2], b"odd");
    let pseudo = cat(&[&CLIENT, &SERVER, &[0, 6, 0, segment.len() as u8], &segment]);
    let mut right = ipv4(6, &segment);
    right[36..38].copy_from_slice(&checksum(&pseudo));
    assert_eq!(checksum_ok(&frame(101, &right)), Some(true));
    right[33] ^= 0x02;
    assert_eq!(checksum_ok(&frame(101, &right)), Some(false));
}

#[test]
fn icmp_checksums_with_and_without_pseudo_header() {
    let echo = icmp(8, 0, 0x0001_0001, b"ping");
    let mut v4 = ipv4(1, &echo);
    v4[22..24].copy_from_slice(&checksum(&echo));
    assert_eq!(checksum_ok(&frame(101, &v4)), Some(true));
    let mut v6 = ipv6(58, &icmp(128, 0, 0x0001_0001, b"ping"));
    let pseudo = cat(&[&v6[8..40], &[0, 0, 0, 12, 0, 0, 0, 58], &v6[40..]]);
    v6[42..44].copy_from_slice(&checksum(&pseudo));
    assert_eq!(checksum_ok(&frame(101, &v6)), Some(true));
    v6[43] ^= 1;
    assert_eq!(checksum_ok(&frame(101, &v6)), Some(false));
}
