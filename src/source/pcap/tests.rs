use super::*;
use crate::source::testing::{Builder, End, read, read_from};

const MICRO: u32 = 0xa1b2_c3d4;
const NANO: u32 = 0xa1b2_3c4d;

#[test]
fn microseconds_and_nanoseconds_in_either_byte_order() {
    for end in [End::Big, End::Little] {
        let micro = read(&Builder::pcap(end, MICRO).record(1_700_000_000, 123_456, b"abc").bytes);
        assert_eq!(micro.times(), [1_700_000_000_123_456_000]);
        let nano = read(&Builder::pcap(end, NANO).record(1_700_000_000, 123_456_789, b"abc").bytes);
        assert_eq!(nano.times(), [1_700_000_000_123_456_789]);
        assert_eq!(nano.info.files[0].format, Format::PcapNanoseconds);
        let navtel = read(&Builder::pcap(end, 0xa12b_3c4d).record(1, 5, b"abc").bytes);
        assert_eq!(navtel.times(), [1_000_000_005]);
    }
}

#[test]
fn records_carry_number_lengths_link_type_and_bytes() {
    let file = Builder::pcap(End::Little, MICRO).record(1, 0, b"one").u32(2).u32(0).u32(2).u32(1_500).raw(b"tw");
    let got = read(&file.bytes);
    assert_eq!(got.frames(), [1, 2]);
    assert_eq!((got.records[1].wire, got.records[1].data.as_slice()), (1_500, b"tw".as_slice()));
    assert_eq!((got.records[1].link, got.records[1].interface), (LinkType::ETHERNET, 0));
    assert_eq!(got.info.interfaces[0].snaplen, 65_535);
    assert_eq!((got.info.packets, got.info.files[0].packets), (2, 2));
    assert_eq!(got.problems(), []);
}

#[test]
fn the_modified_variant_has_a_longer_record_header() {
    for end in [End::Big, End::Little] {
        let extra = |b: Builder| b.u32(3).u16(0x0800).raw(&[4, 0]).raw(b"abc");
        let mut file = Builder::pcap(end, 0xa1b2_cd34);
        for sec in [1, 2] {
            file = extra(file.u32(sec).u32(0).u32(3).u32(9));
        }
        let got = read(&file.bytes);
        assert_eq!(got.times(), [NS_PER_S, 2 * NS_PER_S]);
        assert!(got.records.iter().all(|r| r.data == b"abc" && r.wire == 9));
        assert_eq!(got.info.files[0].format, Format::PcapModified);
    }
}

#[test]
fn old_versions_have_the_lengths_the_other_way_round() {
    for (minor, first, second) in [(2, 9, 3), (3, 9, 3), (3, 3, 9), (4, 3, 9)] {
        let header = Builder::new(End::Little).u32(MICRO).u16(2).u16(minor).u64(0).u32(96).u32(1);
        let got = read(&header.u32(1).u32(0).u32(first).u32(second).raw(b"abc").bytes);
        assert_eq!((got.records[0].wire, got.records[0].data.len()), (9, 3), "version 2.{minor}");
    }
}

#[test]
fn frame_check_sequence_bits_are_masked_off_the_link_type() {
    let header = Builder::new(End::Big).u32(MICRO).u16(2).u16(4).u64(0).u32(96).u32(0x2400_0071);
    assert_eq!(read(&header.record(1, 0, b"x").bytes).records[0].link.name(), "LINUX_SLL");
}

#[test]
fn odd_fields_are_clamped_and_counted_and_the_file_goes_on() {
    let file = Builder::new(End::Big)
        .u32(MICRO)
        .u16(2)
        .u16(4)
        .u64(0)
        .u32(2)
        .u32(1)
        .record(5, 1_000_000, b"a")
        .u32(6)
        .u32(0)
        .u32(2)
        .u32(1)
        .raw(b"ab")
        .record(7, 0, b"abc");
    let got = read(&file.bytes);
    assert_eq!(got.times(), [6 * NS_PER_S - 1, 6 * NS_PER_S, 7 * NS_PER_S]);
    assert_eq!(got.records[1].wire, 2);
    assert_eq!(got.records[2].data, b"abc");
    use ProblemKind::*;
    assert_eq!(got.problems(), [(SubSecond, 1), (WireBelowCaptured, 1), (AboveSnaplen, 1)]);
}

#[test]
fn an_impossible_length_ends_the_file_at_once_and_says_where() {
    for length in [262_145, u32::MAX] {
        let file = Builder::pcap(End::Little, MICRO).record(1, 0, b"abc").u32(2).u32(0).u32(length).u32(9).raw(b"abc");
        let got = read(&file.bytes);
        assert_eq!(got.records.len(), 1);
        assert_eq!(got.problems(), [(ProblemKind::RecordLength, 1)]);
        assert_eq!(got.info.problems[0].offset, 24 + 16 + 3);
    }
}

#[test]
fn a_snapshot_length_above_the_usual_limit_allows_longer_records() {
    let data = vec![7; 300_000];
    let header = Builder::new(End::Big).u32(MICRO).u16(2).u16(4).u64(0).u32(400_000).u32(1);
    let got = read(&header.record(1, 0, &data).record(2, 0, b"x").bytes);
    assert_eq!(got.records[0].data, data);
    assert_eq!((got.records.len(), got.problems()), (2, vec![]));
}

#[test]
fn a_header_cut_short_is_no_capture_and_a_header_alone_is_an_empty_one() {
    let whole = Builder::pcap(End::Big, MICRO).bytes;
    assert!(read(&whole).records.is_empty());
    let error = read_from(std::io::Cursor::new(whole[..23].to_vec())).expect_err("too short");
    assert!(error.to_string().contains("cut inside its file header"), "{error}");
}
