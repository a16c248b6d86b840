//! `wiregloss ss`: the sockets of every host at an instant, against captures whose story is known.

use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt;
use serde_json::Value;

fn run(args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("wiregloss").expect("the program is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("ss").args(args).output().expect("the program runs")
}

fn text(args: &[&str]) -> String {
    let out = run(args);
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&text(&[args, &["--format", "json"]].concat())).expect("valid JSON")
}

/// `host state` of every socket.
fn states(args: &[&str]) -> Vec<String> {
    let dump = json(args);
    let sockets = dump["sockets"].as_array().expect("sockets");
    let text = |v: &Value| v.as_str().expect("a text").to_owned();
    sockets.iter().map(|s| format!("{} {}", text(&s["local"]["ip"]), text(&s["state"]))).collect()
}

const CLEAN: &str = "fixtures/tcp/clean-at-client.pcap";

#[test]
fn both_ends_go_through_their_states_frame_by_frame() {
    let (client, server) = ("10.77.1.1", "10.77.1.2");
    let at = |frame: &str| states(&[CLEAN, "--at", frame]);
    assert_eq!(at("frame:1"), [format!("{client} SYN_SENT")]);
    let answered = [format!("{client} SYN_SENT"), format!("{server} LISTEN"), format!("{server} SYN_RECEIVED")];
    assert_eq!(at("frame:2"), answered);
    let open = [format!("{client} ESTABLISHED"), format!("{server} LISTEN"), format!("{server} ESTABLISHED")];
    assert_eq!(at("frame:3"), open);
    let last = [format!("{client} TIME_WAIT"), format!("{server} LISTEN")];
    assert_eq!(at("frame:12"), last);
}

#[test]
fn time_wait_runs_out_after_the_capture_has_ended() {
    let left = |at: &str, msl: &str| {
        let dump = json(&[CLEAN, "--at", at, "--msl", msl, "--state", "time-wait"]);
        let timer = dump["sockets"].get(0).map(|s| s["timer"].clone());
        timer.map(|t| (t["kind"].as_str().unwrap_or_default().to_owned(), t["left_ms"].as_f64().unwrap_or(-1.0)))
    };
    let (kind, ms) = left("30", "30").expect("2×MSL is not over");
    assert!(kind == "timewait" && (29_000.0..31_000.0).contains(&ms), "{ms}");
    assert_eq!((left("30", "5"), left("61", "30")), (None, None));
    assert!(text(&[CLEAN, "--at", "30"]).contains("The capture ends"));
}

#[test]
fn instants_are_seconds_times_of_day_or_frames() {
    let by_frame = json(&[CLEAN, "--at", "frame:3"]);
    let ns = by_frame["at_ns"].as_i64().expect("a time");
    let time = jiff::Timestamp::from_nanosecond(ns.into()).expect("a time of day").to_string();
    let seconds = format!("{:.9}", by_frame["t_ms"].as_f64().expect("a time") / 1000.0);
    for at in [time.as_str(), seconds.as_str()] {
        assert_eq!(json(&[CLEAN, "--at", at])["sockets"], by_frame["sockets"], "{at}");
    }
    for wrong in ["frame:0", "frame:99", "-1", "nan", "yesterday", ""] {
        let out = run(&[CLEAN, &format!("--at={wrong}")]);
        let error = String::from_utf8_lossy(&out.stderr);
        assert_eq!((out.status.code(), error.lines().count()), (Some(2), 1), "{wrong:?}: {error}");
    }
    assert_eq!(run(&[CLEAN]).status.code(), Some(2), "an instant is needed");
    assert_eq!(run(&[CLEAN, "--at", "0", "--state", "open"]).status.code(), Some(2));
}

#[test]
fn timers_tell_what_each_socket_waits_for() {
    let timers = |file: &str, at: &str| {
        let dump = json(&[file, "--at", at]);
        let sockets = dump["sockets"].as_array().cloned().unwrap_or_default();
        let of = |s: &Value| s["timer"]["kind"].as_str().map(|kind| format!("{kind} {}", s["timer"]["tries"]));
        sockets.iter().filter_map(of).collect::<Vec<_>>()
    };
    assert_eq!(timers("fixtures/tcp/keepalive-dead.pcap", "3"), ["keepalive 1"], "one probe without an answer");
    assert_eq!(timers("fixtures/sock/zero-window-long.pcap", "2"), ["persist 0"], "every probe was answered");
    assert_eq!(timers("fixtures/tcp/syn-silent-drop.pcap", "1.5"), ["on 1"], "one SYN sent again");
    assert_eq!(timers("fixtures/tcp/syn-silent-drop.pcap", "600"), Vec::<String>::new(), "it gave up");
}

#[test]
fn a_connection_without_a_beginning_was_open_before_its_first_packet() {
    let file = "fixtures/capture/mid-stream-tls.pcap";
    let dump = json(&[file, "--at", "1970-01-01T00:00:00Z"]);
    let sockets = dump["sockets"].as_array().expect("sockets");
    assert!(!sockets.is_empty() && sockets.iter().all(|s| s["state"] == "ESTABLISHED" && s["basis"] == "inferred"));
    assert!(text(&[file, "--at", "1970-01-01T00:00:00Z"]).contains("~ESTAB"));
    assert_eq!(json(&[CLEAN, "--at", "1970-01-01T00:00:00Z"])["sockets"], serde_json::json!([]), "a SYN opened it");
}

#[test]
fn what_the_snapshot_length_cut_off_is_unknown() {
    let dump = json(&["fixtures/capture/short-snaplen.pcap", "--at", "0.3"]);
    let open = dump["sockets"].as_array().expect("sockets").iter().find(|s| s["state"] == "ESTABLISHED");
    let info = &open.expect("an open connection")["info"];
    assert_eq!((&info["window_scale"], &info["sack"]), (&Value::Null, &Value::Bool(true)));
}

#[test]
fn the_inside_view_fits_eighty_columns_and_marks_what_is_inferred() {
    let shown = text(&["fixtures/sock/zero-window-long.pcap", "--at", "2", "--tin", "--width", "80"]);
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "{shown}");
    for part in ["~LISTEN", "timer:(persist,~", "rto:~", "backoff:2", "snd_wnd:0", "mss:1448", "wscale:0,10"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!text(&["fixtures/sock/zero-window-long.pcap", "--at", "2", "--tan"]).contains("rto:"));
}

#[test]
fn the_window_and_the_algorithm_are_inferred_from_a_sender_in_full_course() {
    let file = "fixtures/cc/bufferbloat-cubic.pcap.gz";
    let dump = json(&[file, "--at", "3"]);
    let sockets = dump["sockets"].as_array().expect("sockets");
    let sender = sockets.iter().find(|s| s["info"]["cwnd"].is_u64()).expect("a sender held by its window");
    let info = &sender["info"];
    let number = |name: &str| info[name].as_u64().expect("a number");
    assert!(number("cwnd").abs_diff(number("unacked")) <= 2, "the flight fills the window: {info}");
    assert_eq!(info["algorithm"], "cubic");
    assert!(text(&[file, "--at", "3", "--tin"]).contains("cwnd:~"));
    let idle = json(&[CLEAN, "--at", "frame:3"]);
    assert!(
        idle["sockets"].as_array().expect("sockets").iter().all(|s| s["info"]["cwnd"].is_null()),
        "nothing sent yet"
    );
}

#[test]
fn sockets_are_chosen_by_host_port_and_state() {
    let all = states(&[CLEAN, "--at", "frame:3"]);
    assert_eq!(states(&[CLEAN, "--at", "frame:3", "--host", "10.77.1.1"]), all[..1]);
    assert_eq!(states(&[CLEAN, "--at", "frame:3", "--state", "listen"]), all[1..2]);
    assert_eq!(states(&[CLEAN, "--at", "frame:3", "--port", "50999"]).len(), 2, "the listener has another port");
    assert_eq!(states(&[CLEAN, "--at", "frame:3", "--port", "1"]), Vec::<String>::new());
}

#[test]
fn counts_over_time_agree_with_the_lists() {
    let file = "fixtures/tcp/time-wait-census.pcap";
    let counts = json(&[file, "--count-by", "state", "--step", "0.5"]);
    let rows = counts["rows"].as_array().expect("rows");
    assert!(rows.len() >= 2);
    for row in rows {
        let at = format!("{:.9}", row["t_ms"].as_f64().expect("a time") / 1000.0);
        let listed = states(&[file, "--at", &at]);
        for (state, n) in row["states"].as_object().expect("states") {
            let same = listed.iter().filter(|s| s.ends_with(&format!(" {state}"))).count();
            assert_eq!(n.as_u64(), Some(same as u64), "{state} at {at}");
        }
    }
    assert!(text(&[file, "--count-by", "state"]).lines().next().is_some_and(|l| l.contains("TIME-WAIT")));
    assert_eq!(run(&[file, "--count-by", "state", "--step", "0"]).status.code(), Some(2));
}
