//! Inputs and outputs that fail: one clear line and the right exit code; and nothing that a capture says reaches a terminal
//! as anything but text.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::build::*;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tcp/syn-flood.pcap");

fn wiregloss(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wiregloss"));
    command.args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    wiregloss(args).output().expect("the program runs")
}

/// A path for this test alone.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _none_before = fs::remove_file(&path);
    path
}

#[track_caller]
fn assert_refused(out: &Output, says: &str) {
    let error = String::from_utf8_lossy(&out.stderr);
    assert_eq!((out.status.code(), error.lines().count()), (Some(2), 1), "{error}");
    assert!(error.contains(says), "{error}");
    assert!(out.stdout.is_empty(), "nothing is half written");
}

#[test]
fn a_full_disk_is_told_in_one_line() {
    for args in [&["report", FIXTURE][..], &["report", "--format", "json", FIXTURE], &["events", FIXTURE], &["schema"]]
    {
        let full = File::options().write(true).open("/dev/full").expect("a device that is always full");
        let out = wiregloss(args).stdout(full).output().expect("the program runs");
        assert_refused(&out, "No space left");
    }
}

#[test]
fn what_is_no_readable_capture_is_told_in_one_line() {
    let empty = scratch("empty.pcap");
    fs::write(&empty, b"").expect("a writable folder");
    assert_refused(&run(&["report", &empty.to_string_lossy()]), "not a capture file");
    assert_refused(&run(&["report", "/dev/null"]), "not a capture file");
    assert_refused(&run(&["report", env!("CARGO_MANIFEST_DIR")]), "is a directory");
    assert_refused(&run(&["report", FIXTURE, &empty.to_string_lossy()]), "not a capture file");
    assert_refused(&run(&["report", "no\nsuch\x1b[31mfile"]), "cannot open");
}

#[test]
fn a_fifo_is_read_to_its_end() {
    let fifo = scratch("fifo.pcap");
    let made = Command::new("mkfifo").arg(&fifo).status().expect("mkfifo");
    assert!(made.success());
    let writer = {
        let fifo = fifo.clone();
        std::thread::spawn(move || fs::copy(FIXTURE, &fifo).map(drop).or_else(|_| fs::write(&fifo, b"")))
    };
    let out = run(&["report", "--format", "json", &fifo.to_string_lossy()]);
    writer.join().expect("a writer").expect("a fifo");
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("valid JSON");
    assert!(report["capture"]["packets"].as_u64() > Some(0));
}

#[test]
fn records_without_bytes_are_packets() {
    let path = scratch("zero.pcap");
    let mut file = Pcap::new(File::create(&path).expect("a writable folder")).expect("a writable file");
    for _ in 0..10 {
        file.packet(&[]).expect("a writable file");
    }
    let report = run(&["report", "--format", "json", &path.to_string_lossy()]).stdout;
    let report: serde_json::Value = serde_json::from_slice(&report).expect("valid JSON");
    assert_eq!(report["capture"]["packets"], 10);
}

/// Colours the terminal, hides, turns the direction, ends the line, and is no UTF-8 in the end.
const EVIL: &[u8] = b"a\x1b]0;owned\x07\x1b[31m\r\n\xe2\x80\xae\xe2\x80\x8b\xc2\x9b\x7f\xff";

/// A capture that says it wherever a capture can say something.
fn evil(path: &Path) {
    let mut file = PcapNg::new(File::create(path).expect("a writable folder")).expect("a writable file");
    let mut put = |kind: u32, body: &[u8]| file.block(kind, body).expect("a writable file");
    put(4, &[&[1, 0, (5 + EVIL.len()) as u8, 0, 192, 0, 2, 1][..], EVIL, &[0, 0, 0, 0]].concat());
    file.interface(&[(1, EVIL), (2, EVIL), (3, EVIL), (11, EVIL), (12, EVIL)]).expect("a writable file");
    let packets = [
        v4(17, 1, &udp((40_000, 53), &dns(EVIL))),
        answer(v4(17, 1, &udp((53, 40_000), &dns(EVIL)))),
        v4(6, 2, &tcp((40_000, 443), (0, 0), SYN, &[], &[])),
        answer(v4(6, 2, &tcp((443, 40_000), (0, 1), SYN | ACK, &[], &[]))),
        v4(6, 2, &tcp((40_000, 443), (1, 1), ACK | PSH, &[], &client_hello(EVIL))),
        v4(6, 3, &tcp((40_000, 80), (0, 0), SYN, &[], &[])),
        answer(v4(6, 3, &tcp((80, 40_000), (0, 1), SYN | ACK, &[], &[]))),
        v4(6, 3, &tcp((40_000, 80), (1, 1), ACK | PSH, &[], &[b"GET /", EVIL, b" HTTP/1.1\r\nHost: ", EVIL].concat())),
        v4(6, 4, &tcp((40_000, 25), (0, 0), SYN, &[], &[])),
        answer(v4(6, 4, &tcp((25, 40_000), (0, 1), SYN | ACK, &[], &[]))),
        answer(v4(6, 4, &tcp((25, 40_000), (1, 1), ACK | PSH, &[], &[b"220 ", EVIL, b" ESMTP\r\n"].concat()))),
    ];
    for (n, packet) in packets.iter().enumerate() {
        file.packet(0, 1_000_000 * n as u64, packet, &[(1, EVIL)]).expect("a writable file");
    }
}

/// A DNS message whose name has such a label; a response where it is looked at as one.
fn dns(label: &[u8]) -> Vec<u8> {
    let mut message = vec![0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, label.len() as u8];
    message.extend_from_slice(label);
    message.extend([0, 0, 16, 0, 1, 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, label.len() as u8 + 1, label.len() as u8]);
    message.extend_from_slice(label);
    message
}

/// A ClientHello with such a server name and such an ALPN protocol.
fn client_hello(name: &[u8]) -> Vec<u8> {
    let field = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
    let sni = field(&[&[0][..], &field(name)].concat());
    let alpn = field(&[&[name.len() as u8][..], name].concat());
    let extensions = [&[0, 0][..], &field(&sni), &[0, 16], &field(&alpn)].concat();
    let body = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0], &field(&extensions)].concat();
    let hello = [&[1, 0][..], &field(&body)].concat();
    [&[22, 3, 1][..], &field(&hello)].concat()
}

#[test]
fn nothing_that_a_capture_says_controls_the_terminal() {
    // The file's own name is the capture's maker's as well.
    let path = scratch("evil\u{1b}[31m\u{202e}name.pcapng");
    evil(&path);
    let path = path.to_string_lossy();
    let mut shown = String::new();
    for args in [
        &["report", "--color", "never", &path][..],
        &["report", "--all", "--color", "never", &path],
        &["explain", "--conversation", "0", "--color", "never", &path],
        &["explain", "--conversation", "1", "--color", "never", &path],
        &["explain", "--conversation", "2", "--color", "never", &path],
        &["explain", "--conversation", "3", "--color", "never", &path],
    ] {
        let out = run(args);
        assert_eq!(out.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        let text = String::from_utf8(out.stdout).expect("UTF-8");
        let raw = text.chars().find(|c| {
            let invisible = matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            invisible || (c.is_control() && *c != '\n')
        });
        assert_eq!(raw, None, "{args:?}: {text}");
        shown.push_str(&text);
    }
    assert!(shown.contains("owned"), "the names are shown, escaped");
}

#[test]
fn json_is_valid_whatever_a_capture_says() {
    let path = scratch("evil-json.pcapng");
    evil(&path);
    let path = path.to_string_lossy();
    let report = run(&["report", "--format", "json", &path]).stdout;
    let report: serde_json::Value = serde_json::from_slice(&report).expect("valid JSON");
    assert_eq!(report["conversations"].as_array().map(Vec::len), Some(4));
    let events = String::from_utf8(run(&["events", &path]).stdout).expect("UTF-8");
    assert!(events.lines().count() > 10);
    for line in events.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a JSON object a line");
    }
}

#[test]
fn a_message_about_a_file_does_not_control_the_terminal_either() {
    let out = run(&["report", "no-such\u{1b}[31m\u{202e}\n-file"]);
    let error = String::from_utf8_lossy(&out.stderr);
    assert!(!error.trim_end().contains(|c: char| c.is_control() || c == '\u{202e}'), "{error:?}");
}
