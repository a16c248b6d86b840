use super::*;
use crate::source::testing::{Builder, End, read, read_from};
use crate::source::{Format, ProblemKind};

fn header(link: u32) -> Builder {
    Builder::new(End::Big).raw(b"snoop\0\0\0").u32(2).u32(link)
}

#[test]
fn records_are_padded_and_their_drops_are_kept() {
    let file = header(4)
        .u32(60)
        .u32(3)
        .u32(28)
        .u32(0)
        .u32(7)
        .u32(5)
        .raw(b"abc\0")
        .u32(2)
        .u32(2)
        .u32(28)
        .u32(9)
        .u32(8)
        .u32(0)
        .raw(b"de\0\0");
    let got = read(&file.bytes);
    assert_eq!(got.info.files[0].format, Format::Snoop);
    assert_eq!(got.times(), [7_000_005_000, 8_000_000_000]);
    assert_eq!((got.records[0].wire, got.records[0].data.as_slice()), (60, b"abc".as_slice()));
    assert_eq!(got.records[1].data, b"de");
    assert_eq!(got.records[1].link, LinkType::ETHERNET);
    assert_eq!(got.info.dropped(), Some(9));
    assert_eq!(got.problems(), []);
}

#[test]
fn lengths_that_contradict_each_other_are_cut_to_the_record() {
    let file = header(4).u32(1).u32(9).u32(26).u32(0).u32(7).u32(2_000_000).raw(b"ab");
    let got = read(&file.bytes);
    assert_eq!((got.records[0].wire, got.records[0].data.as_slice()), (2, b"ab".as_slice()));
    use ProblemKind::*;
    assert_eq!(got.problems(), [(CapturedBeyondBlock, 1), (WireBelowCaptured, 1), (SubSecond, 1)]);
}

#[test]
fn a_record_shorter_than_its_header_ends_the_file() {
    let file = header(4).u32(1).u32(1).u32(23).u32(0).u32(7).u32(0).raw(b"ab");
    let got = read(&file.bytes);
    assert_eq!((got.records.len(), got.problems()), (0, vec![(ProblemKind::RecordLength, 1)]));
}

#[test]
fn a_foreign_link_type_is_said_and_an_unknown_version_is_no_capture() {
    assert_eq!(read(&header(77).bytes).problems(), [(ProblemKind::ForeignLinkType(77), 1)]);
    let other = Builder::new(End::Big).raw(b"snoop\0\0\0").u32(3).u32(4);
    assert!(read_from(std::io::Cursor::new(other.bytes)).is_err());
}
