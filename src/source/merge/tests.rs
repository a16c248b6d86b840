use std::fs;
use std::path::PathBuf;

use crate::source::testing::{Builder, End, Outcome, drain};
use crate::source::{Capture, CommentOn, ProblemKind, SourceError};

/// A directory of its own for one test, removed at the end.
struct Dir(PathBuf);

impl Dir {
    fn new(test: &str) -> Dir {
        let path = std::env::temp_dir().join(format!("wiregloss-merge-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).expect("a writable temporary directory");
        Dir(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("a writable temporary directory");
        path
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn pcap(records: &[(u32, &[u8])]) -> Vec<u8> {
    let header = Builder::pcap(End::Little, 0xa1b2_c3d4);
    records.iter().fold(header, |file, (sec, data)| file.record(*sec, 0, data)).bytes
}

fn merged(paths: &[PathBuf]) -> Outcome {
    drain(Capture::open(paths).expect("captures"))
}

fn story(got: &Outcome) -> String {
    let parts: Vec<String> =
        got.records.iter().map(|r| format!("{}{}", r.frame, String::from_utf8_lossy(&r.data))).collect();
    parts.join(" ")
}

#[test]
fn files_are_merged_by_time_and_equal_times_keep_the_order_of_files() {
    let dir = Dir::new("order");
    let a = dir.file("a", &pcap(&[(1, b"a"), (3, b"b"), (3, b"c"), (9, b"d")]));
    let b = dir.file("b", &pcap(&[(2, b"w"), (3, b"x"), (10, b"y")]));
    let got = merged(&[a.clone(), b.clone()]);
    assert_eq!(story(&got), "1a 2w 3b 4c 5x 6d 7y");
    assert_eq!(story(&merged(&[b, a])), "1a 2w 3x 4b 5c 6d 7y");
    assert_eq!(got.info.files.iter().map(|f| f.packets).collect::<Vec<_>>(), [4, 3]);
    assert_eq!(got.info.bytes_total(), Some(got.info.bytes_read()));
}

#[test]
fn rotated_files_named_out_of_order_come_in_order_and_keep_their_interfaces() {
    let dir = Dir::new("rotated");
    let second = Builder::new(End::Big).section().interface(101, |b| b).packet(0, 9_000_000, b"z").bytes;
    let paths = [dir.file("2", &second), dir.file("1", &pcap(&[(1, b"a"), (2, b"b")]))];
    let got = merged(&paths);
    assert_eq!(story(&got), "1a 2b 3z");
    let interface = &got.info.interfaces[got.records[2].interface as usize];
    assert_eq!((interface.file, interface.link.0), (0, 101));
}

#[test]
fn a_single_file_keeps_its_order_whatever_its_times_say() {
    let dir = Dir::new("single");
    let path = dir.file("a", &pcap(&[(5, b"a"), (1, b"b"), (3, b"c")]));
    assert_eq!(story(&merged(&[path])), "1a 2b 3c");
}

#[test]
fn more_records_than_a_batch_and_more_bytes_than_a_window() {
    let dir = Dir::new("many");
    let big = vec![b'x'; 60_000];
    let of = |start: u32| pcap(&(0..100).map(|i| (start + 2 * i, big.as_slice())).collect::<Vec<_>>());
    let got = merged(&[dir.file("even", &of(0)), dir.file("odd", &of(1))]);
    assert!(got.records.iter().enumerate().all(|(i, r)| r.ns == i as i64 * 1_000_000_000 && r.data == big));
    assert_eq!(got.records.len(), 200);
}

#[test]
fn comments_follow_their_packets_to_the_new_numbers() {
    let dir = Dir::new("comments");
    let noted = |end| Builder::new(end).section().interface(1, |b| b);
    let a = noted(End::Big)
        .packet(0, 1, b"a")
        .block(0xbad, |b| b.u32(1))
        .packet_with(0, 5, b"b", |b| b.option(1, b"fifth"))
        .bytes;
    let b = noted(End::Little).packet_with(0, 2, b"x", |b| b.option(1, b"second")).packet(0, 3, b"y").bytes;
    let got = merged(&[dir.file("a", &a), dir.file("b", &b)]);
    assert_eq!(story(&got), "1a 2x 3y 5b");
    let comments: Vec<_> = got.info.comments.iter().map(|c| (c.file, c.on, c.text.as_str())).collect();
    assert_eq!(comments, [(1, CommentOn::Packet(2), "second"), (0, CommentOn::Packet(5), "fifth")]);
}

#[test]
fn a_truncated_file_and_an_empty_one_do_not_stop_the_others() {
    let dir = Dir::new("truncated");
    let mut cut = pcap(&[(1, b"a"), (5, b"bbbb")]);
    cut.truncate(cut.len() - 1);
    let paths = [dir.file("cut", &cut), dir.file("none", &pcap(&[])), dir.file("b", &pcap(&[(2, b"x")]))];
    let got = merged(&paths);
    assert_eq!(story(&got), "1a 2x");
    assert_eq!(got.problems(), [(ProblemKind::TruncatedTail, 1)]);
    assert_eq!(got.info.interfaces.len(), 3);
}

#[test]
fn one_that_is_no_capture_fails_before_anything_is_read() {
    let dir = Dir::new("foreign");
    let paths = [dir.file("a", &pcap(&[(1, b"a")])), dir.file("text", b"just some text")];
    assert!(matches!(Capture::open(&paths), Err(SourceError::NotACapture { .. })));
}
