//! What a summary says where a protocol is carried in more than one way.

use std::path::Path;

use wiregloss::source::Capture;
use wiregloss::{Settings, analyze};

fn summary(fixture: &str, concept: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    let mut capture = Capture::open(&[path]).expect("a fixture");
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
