use std::net::IpAddr;

use super::*;
use crate::source::testing::{Builder, End, read};
use crate::source::{CommentOn, TLS_KEY_LOG};

const ENDS: [End; 2] = [End::Big, End::Little];

fn ethernet(end: End) -> Builder {
    Builder::new(end).section().interface(1, |b| b)
}

#[test]
fn packets_of_either_byte_order_with_the_interfaces_own_clock() {
    for end in ENDS {
        let file = Builder::new(end)
            .section()
            .interface(1, |b| b)
            .interface(101, |b| b.option(9, &[9]).option(14, &Builder::new(end).u64(100).bytes).option(0, &[]))
            .packet(0, 1_700_000_000_000_001, b"abc")
            .packet(1, 5, b"defgh");
        let got = read(&file.bytes);
        assert_eq!(got.times(), [1_700_000_000_000_001_000, 100_000_000_005], "{end:?}");
        assert_eq!(got.records[0].data, b"abc");
        assert_eq!((got.records[1].interface, got.records[1].link.name()), (1, "RAW".to_string()));
        assert_eq!(got.info.link_types().len(), 2);
        assert_eq!(got.problems(), []);
    }
}

#[test]
fn sections_have_their_own_byte_order_and_interfaces() {
    let first = ethernet(End::Big).packet(0, 1, b"a");
    let second = Builder::new(End::Little).section().interface(113, |b| b.option(9, &[0])).packet(0, 2, b"b");
    let got = read(&first.raw(&second.bytes).bytes);
    assert_eq!(got.times(), [1_000, 2_000_000_000]);
    assert_eq!(got.records.iter().map(|r| (r.interface, r.link.0)).collect::<Vec<_>>(), [(0, 1), (1, 113)]);
}

#[test]
fn an_interface_says_what_it_is_and_what_it_dropped() {
    for end in ENDS {
        let n = |v: u64| Builder::new(end).u64(v).bytes;
        let file = Builder::new(end)
            .section_with(|b| b.option(1, b"two\nlines").option(2, b"VAX").option(3, b"VMS").option(4, b"me"))
            .interface(1, |b| {
                let b = b.option(2, b"eth0").option(3, b"uplink").option(11, b"\0tcp").option(12, b"Plan 9");
                b.option(8, &n(1_000_000_000)).option(15, b"NIC").option(1, b"noisy")
            })
            .packet_with(0, 1, b"a", |b| b.option(1, b"look").option(4, &n(3)))
            .block(5, |b| b.u32(0).high_low(7).option(4, &n(10)).option(5, &n(1)).option(7, &n(4)).option(8, &n(5)))
            .block(5, |b| b.u32(0).high_low(8).option(5, &n(2)).option(7, &n(4)));
        let info = read(&file.bytes).info;
        let interface = &info.interfaces[0];
        let texts = [&interface.name, &interface.description, &interface.filter, &interface.os, &interface.hardware];
        assert_eq!(texts.map(|t| t.as_deref().unwrap_or("-")), ["eth0", "uplink", "tcp", "Plan 9", "NIC"]);
        assert_eq!(interface.speed, Some(1_000_000_000));
        assert_eq!(interface.stats.map(|s| (s.at.0, s.received)), Some((8_000, None)), "the last block counts");
        assert_eq!((interface.dropped_between, interface.dropped()), (3, Some(6)));
        let comments: Vec<_> = info.comments.iter().map(|c| (c.on, c.text.as_str())).collect();
        use CommentOn::*;
        assert_eq!(comments, [(Section, "two\nlines"), (Interface(0), "noisy"), (Packet(1), "look")]);
        let file = &info.files[0];
        let texts = [&file.hardware, &file.os, &file.application];
        assert_eq!(texts.map(|t| t.as_deref().unwrap_or("-")), ["VAX", "VMS", "me"]);
    }
}

#[test]
fn simple_packets_have_no_time_and_are_cut_by_the_snapshot_length() {
    let file = Builder::new(End::Big).section().block(1, |b| b.u16(1).u16(0).u32(2));
    let file = file.packet(0, 5, b"a").block(3, |b| b.u32(9).padded(b"xy")).block(3, |b| b.u32(1).padded(b"z"));
    let got = read(&file.bytes);
    assert_eq!(got.times(), [5_000, 5_000, 5_000]);
    assert_eq!((got.records[1].wire, got.records[1].data.as_slice()), (9, b"xy".as_slice()));
    assert_eq!(got.records[2].data, b"z");
    assert_eq!(got.problems(), [(ProblemKind::NoTime, 2)]);
}

#[test]
fn obsolete_packets_tell_their_drops() {
    let body = |drops| move |b: Builder| b.u16(0).u16(drops).high_low(5).u32(1).u32(4).padded(b"a");
    let got = read(&ethernet(End::Little).block(2, body(7)).block(2, body(0xffff)).bytes);
    assert_eq!(got.times(), [5_000, 5_000]);
    assert_eq!(got.records[0].wire, 4);
    assert_eq!(got.info.dropped(), Some(7), "0xffff means unknown");
}

#[test]
fn names_and_secrets_are_kept() {
    for end in ENDS {
        let file = ethernet(end)
            .block(4, |b| {
                let v6 = [&[0x20, 1, 0xd, 0xb8], [0; 11].as_slice(), &[1], b"six\0"].concat();
                b.option(1, b"\x01\x02\x03\x04one\0uno\0").option(2, &v6).option(9, b"?").option(0, b"")
            })
            .block(10, |b| b.u32(TLS_KEY_LOG).u32(5).padded(b"key 1"));
        let got = read(&file.bytes);
        let names: Vec<_> = got.info.names.iter().map(|n| (n.addr, n.name.as_str())).collect();
        let (v4, v6) = (IpAddr::from([1, 2, 3, 4]), "2001:db8::1".parse().expect("an address"));
        assert_eq!(names, [(v4, "one"), (v4, "uno"), (v6, "six")]);
        assert_eq!(got.info.secrets.len(), 1);
        assert_eq!((got.info.secrets[0].kind, got.info.secrets[0].data.as_slice()), (TLS_KEY_LOG, b"key 1".as_slice()));
        assert_eq!(got.problems(), []);
    }
}

#[test]
fn blocks_that_are_no_packets_take_numbers_only_where_wireshark_gives_them() {
    let mut file = ethernet(End::Little).packet(0, 1, b"a");
    for kind in [0xbad, 0x4000_0bad, 9, 0x204, 0x7777, 0x7777] {
        file = file.block(kind, |b| b.u32(32_473).u32(0));
    }
    let got = read(&file.packet(0, 2, b"b").bytes);
    assert_eq!(got.frames(), [1, 6]);
    assert_eq!(got.info.packets, 2);
    assert!(got.problems().contains(&(ProblemKind::UnknownBlock(0x7777), 2)));
    assert!(got.problems().contains(&(ProblemKind::NotAPacket(0xbad), 1)));
}

#[test]
fn odd_packets_are_cut_or_skipped_and_the_file_goes_on() {
    let enhanced = |b: Builder, interface, captured, wire| {
        b.block(6, move |b| b.u32(interface).high_low(1).u32(captured).u32(wire).padded(b"abcd"))
    };
    let mut file = Builder::new(End::Big).section().block(1, |b| b.u16(1).u16(0).u32(3)).block(1, |b| b.u16(1));
    for (interface, captured, wire) in [(0, 900, 900), (0, 4, 2), (1, 1, 1), (2, 1, 1)] {
        file = enhanced(file, interface, captured, wire);
    }
    let got = read(&file.block(6, |b| b.u32(0)).packet(0, u64::MAX, b"z").bytes);
    let seen: Vec<_> = got.records.iter().map(|r| (r.data.as_slice(), r.wire)).collect();
    assert_eq!(seen, [(b"abcd".as_slice(), 900), (b"abcd", 4), (b"z", 1)]);
    use ProblemKind::*;
    let expected = [
        (BlockTooShort, 2),
        (CapturedBeyondBlock, 1),
        (AboveSnaplen, 1),
        (WireBelowCaptured, 1),
        (UnknownInterface, 2),
        (TimeRange, 1),
    ];
    assert_eq!(got.problems(), expected);
}

#[test]
fn bad_options_cost_only_themselves() {
    let file = Builder::new(End::Big)
        .section_with(|b| b.option(4, b"me").u16(1).u16(99))
        .interface(1, |b| b.option(14, b"x").option(9, &[]).option(2, b"eth0"))
        .packet_with(0, 1, b"a", |b| b.option(1, b"hi").u16(1).u16(5).u32(0))
        .packet(0, 2, b"b");
    let got = read(&file.bytes);
    assert_eq!(got.times(), [1_000, 2_000]);
    assert_eq!(got.info.files[0].application.as_deref(), Some("me"));
    assert_eq!(got.info.interfaces[0].name.as_deref(), Some("eth0"));
    assert_eq!(got.info.comments[0].text, "hi");
    assert_eq!(got.problems(), [(ProblemKind::BadOption, 3)]);
}

#[test]
fn a_block_whose_lengths_are_odd_is_walked_over() {
    let packet = |data: &[u8]| Builder::new(End::Little).packet(0, 1, data).bytes;
    let unaligned = |len: u32| {
        let mut block = packet(b"abc");
        let end = block.len();
        block[4..8].copy_from_slice(&len.to_le_bytes());
        block[end - 4..].copy_from_slice(&len.to_le_bytes());
        block
    };
    let mut wrong_trailer = packet(b"abc");
    let end = wrong_trailer.len();
    wrong_trailer[end - 4..].copy_from_slice(&99_u32.to_le_bytes());
    let mut file = ethernet(End::Little);
    for block in [unaligned(35), wrong_trailer, packet(b"abc")] {
        file = file.raw(&block);
    }
    let got = read(&file.bytes);
    assert!(got.records.len() == 3 && got.records.iter().all(|r| r.data == b"abc"), "{:?}", got.records);
    assert_eq!(got.problems(), [(ProblemKind::BlockUnaligned, 1), (ProblemKind::BlockTrailer, 1)]);
}

#[test]
fn a_length_that_leads_nowhere_ends_the_file() {
    let good = ethernet(End::Little).packet(0, 1, b"a");
    for tail in [
        Builder::new(End::Little).u32(6).u32(8).u32(0).u32(0),
        Builder::new(End::Little).u32(6).u32(16).u32(0).u32(99).u32(6).u32(3),
        Builder::new(End::Little).u32(0x0a0d_0d0a).u32(28).u32(0x1234_5678).u32(0),
    ] {
        let got = read(&good.clone().raw(&tail.bytes).bytes);
        assert_eq!(got.records.len(), 1);
        let last = got.problems().pop();
        assert!(matches!(last, Some((ProblemKind::BlockLength | ProblemKind::SectionHeader, 1))), "{last:?}");
    }
}

#[test]
fn a_block_too_large_to_hold_is_skipped() {
    let len = MAX_RECORD as u32 + 4;
    let huge = vec![0; len as usize - 12];
    let file = ethernet(End::Big).u32(0x7777).u32(len).raw(&huge).u32(len).packet(0, 1, b"a");
    let got = read(&file.bytes);
    assert_eq!((got.records.len(), got.problems()), (1, vec![(ProblemKind::BlockTooLarge, 1)]));
}

#[test]
fn growing_information_is_bounded_and_the_loss_is_counted() {
    let names: Vec<u8> = [b"\x01\x02\x03\x04".as_slice(), &b"n\0".repeat(17_000)].concat();
    let mut file = ethernet(End::Big).block(4, |b| b.option(1, &names));
    for _ in 0..100 {
        file = file.packet_with(0, 1, b"a", |b| (0..20).fold(b, |b, _| b.option(1, b"again")));
    }
    let info = read(&file.bytes).info;
    assert_eq!((info.names.len(), info.comments.len()), (16_384, 1_024));
    assert_eq!(info.limits_hit.get("capture_names"), Some(&(17_000 - 16_384)));
    assert!(info.limits_hit.contains_key("capture_comments"));
}
