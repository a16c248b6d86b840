//! The program as a user runs it: exit codes, one line of error, JSON that parses.

use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt;

fn run(args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().expect("the program runs")
}

#[test]
fn what_is_no_capture_is_one_line_and_exit_2() {
    for args in [
        &["Cargo.toml"][..],
        &["src"],
        &["no-such-file.pcap"],
        &["fixtures/tcp/clean-at-client.pcap", "--limit", "x=1"],
    ] {
        let out = run(args);
        let error = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{args:?}: {error}");
    }
}

#[test]
fn the_json_report_parses_and_counts_the_packets() {
    let out = run(&["report", "--format", "json", "fixtures/capture/interfaces.pcapng"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("valid JSON");
    assert_eq!(report["schema"], 1);
    assert!(report["capture"]["packets"].as_u64().is_some_and(|n| n > 0));
}

#[test]
fn fail_on_decides_the_exit_code() {
    let refused = "fixtures/tcp/refused.pcap";
    assert_eq!(run(&[refused, "--fail-on", "bad"]).status.code(), Some(1));
    assert_eq!(run(&[refused]).status.code(), Some(0));
    assert_eq!(run(&["fixtures/tcp/clean-at-client.pcap", "--fail-on", "warn"]).status.code(), Some(0));
}

#[test]
fn without_colour_nothing_escapes_to_the_terminal() {
    let out = run(&["fixtures/tcp/syn-flood.pcap", "--color", "never", "--width", "80"]);
    assert!(out.status.success());
    assert!(!out.stdout.contains(&0x1b));
}

#[test]
fn events_are_one_json_object_a_line_in_frame_order() {
    let out = run(&["events", "--event", "state", "fixtures/tcp/clean-at-client.pcap"]);
    let text = String::from_utf8_lossy(&out.stdout);
    let frames: Vec<u64> = text
        .lines()
        .map(|l| {
            serde_json::from_str::<serde_json::Value>(l).expect("a JSON object")["frame"].as_u64().expect("a frame")
        })
        .collect();
    assert!(frames.len() >= 8 && frames.is_sorted(), "{text}");
}
