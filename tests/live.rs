//! Captures that are being taken: from a pipe whose writer is slow or does not end, until a signal ends them.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use assert_cmd::cargo::CommandCargoExt;

/// Bytes of a pcap file's header.
const HEADER: usize = 24;
/// More than a pipe holds: once so much is written, the program runs and reads.
const PIPEFUL: usize = 300_000;

/// Bytes of `tcp/clean-at-client.pcap` up to the end of the handshake.
const HANDSHAKE: usize = 286;

fn start(args: &[&str]) -> (Child, ChildStdin) {
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let stdin = child.stdin.take().expect("a pipe");
    (child, stdin)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).expect("a fixture")
}

/// A pcap header, then a fixture's records over and over until the program must have begun to read; how often.
fn flood(name: &str, to: &mut impl Write) -> usize {
    let file = fixture(name);
    let (header, records) = file.split_at(HEADER);
    let times = PIPEFUL.div_ceil(records.len());
    to.write_all(header).expect("a reader");
    to.write_all(&records.repeat(times)).expect("a reader");
    times
}

/// The packets of a fixture: a little-endian pcap file.
fn packets(name: &str) -> u64 {
    let file = fixture(name);
    let (mut at, mut n) = (HEADER, 0);
    while at < file.len() {
        at += 16 + u32::from_le_bytes(file[at + 8..at + 12].try_into().expect("four bytes")) as usize;
        n += 1;
    }
    n
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill(1)");
    assert!(status.success());
}

fn json(out: &Output) -> serde_json::Value {
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("valid JSON")
}

const STOPPED: &str = "reading was stopped before the end, the rest was not read";

#[test]
fn a_signal_ends_a_capture_that_goes_on_with_the_report_of_what_came() {
    for name in ["-INT", "-TERM"] {
        let (child, mut pipe) = start(&["report", "--format", "json", "-"]);
        let times = flood("tcp/clean-at-client.pcap", &mut pipe) as u64;
        signal(&child, name);
        let out = child.wait_with_output().expect("the program ends");
        let report = json(&out);
        assert_eq!(out.status.code(), Some(0));
        assert_eq!(report["capture"]["packets"], times * packets("tcp/clean-at-client.pcap"));
        assert_eq!(report["capture"]["file_problems"][STOPPED], 1, "{}", report["capture"]);
        drop(pipe);
    }
}

#[test]
fn what_the_writer_still_had_when_the_signal_came_is_read() {
    let (child, mut pipe) = start(&["report", "--format", "json", "-"]);
    let times = flood("tcp/clean-at-client.pcap", &mut pipe) as u64;
    signal(&child, "-INT");
    sleep(Duration::from_millis(150));
    pipe.write_all(&fixture("tcp/clean-at-client.pcap")[HEADER..]).expect("a reader");
    drop(pipe);
    let report = json(&child.wait_with_output().expect("the program ends"));
    assert_eq!(report["capture"]["packets"], (times + 1) * packets("tcp/clean-at-client.pcap"));
    assert_eq!(report["capture"]["file_problems"], serde_json::json!({}));
}

#[test]
fn a_signal_does_not_change_the_exit_code() {
    let (child, mut pipe) = start(&["report", "--fail-on", "bad", "-"]);
    flood("tcp/refused.pcap", &mut pipe);
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().expect("the program ends").status.code(), Some(1));
    drop(pipe);
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    let (child, mut pipe) = start(&["report", "-"]);
    flood("tcp/clean-at-client.pcap", &mut pipe);
    let both = format!("kill -INT {0}; kill -TERM {0}", child.id());
    assert!(Command::new("sh").args(["-c", &both]).status().expect("sh(1)").success());
    let out = child.wait_with_output().expect("the program ends");
    assert!(matches!(out.status.code(), Some(130 | 143)), "{out:?}");
    assert!(out.stdout.is_empty());
    drop(pipe);
}

#[test]
fn a_signal_before_any_byte_says_that_nothing_came() {
    let fifo = Fifo::new("empty");
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    let child = command.arg(&fifo.0).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    sleep(Duration::from_millis(300));
    signal(&child, "-INT");
    let out = child.wait_with_output().expect("the program ends");
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("stopped before a capture came"), "{out:?}");
}

#[test]
fn a_named_pipe_is_read_as_it_is_written() {
    let fifo = Fifo::new("slow");
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    let child = command
        .args(["report", "--format", "json"])
        .arg(&fifo.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut pipe = std::fs::File::options().write(true).open(&fifo.0).expect("a reader");
    for piece in fixture("tcp/clean-at-client.pcap").chunks(400) {
        pipe.write_all(piece).expect("a reader");
        sleep(Duration::from_millis(5));
    }
    drop(pipe);
    let report = json(&child.wait_with_output().expect("the program ends"));
    assert_eq!(report["capture"]["packets"], packets("tcp/clean-at-client.pcap"));
}

/// A named pipe, removed in the end.
struct Fifo(PathBuf);

impl Fifo {
    fn new(test: &str) -> Fifo {
        let path = std::env::temp_dir().join(format!("wiregloss-{}-{test}.fifo", std::process::id()));
        let status = Command::new("mkfifo").arg(&path).status().expect("mkfifo(1)");
        assert!(status.success());
        Fifo(path)
    }
}

impl Drop for Fifo {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0);
    }
}

/// The next screen of `watch`, of which a hint is the last line; it comes when there is something new to show.
fn next_screen(from: &mut impl BufRead) -> String {
    let mut screen = String::new();
    while !screen.contains("\nstep by step: ") {
        assert!(from.read_line(&mut screen).expect("text") > 0, "ended in {screen}");
    }
    assert!(!screen.contains('\x1b'), "no cursor control outside a terminal: {screen}");
    screen.trim_start().to_owned()
}

/// Ends it, and gives what it still had to say.
fn rest_of(mut from: impl Read, mut child: Child) -> String {
    let mut rest = String::new();
    from.read_to_string(&mut rest).expect("text");
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
    rest
}

#[test]
fn watch_draws_what_has_come_so_far_and_ends_with_the_report() {
    let (mut child, mut pipe) = start(&["watch", "--every", "200ms"]);
    let mut screens = BufReader::new(child.stdout.take().expect("a pipe"));
    let file = fixture("tcp/clean-at-client.pcap");
    let (handshake, rest) = file.split_at(HANDSHAKE);
    pipe.write_all(handshake).expect("a reader");
    let first = next_screen(&mut screens);
    assert!(first.starts_with("==== after ") && first.contains("ESTABLISHED"), "{first}");
    pipe.write_all(rest).expect("a reader");
    let second = next_screen(&mut screens);
    drop(pipe);
    let last = next_screen(&mut screens);
    let report = last.strip_prefix("==== the end ====\n").expect("the last screen");
    assert!(report.contains("TIME_WAIT"), "{report}");
    let lines =
        |text: &str| text.lines().map(str::to_owned).filter(|line| !line.starts_with("====")).collect::<BTreeSet<_>>();
    assert_eq!(lines(&second), lines(report), "what was drawn when all had come is the report");
    assert_eq!(rest_of(screens, child).trim(), "");
}

#[test]
fn watch_follows_a_file_that_grows_until_a_signal() {
    let path = std::env::temp_dir().join(format!("wiregloss-{}-growing.pcap", std::process::id()));
    let file = fixture("tcp/clean-at-client.pcap");
    let mut growing = std::fs::File::create(&path).expect("a file");
    growing.write_all(&file[..HANDSHAKE - 7]).expect("room");
    let (mut child, pipe) = start(&["watch", "--every", "200ms", path.to_str().expect("a plain name")]);
    let mut screens = BufReader::new(child.stdout.take().expect("a pipe"));
    let first = next_screen(&mut screens);
    assert!(first.contains(" 2 packets"), "the third is not all there yet: {first}");
    growing.write_all(&file[HANDSHAKE - 7..]).expect("room");
    next_screen(&mut screens);
    signal(&child, "-INT");
    let last = next_screen(&mut screens);
    drop((pipe, std::fs::remove_file(&path)));
    let all = format!(" {} packets", packets("tcp/clean-at-client.pcap"));
    assert!(last.contains(&all) && !last.contains("file:"), "{last}");
    assert_eq!(rest_of(screens, child).trim(), "");
}

#[test]
fn watch_says_what_it_cannot_do_in_one_line() {
    for args in [&["watch", "--every", "0"][..], &["watch", "no-such-file.pcap"], &["watch", "src"]] {
        let (child, pipe) = start(args);
        let out = child.wait_with_output().expect("the program ends");
        drop(pipe);
        let error = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!((out.status.code(), error.lines().count()), (Some(2), 1), "{args:?}: {error}");
    }
}
