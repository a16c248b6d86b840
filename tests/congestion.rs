//! What is said of congestion control, against fixtures whose senders are known.

use std::path::PathBuf;

use wiregloss::report::Report;
use wiregloss::report::model::EndReport;
use wiregloss::source::Capture;
use wiregloss::{Settings, analyze};

fn report(fixture: &str) -> Report {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    let mut capture = Capture::open(&[path]).expect("a readable fixture");
    let settings = Settings { series: true, ..Settings::default() };
    analyze(&mut capture, &settings, &mut |_| {}).expect("a readable fixture")
}

/// The end that sent most.
fn bulk(report: &Report) -> &EndReport {
    let ends = report.conversations.iter().filter_map(|c| c.tcp.as_ref()).flat_map(|t| [&t.client, &t.server]);
    ends.max_by_key(|e| e.unique_bytes).expect("a TCP conversation")
}

/// Fixture, algorithm, least confidence.
const SENDERS: [(&str, &str, f32); 8] = [
    ("cc/bufferbloat-reno.pcap.gz", "reno", 0.7),
    ("cc/bufferbloat-cubic.pcap.gz", "cubic", 0.9),
    ("cc/bufferbloat-bbr.pcap.gz", "bbr", 0.9),
    ("cc/random-loss-cubic.pcap.gz", "cubic", 0.9),
    ("cc/random-loss-bbr.pcap.gz", "bbr", 0.7),
    ("cc/single-loss-at-sender.pcap.gz", "cubic", 0.9),
    ("cc/heavy-loss.pcap.gz", "cubic", 0.9),
    ("cc/burst-loss.pcap.gz", "cubic", 0.9),
];

#[test]
fn the_algorithm_of_a_bulk_sender_is_recognised() {
    for (fixture, algorithm, least) in SENDERS {
        let report = report(fixture);
        let said = bulk(&report).congestion.as_ref().expect("a bulk sender");
        assert_eq!((fixture, said.algorithm), (fixture, algorithm), "{:?}", said.because);
        assert!(said.confidence >= least, "{fixture}: {}", said.confidence);
    }
}

#[test]
fn where_nothing_tells_the_algorithm_is_unknown() {
    for fixture in ["cc/slow-start.pcap", "cc/asymmetric-delay.pcap", "sock/window-full.pcap.gz"] {
        let report = report(fixture);
        let said = bulk(&report).congestion.as_ref().expect("a bulk sender");
        assert_eq!((fixture, said.algorithm, said.confidence), (fixture, "unknown", 0.0), "{:?}", said.because);
    }
}

#[test]
fn a_loss_takes_cubics_share_of_the_window() {
    let report = report("cc/random-loss-cubic.pcap.gz");
    let said = bulk(&report).congestion.as_ref().expect("a bulk sender");
    let shares: Vec<f64> =
        said.episodes.iter().filter_map(|e| Some(f64::from(e.after?) / f64::from(e.before?))).collect();
    assert!(shares.len() >= 5, "{shares:?}");
    assert!(shares.iter().all(|s| (0.6..0.75).contains(s)), "{shares:?}");
}

#[test]
fn shares_of_time_add_up_and_name_the_limit() {
    let limits = [
        ("sock/window-full.pcap.gz", "receiver"),
        ("sock/no-window-scale.pcap.gz", "receiver"),
        ("cc/idle-restart.pcap.gz", "application"),
        ("cc/bufferbloat-cubic.pcap.gz", "congestion"),
    ];
    for (fixture, most) in limits {
        let report = report(fixture);
        let by = bulk(&report).limited_by.as_ref().expect("a bulk sender");
        let shares = [
            ("handshake", by.handshake),
            ("application", by.application),
            ("receiver", by.receiver),
            ("congestion", by.congestion),
            ("recovery", by.recovery),
        ];
        let sum: f64 = shares.iter().map(|s| s.1).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{fixture}: {sum}");
        let largest = shares.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("five shares").0;
        assert_eq!((fixture, largest), (fixture, most), "{shares:?}");
    }
}

#[test]
fn a_series_stays_within_its_bound_and_starts_with_the_initial_window() {
    let report = report("cc/bufferbloat-cubic.pcap.gz");
    let series = bulk(&report).series.as_ref().expect("series were asked for");
    assert!(series.t_ms.len() <= 400 && series.t_ms.len() > 100, "{}", series.t_ms.len());
    assert!(series.t_ms.is_sorted());
    assert_eq!(series.cwnd.first(), Some(&Some(14_480)));
    for lengths in [series.in_flight.len(), series.cwnd.len(), series.peer_window.len(), series.rtt_ms.len()] {
        assert_eq!(lengths, series.t_ms.len());
    }
}

#[test]
fn a_far_sender_is_seen_through_the_timestamps_it_echoes() {
    let report = report("cc/single-loss-at-receiver.pcap.gz");
    let said = bulk(&report).congestion.as_ref().expect("a bulk sender");
    assert_eq!((said.sight, said.algorithm), ("echoed", "cubic"), "{:?}", said.because);
    assert!(said.max_window > Some(50 * 1_448), "{:?}", said.max_window);
}

#[test]
fn nothing_is_said_of_a_sender_out_of_sight() {
    let report = report("capture/mid-stream.pcap.gz");
    for end in report.conversations.iter().filter_map(|c| c.tcp.as_ref()).flat_map(|t| [&t.client, &t.server]) {
        let Some(said) = &end.congestion else { continue };
        if said.sight == "hidden" {
            let series = end.series.as_ref().expect("series were asked for");
            assert!(series.cwnd.iter().all(Option::is_none) && end.limited_by.is_none() && said.max_window.is_none());
        }
    }
}

/// RFC 7323 §4: the client measures from the SYN whose timestamp comes back. What the kernel had at the end is known.
#[test]
fn the_first_round_trip_is_measured_from_the_syn_that_is_echoed() {
    let report = report("tcp/syn-ack-lost-at-client.pcap");
    let rtt = bulk(&report).rtt_ms.as_ref().expect("a measured sender");
    assert!((rtt.srtt - 129.058).abs() < 1.0 && (rtt.min - 14.024).abs() < 0.1, "{rtt:?}");
}
