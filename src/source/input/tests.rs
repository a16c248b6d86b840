use std::io::{Cursor, Error, ErrorKind, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;
use crate::source::Capture;
use crate::source::testing::{Builder, End, Pieces, read, read_from};

fn pcap(records: usize) -> Vec<u8> {
    let header = Builder::pcap(End::Little, 0xa1b2_c3d4);
    (0..records).fold(header, |file, i| file.record(i as u32, 0, &vec![i as u8; i % 97])).bytes
}

fn pcapng(records: usize) -> Vec<u8> {
    let header = Builder::new(End::Big).section().interface(1, |b| b);
    let file = (0..records).fold(header, |file, i| file.packet(0, i as u64, &vec![i as u8; i % 97]));
    file.block(4, |b| b.option(1, b"\x01\x02\x03\x04host\0")).bytes
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn zstd(content: &[u8]) -> Vec<u8> {
    compress_to_vec(content, CompressionLevel::Fastest)
}

#[test]
fn compressed_captures_read_like_plain_ones() {
    let plain = read(&pcap(500));
    let whole = pcap(500);
    let (a, b) = whole.split_at(2_000);
    let members = [gzip(a), gzip(b)].concat();
    let frames = [zstd(a), zstd(b)].concat();
    for (bytes, compression) in [(members, Compression::Gzip), (frames, Compression::Zstd)] {
        let got = read(&bytes);
        assert_eq!(got.records, plain.records, "{compression}");
        assert_eq!((got.info.files[0].compression, got.problems()), (compression, vec![]));
        assert_eq!(got.info.files[0].bytes_read, bytes.len() as u64, "compressed bytes are counted");
    }
}

#[test]
fn compressed_data_cut_short_give_what_they_hold_and_say_so() {
    let plain = read(&pcap(5_000));
    for mut bytes in [gzip(&pcap(5_000)), zstd(&pcap(5_000))] {
        bytes.truncate(bytes.len() - 1);
        let got = read(&bytes);
        assert!(plain.records.starts_with(&got.records));
        assert!(got.records.len() > 1_000, "only {} records", got.records.len());
        assert_eq!(got.problems(), [(ProblemKind::DamagedCompression, 1)]);
        assert!(got.error.is_none());
    }
}

#[test]
fn a_file_cut_inside_its_last_record_gives_the_others() {
    for whole in [pcap(40), pcapng(40)] {
        let got = read(&whole[..whole.len() - 1]);
        assert!(got.records.len() >= 39);
        assert_eq!(got.problems(), [(ProblemKind::TruncatedTail, 1)]);
    }
}

#[test]
fn a_stream_is_delivered_as_it_arrives() {
    let whole = pcap(3);
    let (first, rest) = whole.split_at(24 + 16 + 4);
    let pieces = [first, rest].map(|p| Ok(p.to_vec())).into();
    let mut capture = Capture::from_reader(Path::new("live"), Pieces(pieces)).expect("a capture");
    let counts = [(); 3].map(|()| capture.next_batch().expect("no error").map(|batch| batch.len()));
    assert_eq!(counts, [Some(1), Some(2), None]);
}

#[test]
fn a_read_error_comes_after_the_records_before_it_and_names_the_place() {
    let whole = pcap(3);
    let pieces = vec![
        Ok(whole[..60].to_vec()),
        Err(Error::from(ErrorKind::Interrupted)),
        Ok(whole[60..].to_vec()),
        Err(Error::other("disk on fire")),
    ];
    let got = read_from(Pieces(pieces)).expect("a capture");
    assert_eq!(got.records.len(), 3);
    let error = got.error.expect("the disk").to_string();
    assert_eq!(error, format!("memory: read error at byte {}: disk on fire", whole.len()));
}

#[test]
fn read_ahead_a_file_fails_after_the_same_records_and_at_the_same_place() {
    /// Ends its thread without a word.
    struct Dying(Cursor<Vec<u8>>);
    impl std::io::Read for Dying {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(out)? {
                0 => std::panic::resume_unwind(Box::new("dying")),
                n => Ok(n),
            }
        }
    }
    let whole = pcap(3);
    let failing = Pieces([Ok(whole[..60].to_vec()), Ok(whole[60..].to_vec()), Err(Error::other("on fire"))].into());
    let readers: [(Box<dyn std::io::Read + Send>, usize, &str); 2] = [
        (Box::new(failing), 3, "byte 75: on fire"),
        (Box::new(Dying(Cursor::new(whole))), 3, "byte 75: the reading thread is gone"),
    ];
    for (reader, records, expected) in readers {
        let capture = Capture::from_reader(Path::new("memory"), reader).expect("a capture");
        let mut capture = capture.read_with(crate::source::Threads::Two);
        let mut read = 0;
        let error = loop {
            match capture.next_batch() {
                Ok(batch) => read += batch.expect("there is an error to come").len(),
                Err(e) => break e.to_string(),
            }
        };
        assert_eq!((read, error), (records, format!("memory: read error at {expected}")));
    }
}

#[test]
fn a_read_error_below_the_decompressor_is_no_damage() {
    let pieces = vec![Ok(gzip(&pcap(300))[..200].to_vec()), Err(Error::other("disk on fire"))];
    let outcome = read_from(Pieces(pieces));
    let error = outcome.map_or_else(Some, |got| got.error).expect("the disk");
    assert!(matches!(error, SourceError::Read { .. }), "{error}");
}

#[test]
fn what_is_no_capture_is_said_in_one_line() {
    let cases: [(&[u8], &str); 5] = [
        (b"", "the file is empty"),
        (b"GIF89a", "it begins with 47 49 46 38"),
        (b"\xfd7zXZ\0\0", "xz data"),
        (&gzip(b"hello"), "gzip data; decompressed, it begins with 68 65 6c 6c"),
        (b"\x0a\x0d\x0d\x0a\0\0\0\x1c", "cut inside its first block"),
    ];
    for (bytes, expected) in cases {
        let error = read_from(Cursor::new(bytes.to_vec())).expect_err("no capture").to_string();
        assert!(error.starts_with("memory: not a capture file: ") && error.contains(expected), "{error}");
        assert!(!error.contains('\n'));
    }
}

#[test]
fn a_path_that_cannot_be_read_is_named() {
    let open = |path: &Path| Capture::open(&[path]).err().map(|e| e.to_string()).unwrap_or_default();
    let directory = std::env::temp_dir();
    assert_eq!(open(&directory), format!("{}: is a directory, not a capture file", directory.display()));
    assert!(open(Path::new("/no/such\nfile")).starts_with("/no/such\\nfile: cannot open: "));
    assert!(matches!(Capture::open::<&Path>(&[]), Err(SourceError::NoInput)));
}

#[test]
fn records_longer_than_the_buffer_arrive_whole() {
    let data: Vec<u8> = (0..1_000_000_u32).map(|i| i as u8).collect();
    let file = Builder::new(End::Big).section().interface(1, |b| b).packet(0, 1, &data).packet(0, 2, b"x");
    let got = read(&file.bytes);
    assert_eq!(got.records[0].data, data);
    assert_eq!(got.records[1].data, b"x");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn cutting_a_file_anywhere_yields_a_prefix_of_its_records(cut in 0.0..1.0_f64, kind in 0..4_usize) {
        let whole = vec![pcap(60), pcapng(60), gzip(&pcap(60)), zstd(&pcapng(60))].swap_remove(kind);
        let all = read(&whole).records;
        let part = &whole[..(whole.len() as f64 * cut) as usize];
        if let Ok(got) = read_from(Cursor::new(part.to_vec())) {
            prop_assert!(all.starts_with(&got.records));
        }
    }

    #[test]
    fn damaged_bytes_anywhere_never_panic_and_never_hang(
        kind in 0..5_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = vec![pcap(60), pcapng(60), gzip(&pcap(60)), zstd(&pcapng(60)), snoop()].swap_remove(kind);
        for (index, value) in damage {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        let _ = read_from(Cursor::new(bytes));
    }

    #[test]
    fn any_bytes_after_a_magic_number_never_panic(
        magic in 0..9_usize,
        tail in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let magics: [&[u8]; 9] = [
            b"",
            b"\xa1\xb2\xc3\xd4",
            b"\x4d\x3c\xb2\xa1",
            b"\x34\xcd\xb2\xa1\x02\0\x03\0",
            b"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\x01\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x1c\0\0\0\x01",
            b"snoop\0\0\0\0\0\0\x02\0\0\0\x04",
            b"\x1f\x8b\x08\0\0\0\0\0\0\0",
            b"\x28\xb5\x2f\xfd",
            b"\x50\x2a\x4d\x18",
        ];
        let bytes = [magics[magic], &tail].concat();
        let _ = read_from(Cursor::new(bytes));
    }
}

fn snoop() -> Vec<u8> {
    let header = Builder::new(End::Big).raw(b"snoop\0\0\0").u32(2).u32(4);
    (0..60).fold(header, |file, i| file.u32(4).u32(4).u32(28).u32(0).u32(i).u32(0).raw(b"data")).bytes
}
