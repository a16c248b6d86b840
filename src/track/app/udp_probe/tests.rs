//! One datagram of each protocol, and near misses of each.

use proptest::prelude::*;

use super::*;
use crate::decode::quic::vectors::hex;

/// Ports that mean nothing.
const ANY: (u16, u16) = (40_000, 40_001);

fn on(port: u16) -> (u16, u16) {
    (40_000, port)
}

/// `digits`, then zeros up to `len` bytes.
fn padded(digits: &str, len: usize) -> Vec<u8> {
    let mut bytes = hex(digits);
    bytes.resize(len, 0);
    bytes
}

#[track_caller]
fn is(app: App, ports: (u16, u16), payload: &[u8]) {
    assert_eq!(udp_app(ports, payload), app);
}

#[track_caller]
fn is_unknown(ports: (u16, u16), payload: &[u8]) {
    is(App::Unknown, ports, payload);
}

#[test]
fn stun_and_turn() {
    let binding = "0001 0000 2112a442 000102030405060708090a0b";
    is(App::Stun, ANY, &hex(binding));
    is(App::Stun, ANY, &hex("0101 0004 2112a442 000102030405060708090a0b 80220000"));
    is_unknown(ANY, &hex("0001 0004 2112a442 000102030405060708090a0b"));
    is_unknown(ANY, &hex("0001 0000 2112a443 000102030405060708090a0b"));
    is(App::Turn, ANY, &hex("0113 0000 2112a442 000102030405060708090a0b"));
    is(App::Turn, ANY, &hex("0016 0000 2112a442 000102030405060708090a0b"));
    is(App::Turn, on(3478), &hex("4001 0003 aabbcc 00"));
    is_unknown(ANY, &hex("4001 0003 aabbcc 00"));
    is_unknown(on(3478), &hex("4001 0008 aabbcc 00"));
}

#[test]
fn sip() {
    is(App::Sip, ANY, b"INVITE sip:bob@example.com SIP/2.0\r\nVia: x\r\n");
    is(App::Sip, ANY, b"SIP/2.0 200 OK\r\n");
    is_unknown(ANY, b"INVITE sip:bob@example.com HTTP/1.1\r\n");
    is_unknown(ANY, b"SIP/2.0 OK\r\n");
}

#[test]
fn dnscrypt() {
    is(App::Dnscrypt, on(443), &padded("7236666e76576a38", 300));
    is_unknown(on(443), &padded("7236666e76576a38", 48));
    is_unknown(on(443), &padded("7236666e76576a39", 300));
}

#[test]
fn ntp() {
    is(App::Ntp, on(123), &padded("23", 48));
    is_unknown(ANY, &padded("23", 48));
    is_unknown(on(123), &padded("23", 47));
    is_unknown(on(123), &padded("3b", 48));
}

#[test]
fn dhcp_of_both_families() {
    let mut discover = padded("010106", 236);
    discover.extend(hex("63825363 350101ff"));
    is(App::Dhcp, ANY, &discover);
    discover[236] = 0;
    is_unknown(ANY, &discover);
    is(App::Dhcpv6, on(547), &hex("01 aabbcc 0008 0002 0000 0001 0001 ff"));
    is_unknown(ANY, &hex("01 aabbcc 0008 0002 0000 0001 0001 ff"));
    is_unknown(on(547), &hex("01 aabbcc 0008 0003 0000"));
}

#[test]
fn snmp() {
    is(
        App::Snmp,
        ANY,
        &hex("3026 020101 0406 7075626c6963 a019 02047127d3df 020100 020100 300b 3009 0605 2b06010201 0500"),
    );
    is(App::Snmp, ANY, &hex("3007 020103 3002 0201"));
    is_unknown(ANY, &hex("3007 020102 3002 0201"));
    is_unknown(ANY, &hex("3030 020101 0406 7075626c6963 a019"));
    is_unknown(ANY, &hex("300d 020101 0406 7075626c6963 b000"));
}

#[test]
fn radius() {
    let request = hex("01 2a 001d 000102030405060708090a0b0c0d0e0f 01 09 61626364656667");
    is(App::Radius, ANY, &request);
    is_unknown(ANY, &request[..28]);
    is(App::Radius, on(1813), &hex("05 2a 0014 000102030405060708090a0b0c0d0e0f"));
    is_unknown(ANY, &hex("05 2a 0014 000102030405060708090a0b0c0d0e0f"));
}

#[test]
fn tftp() {
    is(App::Tftp, on(69), b"\0\x01boot.img\0octet\0blksize\x001428\0");
    is_unknown(on(69), b"\0\x01boot.img\0binary\0");
    is_unknown(on(69), b"\0\x01boot.img\0octet");
    is_unknown(on(69), b"\0\x03\0\x01data");
}

#[test]
fn syslog() {
    is(App::Syslog, ANY, b"<34>1 2003-10-11T22:14:15.003Z host su - ID47 - x");
    is(App::Syslog, ANY, b"<13>Feb  5 17:32:18 host text");
    is(App::Syslog, on(514), b"<190>4711: *Mar 1");
    is_unknown(ANY, b"<190>4711: *Mar 1");
    is_unknown(on(514), b"<192>1 text");
    is_unknown(on(514), b"<b>1 text");
}

#[test]
fn ssdp() {
    is(App::Ssdp, ANY, b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n");
    is(App::Ssdp, ANY, b"HTTP/1.1 200 OK\r\nST: x\r\nUSN: y\r\n\r\n");
    is_unknown(ANY, b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n");
    is_unknown(ANY, b"GET / HTTP/1.1\r\n");
}

#[test]
fn nbns() {
    let mut query = hex("1234 0110 0001 0000 0000 0000 20");
    query.extend(b"CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01");
    is(App::Nbns, on(137), &query);
    is_unknown(ANY, &query);
    query[20] = b'z';
    is_unknown(on(137), &query);
}

#[test]
fn coap() {
    is(App::Coap, on(5683), &hex("44 01 1234 aabbccdd b3 666f6f"));
    is_unknown(ANY, &hex("44 01 1234 aabbccdd b3 666f6f"));
    is_unknown(on(5683), &hex("49 01 1234 aabbccddeeff001122"));
    is_unknown(on(5683), &hex("44 21 1234 aabbccdd"));
}

#[test]
fn port_mappings() {
    is(App::NatPmp, on(5351), &hex("0000"));
    is(App::NatPmp, on(5351), &padded("0081", 16));
    is_unknown(on(5351), &padded("0001", 13));
    is(App::Pcp, on(5351), &padded("0201", 60));
    is_unknown(ANY, &padded("0201", 60));
}

#[test]
fn ike_and_esp() {
    let header = "0102030405060708 0000000000000000 21 20 22 08 00000000 0000001c";
    is(App::Ike, on(500), &hex(header));
    is(App::Ike, on(4500), &hex(&format!("00000000 {header}")));
    is_unknown(on(500), &padded(header, 29));
    is_unknown(on(500), &hex("0102030405060708 0000000000000000 21 20 02 08 00000000 0000001c"));
    is(App::Esp, on(4500), &padded("deadbeef 00000001", 64));
    is_unknown(on(4500), &hex("ff"));
    is_unknown(ANY, &padded("deadbeef 00000001", 64));
}

#[test]
fn wireguard() {
    is(App::Wireguard, ANY, &padded("01000000", 148));
    is(App::Wireguard, ANY, &padded("02000000", 92));
    is(App::Wireguard, on(51_820), &padded("04000000", 96));
    is_unknown(ANY, &padded("04000000", 96));
    is_unknown(ANY, &padded("01000000", 147));
    is_unknown(ANY, &padded("01000100", 148));
}

#[test]
fn openvpn() {
    is(App::OpenVpn, ANY, &hex("38 0102030405060708 00 00000000"));
    is(App::OpenVpn, ANY, &hex("40 0102030405060708 01 00000000 1112131415161718 00000000"));
    is(App::OpenVpn, on(1194), &padded("38", 42));
    is_unknown(ANY, &padded("38", 42));
    is_unknown(ANY, &hex("38 0102030405060708 00 00000001"));
}

#[test]
fn bittorrent_and_utp() {
    is(App::BitTorrent, ANY, b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe");
    is(App::BitTorrent, ANY, &hex("0000041727101980 00000000 12345678"));
    is_unknown(ANY, b"d1:ad2:id20:abcdefghij0123456789");
    is(App::Utp, ANY, &hex("41 00 1234 0a0b0c0d 00000000 00100000 0001 0000"));
    is_unknown(ANY, &hex("41 00 1234 0a0b0c0d 00000000 00100000 0002 0000"));
    is_unknown(ANY, &hex("41 00 1234 0a0b0c0d 00000000 00100000 0001 0000 00"));
}

#[test]
fn other_protocols_are_left_to_their_parsers() {
    for digits in ["1234 0100 0001 0000 0000 0000 00 0001 0001", "16fefd 0000 000000000000 0000", ""] {
        is_unknown(ANY, &hex(digits));
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(source in any::<u16>(), port in prop::sample::select(&[69u16, 123, 137, 500, 547, 4500, 5351, 5683][..]), bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _any = udp_app((source, port), &bytes);
        let _any = RtpWatch::default().datagram(crate::track::Dir::Client, &bytes);
    }
}
