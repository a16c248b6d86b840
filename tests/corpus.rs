//! Captures of other projects against what tshark says of them, where a folder of both is at hand.
//!
//! `WIREGLOSS_CORPUS` names the folder: `INDEX.tsv`, whose first column is a capture's path in it, and for each
//! `oracle/PATH.json` with tshark's packets, TCP streams, TLS hellos and DNS messages. Without it the test says so and
//! does nothing. A difference must be in [`KNOWN`], with its reason.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use wiregloss::source::Capture;
use wiregloss::{Settings, analyze};

/// Names the folder.
const CORPUS: &str = "WIREGLOSS_CORPUS";
/// No capture of the corpus may take longer, in any build.
const PATIENCE: Duration = Duration::from_secs(10);
/// Captures are read by so many threads at once.
const THREADS: usize = 2;

/// Where we differ, in what, and why that is no mistake.
const KNOWN: &[(&str, &str, &str)] = &[
    ("pcapplusplus/tcp-malformed.pcap", "tcp", "headers longer than the packet: no conversation is made of them"),
    ("zeek/dns-inverse-query.pcap", "dns", "the oracle lists no inverse queries"),
    ("zeek/dns/dns_extended_rcode.pcap", "dns", "the oracle's code lacks the bits in EDNS"),
    ("zeek/dns/dynamic-update.pcap", "dns", "the oracle lists no updates"),
];

#[test]
#[expect(clippy::print_stdout, reason = "what is skipped or known is told to whoever asks with --nocapture")]
fn real_captures_are_read_as_tshark_reads_them() {
    let Some(folder) = std::env::var_os(CORPUS).map(PathBuf::from) else {
        println!("skipped: {CORPUS} names no folder of captures");
        return;
    };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).expect("INDEX.tsv in the corpus");
    let captures: Vec<&str> = index.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    assert!(!captures.is_empty(), "INDEX.tsv lists captures");
    let mut differences: Vec<(String, &str, String)> = std::thread::scope(|scope| {
        let parts = (0..THREADS).map(|i| captures.iter().skip(i).step_by(THREADS).copied().collect::<Vec<_>>());
        let folder = &folder;
        let running: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().flat_map(|c| differences(folder, c)).collect::<Vec<_>>()))
            .collect();
        running.into_iter().flat_map(|t| t.join().expect("panics are caught")).collect()
    });
    differences.sort();
    let mut unknown = String::new();
    for (capture, what, how) in &differences {
        match KNOWN.iter().find(|(c, w, _)| c == capture && w == what) {
            Some((.., why)) => println!("known: {capture}, {what}: {why}"),
            None => writeln!(unknown, "{capture}, {what}: {how}").expect("memory"),
        }
    }
    for (capture, what, _) in KNOWN.iter().filter(|k| !differences.iter().any(|d| d.0 == k.0 && d.1 == k.1)) {
        println!("no difference any more: {capture}, {what}");
    }
    assert!(unknown.is_empty(), "differences that are not known:\n{unknown}");
}

/// What one capture's report says otherwise than the oracle.
fn differences(folder: &Path, capture: &str) -> Vec<(String, &'static str, String)> {
    let (path, oracle) = (folder.join(capture), folder.join(format!("oracle/{capture}.json")));
    let Ok(oracle) = fs::read_to_string(&oracle) else { return Vec::new() };
    let oracle: Value = serde_json::from_str(&oracle).expect("the oracle is JSON");
    let began = Instant::now();
    let report = std::panic::catch_unwind(|| {
        let mut capture = Capture::open(&[&path]).map_err(|e| e.to_string())?;
        let report = analyze(&mut capture, &Settings::default(), &mut |_| {}).map_err(|e| e.to_string())?;
        serde_json::to_value(&report).map_err(|e| e.to_string())
    });
    let mut found = Vec::new();
    let mut say = |what, how: String| found.push((capture.to_owned(), what, how));
    match report {
        Err(_) => say("panic", "it panicked".to_owned()),
        Ok(Err(error)) => say("error", error),
        Ok(Ok(report)) => {
            if report["capture"]["packets"] != oracle["packets"] {
                say("packets", format!("{} and tshark {}", report["capture"]["packets"], oracle["packets"]));
            }
            for (what, ours, theirs) in [
                ("tcp", tcp(&report), tshark_tcp(&oracle)),
                ("tls", tls(&report), tshark_tls(&oracle)),
                ("dns", dns(&report), tshark_dns(&oracle)),
            ] {
                if ours != theirs {
                    say(
                        what,
                        format!("ours only {:?}, tshark only {:?}", ours.without(&theirs), theirs.without(&ours)),
                    );
                }
            }
        }
    }
    if began.elapsed() > PATIENCE {
        say("time", format!("{:?}", began.elapsed()));
    }
    found
}

/// Things with how often each is there.
#[derive(Debug, Default, PartialEq)]
struct Bag(BTreeMap<String, u64>);

impl Bag {
    fn add(&mut self, thing: impl Debug, n: u64) {
        if n > 0 {
            *self.0.entry(format!("{thing:?}")).or_default() += n;
        }
    }

    /// A few of the things that another has not, or not as often.
    fn without<'a>(&'a self, other: &'a Bag) -> Vec<(&'a String, &'a u64)> {
        self.0.iter().filter(|(k, n)| other.0.get(*k) != Some(n)).take(3).collect()
    }
}

fn list(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

/// Conversations and payload bytes by pair of endpoints.
fn tcp(report: &Value) -> Bag {
    let mut bag = Bag::default();
    for c in list(&report["conversations"]).filter(|c| c["protocol"] == "tcp") {
        let end = |side: &str| (c[side]["ip"].to_string(), c[side]["port"].as_u64().unwrap_or(0));
        let bytes = |side: &str| c["payload_bytes"][side].as_u64().unwrap_or(0);
        count_pair(&mut bag, [end("client"), end("server")], bytes("client") + bytes("server"));
    }
    bag
}

fn tshark_tcp(oracle: &Value) -> Bag {
    let mut bag = Bag::default();
    for stream in list(&oracle["tcp"]) {
        let end = |side: &str| (stream[side][0].to_string(), stream[side][1].as_u64().unwrap_or(0));
        let bytes = list(&stream["payload"]).filter_map(Value::as_u64).sum();
        count_pair(&mut bag, [end("a"), end("b")], bytes);
    }
    bag
}

fn count_pair(bag: &mut Bag, mut ends: [(String, u64); 2], bytes: u64) {
    ends.sort();
    bag.add(("conversation", &ends), 1);
    bag.add(("bytes", &ends), bytes);
}

/// First ClientHellos over TCP.
fn tls(report: &Value) -> Bag {
    let mut bag = Bag::default();
    let hellos = list(&report["conversations"]).filter(|c| c["protocol"] == "tcp").map(|c| &c["tls"]);
    for hello in hellos.filter(|t| list(&t["offered_versions"]).next().is_some()) {
        bag.add((name(&hello["sni"]), list(&hello["alpn_offered"]).collect::<Vec<_>>(), &hello["ja3"]), 1);
    }
    bag
}

fn tshark_tls(oracle: &Value) -> Bag {
    let mut bag = Bag::default();
    let mut seen = std::collections::BTreeSet::new();
    for hello in list(&oracle["tls"]).filter(|m| m["type"] == "client_hello" && m["transport"] == "tcp") {
        if seen.insert(hello["stream"].as_u64()) {
            bag.add((name(&hello["sni"]), list(&hello["alpn"]).collect::<Vec<_>>(), &hello["ja3"]), 1);
        }
    }
    bag
}

/// Queries by id and name, responses by id, name and code.
fn dns(report: &Value) -> Bag {
    let mut bag = Bag::default();
    for d in list(&report["dns"]).filter(|d| d["transport"] == "udp" || d["transport"] == "tcp") {
        let of = (d["id"].as_u64(), name(&d["qname"]));
        if !d["query_frame"].is_null() {
            bag.add(("query", &of), 1 + d["retries"].as_u64().unwrap_or(0));
        }
        if !d["response_frame"].is_null() {
            let known = RCODES.iter().position(|r| d["rcode"] == *r).map(|n| n as u64);
            bag.add(("response", &of, known.or(d["rcode"].as_u64())), 1);
        }
    }
    bag
}

fn tshark_dns(oracle: &Value) -> Bag {
    let mut bag = Bag::default();
    let wanted = |d: &&Value| !d["qname"].is_null() && d["opcode"] == 0 && (d["l4"] == "udp" || d["l4"] == "tcp");
    for d in list(&oracle["dns"]).filter(wanted) {
        let of = (d["id"].as_u64(), name(&d["qname"]));
        match d["qr"].as_bool().unwrap_or_else(|| d["qr"] == 1) {
            false => bag.add(("query", &of), 1),
            true => bag.add(("response", &of, d["rcode"].as_u64()), 1),
        }
    }
    bag
}

const RCODES: [&str; 11] = [
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
    "NOTZONE",
];

/// A name without its last dot, in lower case; the root is empty.
fn name(name: &Value) -> String {
    name.as_str().unwrap_or_default().replace("<Root>", "").trim_end_matches('.').to_lowercase()
}
