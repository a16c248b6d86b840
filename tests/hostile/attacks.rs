//! Traffic made to cost more than it is worth. Each capture must be read to its end within bounds of time and memory, and
//! what a bound cut must be told.

use crate::bounded::{Bounds, USUAL, report};
use crate::build::*;

#[test]
fn addresses_that_collide_in_a_known_hash_function_cost_nothing() {
    // Every address of this network has the same FxHash, whatever its lower half.
    const PREFIX: u64 = 0x243f_6a88_85a3_08d3;
    let told = report(USUAL, |out| {
        let mut file = Pcap::new(out)?;
        for host in 0..100_000_u64 {
            let from = (u128::from(PREFIX) << 64 | u128::from(host)).to_be_bytes();
            file.packet(&v6(6, from, &tcp((40_000, 80), (7, 0), SYN, &[], &[])))?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["conversations"], 100_000);
}

#[test]
fn a_million_single_bytes_out_of_order_are_held_within_the_bounds() {
    const SEGMENTS: u32 = 1_000_000;
    let told = report(Bounds { seconds: 90, ..USUAL }, |out| {
        let mut file = Pcap::new(out)?;
        handshake(&mut file, 1, (40_000, 4_000))?;
        for i in 0..SEGMENTS {
            // Every other byte from the far end back to the beginning: each is another hole.
            let seq = 3 + 2 * (SEGMENTS - i);
            file.packet(&v4(6, 1, &tcp((40_000, 4_000), (seq, 1), ACK, &[], b"x")))?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], SEGMENTS + 3);
    assert_eq!(told["conversations"][0]["tcp"]["client"]["data_segments"], SEGMENTS);
}

#[test]
fn one_segment_sent_again_more_often_than_can_be_counted_in_16_bits() {
    let told = report(USUAL, |out| {
        let mut file = Pcap::new(out)?;
        handshake(&mut file, 1, (40_000, 4_000))?;
        for _ in 0..70_000 {
            file.packet(&v4(6, 1, &tcp((40_000, 4_000), (1, 1), ACK, &[], b"again")))?;
        }
        Ok(())
    });
    assert_eq!(told["conversations"][0]["tcp"]["client"]["data_segments"], 70_000);
}

#[test]
fn fragments_that_never_complete_are_given_up_and_counted() {
    let told = report(USUAL, |out| {
        let mut file = Pcap::new(out)?;
        for n in 0..200_000_u32 {
            // Either the beginning is missing, or the end, or all between the first and the last byte.
            let field = [0x2000, 0x2001, 0x3ff0][n as usize % 3];
            file.packet(&fragment(17, n / 65_536, n as u16, field, &[0x41; 64]))?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 200_000);
    let hits = |bound: &str| told["capture"]["limits_hit"][bound].as_u64().unwrap_or(0);
    assert!(hits("fragment_sets") + hits("fragment_bytes") > 190_000, "{}", told["capture"]);
}

#[test]
fn fragments_of_one_packet_in_every_order_and_overlap_are_bounded() {
    report(USUAL, |out| {
        let mut file = Pcap::new(out)?;
        for round in 0..40_u16 {
            for n in (0..8_000_u16).rev() {
                let at = (n * 2 + round % 2) % 8_100;
                file.packet(&fragment(17, 1, round / 8, 0x2000 | at, &[round as u8; 8]))?;
            }
        }
        Ok(())
    });
}

#[test]
fn as_many_options_as_fit_are_walked_once() {
    let told = report(USUAL, |out| {
        let mut file = Pcap::new(out)?;
        for n in 0..300 {
            let source = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n as u8];
            // The smallest extension headers, one after another to the end of the packet.
            let chain: Vec<u8> = (0..8_190).flat_map(|_| [60, 0, 1, 4, 0, 0, 0, 0]).collect();
            file.packet(&v6(60, source, &chain))?;
            // One hop-by-hop header of nothing but padding, as long as one can be.
            let mut padding = vec![59, 255];
            padding.resize(2_048, 0);
            file.packet(&v6(0, source, &padding))?;
            let nops = [1; 40];
            file.packet(&v4(6, n, &tcp((40_000, 80), (1, 0), SYN, &nops, &[])))?;
            let options = edns_options(16_000);
            file.packet(&v4(17, n, &udp((40_000, 53), &options)))?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 1_200);
}

/// A DNS query with so many empty EDNS options.
fn edns_options(count: u16) -> Vec<u8> {
    let mut message = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    message.extend([1, b'a', 0, 0, 1, 0, 1, 0, 0, 41, 0x10, 0, 0, 0, 0, 0]);
    message.extend((count * 4).to_be_bytes());
    message.extend((0..count).flat_map(|n| [(n >> 8) as u8, n as u8, 0, 0]));
    message
}

#[test]
fn tunnels_in_tunnels_end_somewhere() {
    let told = report(USUAL, |out| {
        let mut file = Pcap::with_link(out, ETHERNET)?;
        for n in 0..200 {
            file.packet(&ethernet(0x0800, &nested_ipv4(3_000)))?;
            file.packet(&ethernet(0x0800, &v4(47, n, &[0, 0, 0x65, 0x58].repeat(10_000))))?;
            file.packet(&ethernet(0x8100, &[0, 7, 0x81, 0].repeat(15_000)))?;
            file.packet(&ethernet(0x8847, &[0, 1, 0, 64].repeat(15_000)))?;
            file.packet(&ethernet(0x8864, &[0x11, 0, 0, 1, 0, 40, 0, 0x21].repeat(5_000)))?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 1_000);
}

fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], &kind.to_be_bytes()[..], payload].concat()
}

/// IPv4 in IPv4 in IPv4…
fn nested_ipv4(depth: usize) -> Vec<u8> {
    (0..depth).flat_map(|n| v4(4, 1, &vec![0; 20 * (depth - 1 - n)])[..20].to_vec()).collect()
}

#[test]
fn names_that_point_in_circles_and_far_are_bounded() {
    let told = report(USUAL, |out| {
        let mut file = Pcap::new(out)?;
        for n in 0..10 {
            for message in [pointing_at_itself(n), pointing_along_a_chain(n), long_names_from_short_pointers(n)] {
                file.packet(&v4(17, u32::from(n), &udp((40_000 + n, 53), &message)))?;
                file.packet(&answer(v4(17, u32::from(n), &udp((53, 40_000 + n), &message))))?;
            }
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 60);
}

#[test]
fn dns_messages_as_long_as_any_are_not_all_kept() {
    let told = report(Bounds { megabytes: 160, ..USUAL }, |out| {
        let mut file = Pcap::new(out)?;
        for n in 0..4_000_u16 {
            // A zone transfer that never ends: a query, and the first of the responses.
            let query = [&n.to_be_bytes()[..], &[1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, b'z', 0, 0, 252, 0, 1]].concat();
            let mut response = [&header(n, 1)[..], &[1, b'z', 0, 0, 252, 0, 1]].concat();
            response.extend([0xc0, 12, 0, 10, 0, 1, 0, 0, 0, 60, 0xea, 0x60]);
            response.resize(response.len() + 60_000, 0);
            let tcp = n % 2 == 0;
            if tcp {
                let framed = |m: &[u8]| [&(m.len() as u16).to_be_bytes()[..], m].concat();
                let segment =
                    |ports, seq, m: &[u8]| v4(6, u32::from(n), &crate::build::tcp(ports, seq, ACK, &[], &framed(m)));
                file.packet(&segment((40_000, 53), (1, 1), &query))?;
                file.packet(&answer(segment((53, 40_000), (1, 20), &response)))?;
            } else {
                file.packet(&v4(17, u32::from(n), &udp((40_000, 53), &query)))?;
                file.packet(&answer(v4(17, u32::from(n), &udp((53, 40_000), &response))))?;
            }
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 8_000);
}

/// A response whose every name points at the name's own beginning.
fn pointing_at_itself(id: u16) -> Vec<u8> {
    let mut message = header(id, 5_000);
    message.extend([0xc0, 12, 0, 1, 0, 1]);
    while message.len() < 60_000 {
        let [high, low] = (0xc000 | message.len().min(0x3fff) as u16).to_be_bytes();
        message.extend([high, low, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, high, low]);
    }
    message
}

/// A response whose every name is one label longer than the one before, which it points at.
fn pointing_along_a_chain(id: u16) -> Vec<u8> {
    let mut message = header(id, 3_000);
    message.extend([1, b'a', 0, 0, 1, 0, 1]);
    let mut before = 12;
    while message.len() < 60_000 {
        let [high, low] = (0xc000 | before as u16).to_be_bytes();
        before = message.len().min(0x3fff);
        message.extend([1, b'b', high, low, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, high, low]);
    }
    message
}

/// A response with as many records as fit, each naming the longest name by two bytes, twice.
fn long_names_from_short_pointers(id: u16) -> Vec<u8> {
    let mut message = header(id, 4_600);
    for _ in 0..3 {
        message.push(63);
        message.extend([b'x'; 63]);
    }
    message.push(61);
    message.extend([b'y'; 61]);
    message.extend([0, 0, 1, 0, 1]);
    while message.len() < 65_000 {
        message.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12]);
    }
    message
}

/// A response's header with one question and so many answers.
fn header(id: u16, answers: u16) -> Vec<u8> {
    let ([i0, i1], [a0, a1]) = (id.to_be_bytes(), answers.to_be_bytes());
    vec![i0, i1, 0x81, 0x80, 0, 1, a0, a1, 0, 0, 0, 0]
}

#[test]
fn connections_without_end_are_remembered_within_the_bounds() {
    let told = report(Bounds { seconds: 60, megabytes: 1_024 }, |out| {
        let mut file = Pcap::new(out)?;
        for n in 0..150_000 {
            // A segment out of nowhere: a whole connection's worth of state for 41 bytes.
            file.packet(&v4(6, n, &tcp((40_000, 80), (1, 1), ACK, &[], b"x")))?;
        }
        Ok(())
    });
    assert_eq!(told["capture"]["conversations"], 150_000);
}

#[test]
fn late_segments_of_closed_connections_are_counted_and_no_more() {
    let told = report(Bounds { seconds: 60, megabytes: 512 }, |out| {
        let mut file = Pcap::new(out)?;
        for round in 0..2 {
            for n in 0..60_000 {
                if round == 0 {
                    file.packet(&v4(6, n, &tcp((40_000, 80), (1, 0), SYN, &[], &[])))?;
                    file.packet(&answer(v4(6, n, &tcp((80, 40_000), (0, 2), RST | ACK, &[], &[]))))?;
                } else {
                    file.packet(&v4(6, n, &tcp((40_000, 80), (2, 1), ACK, &[], b"late")))?;
                }
            }
        }
        Ok(())
    });
    assert_eq!(told["capture"]["conversations"], 60_000);
}

#[test]
fn windows_full_of_holes_in_many_connections_share_one_budget() {
    let told = report(Bounds { seconds: 90, megabytes: 1_024 }, |out| {
        let mut file = Pcap::new(out)?;
        for n in 0..1_500 {
            handshake(&mut file, n, (40_000, 4_000))?;
            for i in 0..16 {
                let seq = 70_000 + i * 60_000;
                file.packet(&v4(6, n, &tcp((40_000, 4_000), (seq, 1), ACK, &[], &[0x17; 60_000])))?;
            }
        }
        Ok(())
    });
    assert_eq!(told["capture"]["packets"], 1_500 * 19);
}

#[test]
fn certificates_larger_than_any_are_read_within_bounds() {
    report(USUAL, |out| {
        let mut file = Pcap::new(out)?;
        for n in 0..20 {
            handshake(&mut file, n, (40_000, 443))?;
            file.packet(&v4(6, n, &tcp((40_000, 443), (1, 1), ACK | PSH, &[], &client_hello())))?;
            let mut seq = 1;
            for chunk in server_flight(n % 3).chunks(16_000) {
                file.packet(&answer(v4(6, n, &tcp((443, 40_000), (seq, 1), ACK, &[], chunk))))?;
                seq += chunk.len() as u32;
            }
        }
        Ok(())
    });
}

/// A ClientHello of TLS 1.2 with one cipher suite and no extensions.
fn client_hello() -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, 2, 0xc0, 0x2f, 1, 0, 0, 0]);
    records(22, &message(1, &body))
}

/// A ServerHello and a Certificate message that is one of: small certificates without number, one certificate of
/// nothing but nested sequences, one that claims to be longer than what comes.
fn server_flight(which: u32) -> Vec<u8> {
    let mut hello = vec![3, 3];
    hello.extend([8; 32]);
    hello.extend([0, 0xc0, 0x2f, 0]);
    let chain = match which {
        0 => [0, 0, 2, 0x30, 0].repeat(100_000),
        1 => [&[0, 0x7a, 0x12][..], &[0x30, 0x82, 0x7a, 0x0c].repeat(7_808)].concat(),
        _ => [&[0xff, 0xff, 0xff][..], &[0x30; 900_000]].concat(),
    };
    let mut certificate = length(chain.len());
    certificate.extend(chain);
    records(22, &[message(2, &hello), message(11, &certificate)].concat())
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &length(body.len()), body].concat()
}

/// Three bytes.
fn length(len: usize) -> Vec<u8> {
    (len as u32).to_be_bytes()[1..].to_vec()
}

fn records(kind: u8, bytes: &[u8]) -> Vec<u8> {
    let record = |chunk: &[u8]| [&[kind, 3, 3], &(chunk.len() as u16).to_be_bytes()[..], chunk].concat();
    bytes.chunks(16_000).flat_map(record).collect()
}
