//! What a summary says where a protocol is carried in more than one way, or where the capture shows only a part of it.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use wiregloss::source::Capture;
use wiregloss::{Settings, analyze};

fn summary(fixture: &str, concept: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    summary_of(Capture::open(&[path]).expect("a fixture"), concept)
}

fn summary_of(mut capture: Capture, concept: &str) -> String {
    let report = analyze(&mut capture, &Settings::default(), &mut |_| {}).expect("a readable fixture");
    let found = report.findings.into_iter().find(|f| f.concept == concept);
    found.unwrap_or_else(|| panic!("{concept} is not found")).summary
}

#[test]
fn early_data_is_counted_in_packets_where_it_has_its_own() {
    let quic = summary("tls/quic-zero-rtt.pcap", "tls.zero-rtt");
    let packets: u32 = quic.split(" 0-RTT packet").next().and_then(|n| n.parse().ok()).unwrap_or(0);
    assert!(packets > 0, "{quic}");
    let tcp = summary("tls/zero-rtt-accepted.pcap", "tls.zero-rtt");
    assert!(tcp.contains("bytes of early data") && !tcp.starts_with("0 bytes"), "{tcp}");
}

#[test]
fn a_timeout_lasted_since_the_copy_before() {
    let told = summary("cc/blackhole.pcap", "cc.rto");
    assert!(told.contains("the longest silence was") && !told.contains("was 0"), "{told}");
}

/// A pcap file without the packets longer than `most` bytes: of a transfer, without its data.
fn without_long_packets(file: &[u8], most: u32) -> Vec<u8> {
    let (header, mut records) = file.split_at(24);
    let mut kept = header.to_vec();
    while let Some((head, rest)) = records.split_first_chunk::<16>() {
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (data, behind) = rest.split_at(word(8) as usize);
        if word(12) <= most {
            kept.extend([&head[..], data].concat());
        }
        records = behind;
    }
    kept
}

#[test]
fn duplicate_sacks_prove_nothing_of_data_that_was_not_captured() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cc/duplicated.pcap.gz");
    let mut file = Vec::new();
    GzDecoder::new(File::open(path).expect("a fixture")).read_to_end(&mut file).expect("a gzip file");
    let of = |file: Vec<u8>| Capture::from_reader(Path::new("memory"), Cursor::new(file)).expect("a capture");
    let whole = summary_of(of(file.clone()), "cc.dsack");
    assert!(whole.contains("of the peer's retransmissions are proven needless"), "{whole}");
    let acks = summary_of(of(without_long_packets(&file, 100)), "cc.dsack");
    assert!(acks.ends_with("as the peer's data was not captured."), "{acks}");
}

/// A pcap file with each packet twice, as a capture on two interfaces of a router has it.
fn twice(file: &[u8]) -> Vec<u8> {
    let (header, mut records) = file.split_at(24);
    let mut all = header.to_vec();
    while let Some(len) = records.get(8..12) {
        let len = 16 + u32::from_le_bytes([len[0], len[1], len[2], len[3]]) as usize;
        let (record, behind) = records.split_at(len);
        all.extend([record, record].concat());
        records = behind;
    }
    all
}

#[test]
fn nothing_is_sent_again_because_a_capture_has_each_packet_twice() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tcp/clean-at-client.pcap");
    let file = twice(&std::fs::read(path).expect("a fixture"));
    let mut capture = Capture::from_reader(Path::new("memory"), Cursor::new(file)).expect("a capture");
    let report = analyze(&mut capture, &Settings::default(), &mut |_| {}).expect("memory");
    let found: Vec<&str> = report.findings.iter().map(|f| f.concept).collect();
    assert!(found.contains(&"cc.duplicate"), "{found:?}");
    for concept in ["tcp.fin-retransmit", "tcp.syn-retransmit", "cc.retransmit"] {
        assert!(!found.contains(&concept), "{concept}");
    }
}
