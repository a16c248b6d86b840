//! The JSON that people script against: every document is as its own schema says, and has the fields that the contract
//! names, with null or nothing for what a capture cannot tell.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use wiregloss::report::Report;
use wiregloss::source::Capture;
use wiregloss::{Settings, analyze};

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let areas = fs::read_dir(root).expect("the fixtures are part of the project").flatten();
    let files = areas.filter_map(|area| fs::read_dir(area.path()).ok()).flatten().flatten().map(|f| f.path());
    let mut captures: Vec<_> = files.filter(|f| f.to_string_lossy().contains(".pcap")).collect();
    captures.sort();
    captures
}

fn report(path: &Path) -> Report {
    let settings = Settings { series: true, ..Settings::default() };
    let mut capture = Capture::open(&[path]).expect("a readable fixture");
    analyze(&mut capture, &settings, &mut |_| {}).expect("a readable fixture")
}

fn document(fixture: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    serde_json::to_value(report(&path)).expect("plain data")
}

#[test]
fn every_document_is_as_the_schema_says_and_has_nothing_besides() {
    let schema: Value = serde_json::from_str(&wiregloss::report::schema()).expect("the schema is JSON");
    let captures = fixtures();
    assert!(captures.len() > 100, "the fixtures are found");
    let mut wrong = Vec::new();
    for path in captures {
        let document = serde_json::to_value(report(&path)).expect("plain data");
        let check = Check { root: &schema };
        check.value(&document, &schema, &path.display().to_string(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(20)].join("\n"));
}

/// As much of JSON Schema as the report's schema uses, and stricter: a field without a description there is an error.
struct Check<'a> {
    root: &'a Value,
}

impl Check<'_> {
    fn value(&self, value: &Value, schema: &Value, at: &str, wrong: &mut Vec<String>) {
        if let Some(name) = schema["$ref"].as_str() {
            let target = self.root.pointer(name.trim_start_matches('#')).expect("a definition");
            self.value(value, target, at, wrong);
        }
        for any in [&schema["anyOf"], &schema["oneOf"]].into_iter().filter_map(Value::as_array) {
            let fits = |s: &Value| {
                let mut inside = Vec::new();
                self.value(value, s, at, &mut inside);
                inside.is_empty()
            };
            if !any.iter().any(fits) {
                wrong.push(format!("{at}: {value} is none of the alternatives"));
            }
        }
        if !is_of(value, &schema["type"]) {
            wrong.push(format!("{at}: {value} is no {}", schema["type"]));
        }
        if schema.get("const").is_some_and(|c| c != value) {
            wrong.push(format!("{at}: {value} is not {}", schema["const"]));
        }
        if let Some(list) = schema["enum"].as_array().filter(|list| !list.contains(value)) {
            wrong.push(format!("{at}: {value} is none of {list:?}"));
        }
        if let (Some(items), Some(item)) = (value.as_array(), schema.get("items")) {
            for (i, v) in items.iter().enumerate() {
                self.value(v, item, &format!("{at}[{i}]"), wrong);
            }
        }
        if let (Some(object), true) = (value.as_object(), schema["type"] == "object") {
            self.object(object, schema, at, wrong);
        }
    }

    fn object(&self, object: &Map<String, Value>, schema: &Value, at: &str, wrong: &mut Vec<String>) {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                wrong.push(format!("{at}.{name} is missing"));
            }
        }
        for (name, value) in object {
            let at = format!("{at}.{name}");
            match (schema["properties"].get(name), &schema["additionalProperties"]) {
                (Some(property), _) => self.value(value, property, &at, wrong),
                (None, Value::Bool(true)) => {}
                (None, others @ Value::Object(_)) => self.value(value, others, &at, wrong),
                (None, _) => wrong.push(format!("{at} is not in the schema")),
            }
        }
    }
}

fn is_of(value: &Value, types: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match types {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

/// Asserts that an object has these fields, among others.
fn has(object: &Value, fields: &[&str]) {
    let there: BTreeSet<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    let missing: Vec<_> = fields.iter().filter(|f| !there.contains(**f)).collect();
    assert!(missing.is_empty(), "{missing:?} missing in {object}");
}

#[test]
fn the_fields_that_the_contract_names_are_there() {
    let report = document("cc/random-loss-cubic.pcap.gz");
    has(&report, &["schema", "generator", "capture", "conversations", "dns", "findings"]);
    let capture =
        ["files", "link_types", "snaplen", "packets", "bytes", "first_ns", "last_ns", "undecoded", "limits_hit"];
    has(&report["capture"], &capture);
    has(&report["capture"]["undecoded"], &["count", "reasons"]);
    let conversation = &report["conversations"][0];
    has(conversation, &["id", "protocol", "app", "initiator", "client", "server", "first_ns", "last_ns", "tcp"]);
    has(conversation, &["first_frame", "last_frame", "packets", "payload_bytes"]);
    has(&conversation["client"], &["ip", "port"]);
    let tcp = &conversation["tcp"];
    has(tcp, &["handshake", "closed_by", "close", "client", "server"]);
    let shake = ["syn_frame", "syn_ack_frame", "ack_frame", "rtt_ms", "client_side_rtt_ms", "server_side_rtt_ms"];
    has(&tcp["handshake"], &shake);
    for end in ["client", "server"] {
        has(&tcp[end], &["isn", "mss", "window_scale", "sack_permitted", "timestamps", "states", "final_state"]);
        has(&tcp[end], &["segments", "data_segments", "unique_bytes", "retransmits", "spurious_retransmits"]);
        has(&tcp[end], &["out_of_order", "duplicates", "duplicate_acks", "keepalives", "zero_windows", "window_full"]);
        has(&tcp[end], &["gaps", "gap_bytes", "max_in_flight"]);
        has(&tcp[end]["states"][0], &["state", "at_ns", "frame", "basis"]);
    }
    let causes = ["syn", "synack", "fast", "recovery", "tlp", "rto", "rto_recovery", "mtu", "probe", "unknown"];
    has(&tcp["client"]["retransmits"], &causes);
    let sum: u64 = causes.iter().filter_map(|c| tcp["client"]["retransmits"][*c].as_u64()).sum();
    assert_eq!(Some(sum), tcp["client"]["retransmits"]["total"].as_u64(), "each is counted under one cause");
    has(&tcp["client"]["rtt_ms"], &["samples", "min", "median", "p95", "max", "srtt", "rttvar"]);
    has(&tcp["client"]["limited_by"], &["handshake", "application", "receiver", "congestion", "recovery"]);
    has(&tcp["client"]["congestion"], &["algorithm", "confidence", "because"]);
    assert!(tcp["client"]["time_wait_until_ns"].is_i64(), "the side that closed first");
    let finding = &report["findings"][0];
    has(finding, &["concept", "section", "severity", "title", "subject", "count", "basis", "confidence", "summary"]);
    has(finding, &["guide", "first", "worst"]);
    has(&finding["first"], &["frames", "at_ns", "values"]);
}

#[test]
fn the_applications_have_the_fields_that_the_contract_names() {
    let report = document("tls/tls12-ecdhe-rsa-gcm.pcap");
    let tls = &report["conversations"][0]["tls"];
    has(tls, &["sni", "ech", "offered_versions", "version", "cipher", "group", "alpn_offered", "alpn", "resumed"]);
    has(tls, &["hello_retry", "early_data", "client_certificate", "ja3", "ja3s", "ja4"]);
    has(tls, &["certificates", "phases", "alerts"]);
    let certificate = ["subject", "names", "issuer", "not_before_ns", "not_after_ns", "key", "signature"];
    has(&tls["certificates"][0], &certificate);
    has(&tls["phases"][0], &["phase", "frame", "at_ns", "encrypted"]);
    let alert = document("tls/alert-handshake-failure.pcap");
    has(&alert["conversations"][0]["tls"]["alerts"][0], &["from", "level", "description", "frame"]);
    let quic = document("http/h3-basic.pcap");
    assert_eq!(quic["conversations"][0]["protocol"], "quic");
    let fields = ["version", "client_dcid", "retry", "version_negotiation", "zero_rtt"];
    has(&quic["conversations"][0]["quic"], &fields);
    let dns = document("dns/bind-lookups.pcap");
    has(&dns["dns"][0], &["conversation", "id", "query_frame", "response_frame", "transport", "qname", "qtype"]);
    has(&dns["dns"][0], &["rcode", "latency_ms", "retries", "answers"]);
    has(&dns["dns"][0]["answers"][0], &["name", "type", "ttl", "data"]);
}

#[test]
fn series_come_when_asked_for_are_bounded_and_as_long_as_each_other() {
    let report = document("cc/bufferbloat-cubic.pcap.gz");
    let series = &report["conversations"][0]["tcp"]["server"]["series"];
    let names = ["t_ms", "in_flight", "cwnd", "peer_window", "rtt_ms"];
    has(series, &names);
    let lengths: Vec<usize> = names.iter().map(|n| series[*n].as_array().map_or(0, Vec::len)).collect();
    assert!(lengths[0] > 50 && lengths[0] <= 400, "{lengths:?}");
    assert!(lengths.iter().all(|n| *n == lengths[0]), "{lengths:?}");
    let times: Vec<f64> = series["t_ms"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    assert!(times.is_sorted() && times[0] >= 0.0, "from the conversation's first packet on");
    assert!(report["conversations"][0]["tcp"]["client"].get("series").is_none(), "an end that sent nothing has none");
}
