//! The event stream.

use std::io::{self, Write};

use serde_json::Value;

use crate::concepts::{Evidence, Subject};
use crate::report::EventWriter;
use crate::track::tcp::{Cause, Flags, IcmpError, Seq, State};
use crate::track::testing::{at, conversation, too_big};
use crate::track::{Addr, Basis, ConvId, Dir, Event, KINDS, Kind, Proof, Segment, Sink, What};

const SEGMENT: Segment = Segment {
    seq: Seq(1),
    ack: Seq(2),
    flags: Flags(Flags::ACK),
    len: 3,
    window: 4,
    mss: None,
    sack_blocks: 0,
    states: [State::Established, State::CloseWait],
};

/// One event of each kind but DNS exchanges.
fn one_of_each(icmp: &IcmpError) -> Vec<What<'_>> {
    let (seq, len, of) = (Seq(5), 1448, at(2));
    vec![
        What::Opened,
        What::State { end: Dir::Server, state: State::FinWait1, basis: Basis::Observed },
        What::Retransmit { cause: Cause::Fast, of: Some(of), seq, len, after_ns: 1_500_000, sends: 2 },
        What::Spurious { of, proof: Proof::Dsack },
        What::OutOfOrder { seq, len, late_ns: 250_000, overtaken_by: 3 },
        What::Duplicate { of: None },
        What::DuplicateAck { ack: seq, count: 3 },
        What::Dsack { left: seq, right: Seq(9) },
        What::Reneged,
        What::Gap { seq, len },
        What::AckedUnseen { len },
        What::ZeroWindow,
        What::WindowOpened { ns: 2_000_000 },
        What::WindowProbe,
        What::WindowFull,
        What::KeepAlive,
        What::KeepAliveAck,
        What::ChallengeAck { of },
        What::NagleStall { first: of, ack: at(3), ns: 40_000_000 },
        What::HolStall { bytes: 4096, since: of },
        What::Fin { count: 1 },
        What::Reset,
        What::Urgent { pointer: 7 },
        What::Icmp(icmp),
        What::Phase { name: "client_hello", encrypted: false, of: 4 },
        What::Segment(&SEGMENT),
        What::Datagram { len: 12 },
        What::Closed,
    ]
}

/// The lines for these events, one a frame from 4 on.
fn lines(wanted: Option<Vec<Kind>>, events: &[What<'_>]) -> Vec<String> {
    let mut out = Vec::new();
    let mut writer = EventWriter::new(&mut out, wanted, false);
    let c = conversation(0);
    for (what, frame) in events.iter().zip(4..) {
        writer.event(&Event { at: at(frame), conversation: c.id(), from: Dir::Client, what: *what }, &c);
    }
    writer.finish().expect("memory is writable");
    String::from_utf8(out).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn every_kind_has_its_fields() {
    insta::assert_snapshot!(lines(None, &one_of_each(&too_big(Dir::Client))).join("\n"));
}

#[test]
fn every_kind_is_in_the_stream_under_its_name() {
    let icmp = too_big(Dir::Client);
    let named: Vec<String> = lines(None, &one_of_each(&icmp))
        .iter()
        .map(|l| serde_json::from_str::<Value>(l).expect("an object")["event"].as_str().expect("a name").to_owned())
        .collect();
    let names: Vec<&str> = KINDS.iter().filter(|k| **k != Kind::Dns).map(|k| k.name()).collect();
    assert_eq!(named, names);
}

#[test]
fn only_the_wanted_kinds_are_written() {
    let icmp = too_big(Dir::Client);
    let written = lines(Some(vec![Kind::Fin, Kind::Reset]), &one_of_each(&icmp));
    assert_eq!(written.len(), 2);
}

#[test]
fn a_conversation_that_ended_long_ago_is_closed_where_that_is_known() {
    let mut out = Vec::new();
    let mut writer = EventWriter::new(&mut out, Some(vec![Kind::Closed]), true);
    let (old, new) = (conversation(0), conversation(1));
    writer.event(&Event { at: at(70), conversation: new.id(), from: Dir::Server, what: What::Reset }, &new);
    let closed = Event { at: at(9), conversation: old.id(), from: Dir::Client, what: What::Closed };
    writer.event(&closed, &old);
    let concept = crate::concepts::all().next().expect("a concept");
    writer.finding(concept, &Evidence::at(at(3)).frame(9), Some(&closed));
    let host = Subject::Host(Addr::from([192, 0, 2, 1]));
    writer.finding(concept, &Evidence::at(at(2)).about(host), None);
    writer.finish().expect("memory is writable");
    let text = String::from_utf8(out).expect("text");
    let lines: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).expect("an object")).collect();
    assert_eq!(lines.iter().map(|l| l["frame"].as_u64()).collect::<Vec<_>>(), [Some(70); 3], "in frame order");
    assert_eq!((&lines[0]["last_frame"], &lines[0]["conversation"]), (&9.into(), &0.into()));
    assert_eq!((&lines[1]["frames"], &lines[1]["conversation"]), (&serde_json::json!([3, 9]), &0.into()));
    assert_eq!((&lines[2]["host"], &lines[2]["conversation"]), (&"192.0.2.1".into(), &Value::Null));
}

#[test]
fn a_closed_pipe_stops_the_writing_and_is_told_at_the_end() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer = EventWriter::new(Closed, None, false);
    let c = conversation(0);
    let event = Event { at: at(1), conversation: ConvId(0), from: Dir::Client, what: What::Opened };
    writer.event(&event, &c);
    assert!(writer.failed());
    writer.event(&event, &c);
    assert_eq!(writer.finish().map_err(|e| e.kind()), Err(io::ErrorKind::BrokenPipe));
}
