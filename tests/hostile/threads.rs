//! However many threads read, the output is the same to the byte.

use std::io::Cursor;
use std::num::NonZero;
use std::path::Path;

use wiregloss::report::{Page, Style, write_json, write_terminal};
use wiregloss::source::{Capture, Threads};
use wiregloss::{Settings, analyze};

use crate::fixtures::{self, FILE_HEADER, RECORD_HEADER};

/// JSON and page of a capture, or why it cannot be read.
fn told(bytes: &[u8], threads: Option<usize>) -> Result<Vec<u8>, String> {
    let threads = Threads::of(threads.and_then(NonZero::new));
    let mut out = Vec::new();
    for page in [None, Some(20)] {
        let capture = Capture::from_reader(Path::new("capture"), Cursor::new(bytes.to_vec()));
        let mut capture = capture.map_err(|e| e.to_string())?.read_with(threads);
        let settings = Settings { page, ..Settings::default() };
        let report = analyze(&mut capture, &settings, &mut |_| {}).map_err(|e| e.to_string())?;
        match page {
            None => write_json(&report, &mut out).expect("memory can be written"),
            Some(_) => {
                let style = Style { color: false, links: false, width: 100, guide_url: None };
                write_terminal(&report, &style, Page::default(), &mut out).expect("memory can be written");
            }
        }
    }
    Ok(out)
}

#[track_caller]
fn assert_same(name: &str, bytes: &[u8]) {
    let one = told(bytes, Some(1));
    for threads in [Some(2), Some(3), None] {
        assert!(told(bytes, threads) == one, "{name} with {threads:?} threads");
    }
}

#[test]
fn every_fixture_gives_the_same_bytes_with_any_number_of_threads() {
    for fixture in fixtures::all() {
        assert_same(&fixture.name, &fixture.bytes);
    }
}

#[test]
fn a_file_of_many_blocks_gives_the_same_bytes_whole_cut_or_damaged() {
    let fixture = fixtures::all().into_iter().find(|f| f.name == "cc/random-loss-cubic.pcap.gz").expect("a fixture");
    let walk = fixture.walk().expect("a pcap file");
    let (header, records) = fixture.bytes.split_at(FILE_HEADER);
    let (last, len) = *walk.records.last().expect("records");
    let records = &records[..last + len - FILE_HEADER];
    let times = 4 * 1024 * 1024 / records.len() + 1;
    let whole = [header, &records.repeat(times)].concat();
    assert_same("whole", &whole);
    assert_same("cut", &whole[..whole.len() - 5]);
    // In the middle, where other blocks are read already: a captured length that cannot be.
    let mut damaged = whole;
    let middle = FILE_HEADER + records.len() * (times / 2);
    damaged[middle + RECORD_HEADER / 2..middle + RECORD_HEADER].fill(0x7f);
    assert_same("damaged", &damaged);
}
