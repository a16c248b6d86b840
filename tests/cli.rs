//! The program as a user runs it: exit codes, one line of error, JSON that parses.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::CommandCargoExt;

fn run(args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().expect("the program runs")
}

/// Runs it with `input` on the standard input.
fn run_with(args: &[&str], input: &[u8]) -> Output {
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    // A program that refuses its input does not read it to the end.
    let _closed = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("the program ends")
}

fn json(out: &Output) -> serde_json::Value {
    serde_json::from_slice(&out.stdout).expect("valid JSON")
}

#[test]
fn what_is_no_capture_is_one_line_and_exit_2() {
    for args in [
        &["Cargo.toml"][..],
        &["src"],
        &["no-such-file.pcap"],
        &["fixtures/tcp/clean-at-client.pcap", "--limit", "x=1"],
        &["fixtures/tcp/clean-at-client.pcap", "--msl=-1"],
        &["events", "--event", "no-such-kind", "fixtures/tcp/clean-at-client.pcap"],
        &["explain", "--conversation", "99", "fixtures/tcp/clean-at-client.pcap"],
        &["explain", "--frame", "99", "fixtures/tcp/clean-at-client.pcap"],
        &["fixtures/tcp/clean-at-client.pcap", "--concept", "no.such"],
        &["fixtures/tcp/clean-at-client.pcap", "--concept", ""],
        &["explain", "fixtures/tcp/clean-at-client.pcap", "--host", "192.0.2.99"],
        &["concepts", "no.such"],
        &["guide", "99"],
    ] {
        let out = run(args);
        let error = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{args:?}: {error}");
    }
}

#[test]
fn all_before_a_file_does_not_take_it_for_a_number() {
    let (before, after) =
        (["--all", "fixtures/tcp/clean-at-client.pcap"], ["fixtures/tcp/clean-at-client.pcap", "--all=9"]);
    assert_eq!(run(&before).status.code(), Some(0));
    assert_eq!(run(&before).stdout, run(&after).stdout);
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

#[test]
fn an_empty_input_is_no_capture() {
    let out = run_with(&["-"], b"");
    assert_eq!((out.status.code(), String::from_utf8_lossy(&out.stderr).lines().count()), (Some(2), 1));
}

#[test]
fn standard_input_is_read_like_a_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tcp/clean-at-client.pcap");
    let bytes = std::fs::read(path).expect("a fixture");
    let args = ["report", "--format", "json"];
    let (piped, read) = (run_with(&[&args[..], &["-"]].concat(), &bytes), run(&[&args[..], &[path]].concat()));
    let (piped, read) = (json(&piped), json(&read));
    assert_eq!((&piped["conversations"], &piped["findings"]), (&read["conversations"], &read["findings"]));
    for which in [&["--frame", "3"][..], &["--host", "10.77.1.2"], &["--conversation", "0"], &[]] {
        let told = run_with(&[&["explain", "-"], which].concat(), &bytes);
        assert!(String::from_utf8_lossy(&told.stdout).contains("10.77.1.1:50999 → 10.77.1.2:5001"), "{which:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for args in [&["events", "fixtures/tcp/syn-flood.pcap"][..], &["schema"], &["fixtures/tcp/syn-flood.pcap"]] {
        let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        drop(child.stdout.take());
        let out = child.wait_with_output().expect("the program ends");
        assert_eq!((out.status.code(), out.stderr.len()), (Some(0), 0), "{args:?}");
    }
}

#[test]
fn filters_leave_what_is_asked_for() {
    let flood = "fixtures/tcp/syn-flood.pcap";
    let report = |filter: &[&str]| json(&run(&[&["report", "--format", "json", flood], filter].concat()));
    let all = report(&[]);
    let one = report(&["--conversation", "7"]);
    assert_eq!(one["conversations"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["conversations"][0], all["conversations"][7]);
    assert_eq!(one["capture"], all["capture"], "totals are those of the capture");
    let findings = |report: &serde_json::Value| report["findings"].as_array().cloned().expect("findings");
    assert!(findings(&one).iter().all(|f| f["subject"]["conversation"] == 7));
    assert!(findings(&report(&["--severity", "bad"])).iter().all(|f| f["severity"] == "bad"));
    assert!(findings(&report(&["--section", "0"])).iter().all(|f| f["section"] == 0));
    let tcp = findings(&report(&["--concept", "tcp"]));
    assert!(!tcp.is_empty() && tcp.iter().all(|f| f["concept"].as_str().is_some_and(|c| c.starts_with("tcp."))));
    assert_eq!(report(&["--host", "192.0.2.99"])["conversations"], serde_json::json!([]));
    assert_eq!(run(&[flood, "--host", "not-an-address"]).status.code(), Some(2));
}

#[test]
fn a_filtered_conversation_is_found_beyond_every_bound() {
    let out = run(&[
        "report",
        "--format",
        "json",
        "--conversation",
        "200",
        "--limit",
        "report_conversations=1",
        "--limit",
        "findings_per_concept=1",
        "fixtures/tcp/syn-flood.pcap",
    ]);
    let report = json(&out);
    assert_eq!(report["conversations"][0]["id"], 200);
    assert!(report["findings"].as_array().is_some_and(|f| !f.is_empty()));
}

#[test]
fn colour_comes_only_when_asked_for() {
    let file = "fixtures/tcp/clean-at-client.pcap";
    assert!(!run(&[file]).stdout.contains(&0x1b), "not into a pipe");
    let painted = run(&[file, "--color", "always", "--guide-url", "https://guide.example"]);
    let text = String::from_utf8_lossy(&painted.stdout).into_owned();
    let link = "\x1b]8;;https://guide.example#3-the-tcp-three-way-handshake-and-teardown\x1b\\";
    assert!(text.contains(link), "{text}");
    for args in [&["concepts"][..], &["concepts", "tcp.reset"], &["guide"], &["explain", file]] {
        let linked = run(&[args, &["--color", "always", "--guide-url", "https://guide.example"]].concat());
        assert!(String::from_utf8_lossy(&linked.stdout).contains(link), "{args:?}");
        let plain = run(&[args, &["--guide-url", "https://guide.example"]].concat());
        assert!(!plain.stdout.contains(&0x1b), "{args:?} into a pipe");
    }
}

#[test]
fn what_describes_the_program_is_printed() {
    for (args, part) in [
        (&["schema"][..], "\"$schema\""),
        (&["completions", "bash"], "--fail-on"),
        (&["man"], ".TH wiregloss"),
        (&["concepts"], "tcp.handshake"),
        (&["concepts", "tcp.handshake"], "RFC 9293"),
        (&["guide", "3"], "TIME_WAIT"),
        (&["--help"], "explain"),
    ] {
        let out = run(args);
        assert_eq!(out.status.code(), Some(0), "{args:?}");
        assert!(String::from_utf8_lossy(&out.stdout).contains(part), "{args:?}");
    }
}

#[test]
fn options_of_every_command_stand_before_or_behind_its_name() {
    let file = "fixtures/tcp/refused.pcap";
    for args in [
        &["--quiet", "--width", "60", "report", file][..],
        &["report", "--quiet", "--width", "60", file],
        &["--quiet", "--width", "60", file],
    ] {
        let out = run(args);
        assert_eq!(out.status.code(), Some(0), "{args:?}");
        assert_eq!(out.stdout, run(&[file, "--width", "60"]).stdout, "{args:?}");
    }
    let seconds = run(&["--msl", "10", "report", "--format", "json", "fixtures/tcp/clean-at-client.pcap"]);
    assert_eq!(
        seconds.stdout,
        run(&["report", "--format", "json", "--msl", "10", "fixtures/tcp/clean-at-client.pcap"]).stdout
    );
}

#[test]
fn an_option_of_one_command_before_its_name_is_refused_and_not_ignored() {
    let out = run(&["--host", "10.77.7.1", "explain", "fixtures/tcp/refused.pcap"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("wiregloss explain --host"));
}

/// A capture of `n` connection attempts to as many ports; the last is answered.
fn attempts(n: u16) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(word.to_le_bytes());
    }
    let segment = |from: [u8; 4], to: [u8; 4], ports: [u16; 2], flags: u8| {
        let mut packet = vec![0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0];
        packet.extend(from.into_iter().chain(to));
        packet.extend(ports.into_iter().flat_map(u16::to_be_bytes));
        packet.extend([0, 0, 0, 1, 0, 0, 0, if flags == 0x02 { 0 } else { 2 }, 0x50, flags, 255, 255, 0, 0, 0, 0]);
        packet
    };
    let (client, server) = ([192, 0, 2, 1], [198, 51, 100, 7]);
    let mut packets: Vec<Vec<u8>> = (1..=n).map(|port| segment(client, server, [40_000, port], 0x02)).collect();
    packets.push(segment(server, client, [n, 40_000], 0x12));
    for (i, packet) in packets.iter().enumerate() {
        for word in [1_700_000_000, i as u32, packet.len() as u32, packet.len() as u32] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

#[test]
fn explain_finds_any_conversation_of_many() {
    let capture = attempts(6_000);
    for (which, told) in [
        (&["--conversation", "5500"][..], "192.0.2.1:40000 → 198.51.100.7:5501"),
        (&["--frame", "5501"], "192.0.2.1:40000 → 198.51.100.7:5501"),
        (&["--frame", "6001"], "192.0.2.1:40000 → 198.51.100.7:6000"),
        (&["--host", "198.51.100.7"], "192.0.2.1:40000 → 198.51.100.7:"),
        (&[], "192.0.2.1:40000 → 198.51.100.7:"),
    ] {
        let out = run_with(&[&["explain", "-"], which].concat(), &capture);
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success() && text.starts_with(told), "{which:?}: {text}");
        assert!(text.contains("SYN_SENT | "), "{which:?}: {text}");
    }
}

#[test]
fn explain_is_as_long_as_asked_and_shows_the_frame_asked_for() {
    let file = "fixtures/cc/random-loss-cubic.pcap.gz";
    let ladder = |args: &[&str]| {
        let out = run(&[&["explain", file, "--width", "100"], args].concat());
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        text.split("What it shows").next().unwrap_or_default().to_owned()
    };
    let packets = |text: &str| text.lines().filter(|l| l.contains(" → ") || l.contains(" ← ")).count();
    let (few, all) = (ladder(&["--steps", "20"]), ladder(&["--every", "--steps", "5000"]));
    assert!(packets(&few) <= 25 && few.contains("more here: --steps N"), "{few}");
    assert!(few.contains("TIME_WAIT | CLOSED"), "the end is told: {few}");
    assert!(packets(&all) >= 2_205 && !all.contains('…'), "every packet");
    let asked = ladder(&["--steps", "20", "--frame", "1000"]);
    assert!(asked.contains("the frame asked for") && asked.contains("  1000 ←"), "{asked}");
}

#[test]
fn a_progress_bar_never_gets_into_a_file() {
    let out = run(&["fixtures/cc/bufferbloat-cubic.pcap.gz"]);
    assert!(out.stderr.is_empty(), "no terminal, no bar");
}

#[test]
fn every_shell_gets_completions_and_every_command_a_manual_page() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let out = run(&["completions", shell]);
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success() && ["explain", "fail-on"].iter().all(|part| text.contains(part)), "{shell}");
    }
    for command in ["report", "explain", "events", "concepts", "guide", "schema"] {
        let out = run(&["man", command]);
        assert!(String::from_utf8_lossy(&out.stdout).contains(&format!(".TH wiregloss-{command}")), "{command}");
    }
    assert_eq!(run(&["man", "no-such-command"]).status.code(), Some(2));
}

#[test]
fn a_report_in_a_file_is_the_one_on_standard_output_and_an_older_one_stays_when_there_is_none() {
    let path = std::env::temp_dir().join(format!("wiregloss-{}-report.txt", std::process::id()));
    let to = path.to_str().expect("a plain name");
    let file = "fixtures/tcp/clean-at-client.pcap";
    let written = run(&["report", "-o", to, file]);
    assert_eq!((written.status.code(), written.stdout.len(), written.stderr.len()), (Some(0), 0, 0));
    assert_eq!(std::fs::read(&path).expect("a file"), run(&[file]).stdout);
    assert_eq!(run(&["report", "-o", to, "Cargo.toml"]).status.code(), Some(2));
    assert_eq!(std::fs::read(&path).expect("a file"), run(&[file]).stdout);
    std::fs::remove_file(&path).expect("a file");
    let out = run(&["report", "-o", "/no/such/folder/report.txt", file]);
    assert_eq!((out.status.code(), String::from_utf8_lossy(&out.stderr).lines().count()), (Some(2), 1));
}
