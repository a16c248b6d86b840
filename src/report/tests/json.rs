//! The JSON document.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::report::model::{CaptureReport, ConversationReport, Report, SCHEMA, Undecoded};
use crate::report::{Interest, schema, write_json};
use crate::track::tcp::{Cause, Seq, State, StateChange, SynOptions, TcpFacts, TimeWait};
use crate::track::testing::{at, connection, conversation};
use crate::track::{Basis, Conversation, Dir, Endpoint, NS_PER_MS, Proto};

fn of(c: &Conversation) -> ConversationReport {
    ConversationReport::of(c, Interest::of(c, None), false)
}

/// A connection that the client closes after a loss; the server's SYN-ACK is not in the capture.
fn fill(tcp: &mut TcpFacts) {
    let [client, _] = &mut tcp.ends;
    client.isn = Some(Seq(1234));
    client.syn = Some(SynOptions { mss: Some(1460), sack_permitted: true, ..SynOptions::default() });
    let inferred = Basis::Inferred { confidence: 0.9, because: "the timer" };
    for (state, frame, basis) in
        [(State::SynSent, 1, Basis::Observed), (State::Established, 3, inferred), (State::TimeWait, 9, Basis::Observed)]
    {
        client.states.push(StateChange { state, at: at(frame), observed: basis == Basis::Observed });
        client.state = state;
    }
    client.time_wait = Some(TimeWait { from: at(9), until: at(69).ts, killed: None });
    (client.segments, client.data_segments, client.unique_bytes) = (20, 4, 900);
    client.retransmits.by_cause[Cause::Fast as usize] = 1;
    client.retransmits.by_cause[Cause::Recovery as usize] = 2;
    for ms in [20, 22, 40] {
        client.rtt.sample(i64::from(ms) * NS_PER_MS + 300, at(1 + ms));
    }
    tcp.handshake.syn = Some(at(1));
    tcp.handshake.syn_answered = Some(at(1));
    tcp.handshake.ack = Some(at(3));
    tcp.first_fin = Some((Dir::Client, at(7)));
}

#[test]
fn a_connection_is_told_by_the_contract_and_nothing_unknown_is_made_up() {
    insta::assert_snapshot!(pretty(&of(&connection(0, fill))));
}

#[test]
fn a_conversation_without_ports_and_application_has_nulls() {
    let mut c = Conversation { guessed: true, proto: Proto::Ip(89), ..conversation(3) };
    c.ends = c.ends.map(|end| Endpoint { port: 0, ..end });
    insta::assert_snapshot!(pretty(&of(&c)));
}

#[test]
fn whatever_a_capture_says_the_document_is_valid_json() {
    let nasty = "a\"\\\u{0}\u{1b}[2J\u{202e}\u{fffd}\n";
    let mut report = Report { conversations: vec![of(&conversation(0))], ..empty() };
    report.capture.files = vec![nasty.to_owned()];
    report.capture.undecoded.reasons = BTreeMap::from([(nasty.to_owned(), 1)]);
    let mut out = Vec::new();
    write_json(&report, &mut out).expect("memory is writable");
    assert_eq!(out.iter().filter(|b| b.is_ascii_control()).count(), 1, "only the newline at the end");
    let read: Value = serde_json::from_slice(&out).expect("valid JSON");
    assert_eq!(read["capture"]["files"][0], nasty);
    assert_eq!(read["capture"]["undecoded"]["reasons"][nasty], 1);
}

#[test]
fn the_schema_describes_every_part_of_the_document() {
    let schema: Value = serde_json::from_str(&schema()).expect("valid JSON");
    for part in ["schema", "generator", "capture", "conversations", "dns", "findings"] {
        assert!(schema["properties"][part]["description"].is_string(), "{part}");
        assert!(schema["required"].as_array().is_some_and(|r| r.contains(&part.into())), "{part}");
    }
    assert_eq!(schema["properties"].as_object().map(serde_json::Map::len), Some(6), "what is skipped is no part of it");
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("plain data")
}

pub(super) fn empty() -> Report {
    Report {
        schema: SCHEMA,
        generator: String::new(),
        capture: CaptureReport {
            files: Vec::new(),
            link_types: Vec::new(),
            snaplen: None,
            packets: 0,
            bytes: 0,
            first_ns: None,
            last_ns: None,
            conversations: 0,
            dns_exchanges: 0,
            undecoded: Undecoded::default(),
            file_problems: BTreeMap::new(),
            limits_hit: BTreeMap::new(),
        },
        conversations: Vec::new(),
        dns: Vec::new(),
        findings: Vec::new(),
        wanted_conversations: 0,
        mix: Vec::new(),
    }
}
