//! What a user reads: the first screen of a report, a conversation's story, a concept's and a guide section's page, kept
//! in `snapshots/` at the width of a narrow and of a wide terminal.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --test screens`, and read the diff.

use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;

/// Columns of the two terminals.
const WIDTHS: [&str; 2] = ["80", "110"];
/// Lines of a report that are kept: a screen.
const SCREEN: usize = 32;
/// Lines of a story or page that are kept.
const STORY: usize = 48;

/// Captures that each show another kind of trouble, or none.
const TELLING: [&str; 14] = [
    "capture/cut-tail.pcap",
    "capture/mid-stream-tls.pcap",
    "cc/random-loss-cubic.pcap.gz",
    "cc/rto-backoff.pcap",
    "dns/bind-failures.pcap",
    "http/h3-basic.pcap",
    "mtu/black-hole.pcap",
    "sock/zero-window.pcap",
    "tcp/clean-at-client.pcap",
    "tcp/port-scan.pcap",
    "tcp/syn-flood.pcap",
    "tcp/time-wait-census.pcap",
    "tls/cert-expired.pcap",
    "tls/tls13-nginx-curl.pcap",
];

/// What is printed at a width, without colour, as it is into a file.
fn printed(args: &[&str], width: &str) -> String {
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).args(["--width", width]).env_remove("NO_COLOR");
    let out = command.output().expect("the program runs");
    assert!(out.status.success() && out.stderr.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

/// The first lines, with a mark where there are more.
fn first(text: &str, lines: usize) -> String {
    let mut kept: String = text.lines().take(lines).flat_map(|l| [l, "\n"]).collect();
    if text.lines().count() > lines {
        kept.push_str("⋮\n");
    }
    kept
}

/// Keeps what is printed at both widths, up to so many lines each.
fn keep(name: &str, args: &[&str], lines: usize) {
    let at = |width: &str| format!("── {width} columns\n{}", first(&printed(args, width), lines));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, WIDTHS.map(at).join("\n"));
    });
}

/// `tcp/syn-flood.pcap` as part of a file's name.
fn slug(fixture: &str) -> String {
    fixture.split('.').next().unwrap_or(fixture).replace('/', "-")
}

#[test]
fn the_first_screen_of_a_report() {
    for fixture in TELLING {
        keep(&format!("report-{}", slug(fixture)), &[&format!("fixtures/{fixture}")], SCREEN);
    }
}

#[test]
fn the_story_of_a_conversation() {
    for fixture in TELLING {
        keep(&format!("explain-{}", slug(fixture)), &["explain", &format!("fixtures/{fixture}")], STORY);
    }
}

#[test]
fn the_pages_of_a_concept_and_of_the_guide() {
    keep("concept-tcp-time-wait", &["concepts", "tcp.time-wait"], STORY);
    keep("guide-4", &["guide", "4"], STORY);
}

#[test]
fn no_line_is_wider_than_asked_for_and_none_ends_in_blanks() {
    for fixture in TELLING {
        let file = format!("fixtures/{fixture}");
        for args in [&[file.as_str()][..], &[&file, "--all"], &["explain", &file], &["explain", "--every", &file]] {
            for width in ["80", "100", "110"] {
                let columns: usize = width.parse().expect("a number");
                for line in printed(args, width).lines() {
                    assert!(unicode_width::UnicodeWidthStr::width(line) <= columns, "{args:?} at {width}: {line}");
                    assert_eq!(line, line.trim_end(), "{args:?} at {width}");
                }
            }
        }
    }
}

/// Set it to write the README's screen anew instead of comparing.
const UPDATE: &str = "WIREGLOSS_UPDATE";
/// Lines of output in the README.
const README_LINES: usize = 28;

#[test]
fn the_readme_shows_a_screen_of_real_output() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let (begin, end) = ("<!-- screen:begin -->\n```\n", "```\n<!-- screen:end -->");
    let (before, rest) = readme.split_once(begin).expect("where the screen begins");
    let (shown, after) = rest.split_once(end).expect("where the screen ends");
    let screen: String = printed(&["fixtures/cc/bufferbloat-cubic.pcap.gz"], "110")
        .lines()
        .take(README_LINES)
        .chain(["…"])
        .flat_map(|line| [line, "\n"])
        .collect();
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, format!("{before}{begin}{screen}{end}{after}")).expect("a writable README");
    } else {
        assert_eq!(shown, screen, "set {UPDATE}=1 to write the screen anew");
    }
}
