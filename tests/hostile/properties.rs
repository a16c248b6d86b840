//! What holds of any traffic: states change as RFC 9293 has it, what was found is what was told, and the same capture gives
//! the same report.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;
use wiregloss::report::{EventWriter, write_json};
use wiregloss::source::Capture;
use wiregloss::track::{Basis, Conversation, Event, Limits, Options, Sink, What};
use wiregloss::{Settings, analyze, events, track_capture};

use crate::build::*;
use crate::fixtures;

fn open(bytes: &[u8]) -> Capture {
    Capture::from_reader(Path::new("memory"), Cursor::new(bytes.to_vec())).expect("a capture")
}

/// One segment: who sends it, its numbers relative to the connection's beginning, flags, length, and the time before it.
type Drawn = (bool, u32, u32, u8, usize, u32);

fn segment() -> impl Strategy<Value = Drawn> {
    let number = || prop_oneof![8 => 0..4_u32, 4 => 0..30_000_u32, 1 => any::<u32>()];
    let flags = prop_oneof![
        1 => Just(SYN),
        1 => Just(SYN | ACK),
        4 => Just(ACK),
        2 => Just(ACK | 1),
        1 => Just(1),
        1 => Just(RST),
        1 => Just(RST | ACK),
        1 => any::<u8>(),
    ];
    let len = prop_oneof![4 => Just(0), 2 => 1..10_usize, 1 => 0..1_460_usize];
    (any::<bool>(), number(), number(), flags, len, prop_oneof![4 => 0..1_000_000_u32, 1 => any::<u32>()])
}

fn capture(segments: &[Drawn]) -> Vec<u8> {
    let mut file = PcapNg::new(Vec::new()).expect("memory can be written");
    file.interface(&[(9, &[9])]).expect("memory can be written");
    let mut now = 1_700_000_000_000_000_000;
    for (back, seq, ack, flags, len, wait) in segments {
        let ports = if *back { (80, 40_000) } else { (40_000, 80) };
        let packet = v4(6, 1, &tcp(ports, (*seq, *ack), *flags, &[], &vec![7; *len]));
        now += u64::from(*wait);
        let packet = if *back { answer(packet) } else { packet };
        file.packet(0, now, &packet, &[]).expect("memory can be written");
    }
    file.0
}

/// Follows the states of every end.
#[derive(Default)]
struct States {
    now: BTreeMap<(u32, &'static str), String>,
    wrong: Vec<String>,
}

impl Sink for States {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        let What::State { end, state, basis } = event.what else { return };
        let state = format!("{state:?}");
        let inferred = matches!(basis, Basis::Inferred { .. });
        let before = self.now.insert((conversation.id().0, end.name()), state.clone());
        let before = before.unwrap_or_else(|| "Unseen".to_owned());
        if !allowed(&before, &state, inferred) && !taken_back(&before, &state) {
            self.wrong.push(format!("frame {}: {} {before} → {state}", event.at.frame, end.name()));
        }
    }
}

/// RFC 9293 §3.3.2, figure 5, as it shows from outside: LISTEN is CLOSED to an observer, a reset ends every state, and a
/// connection that was open before the capture began is ESTABLISHED by inference, as the first that is said of its ends.
fn allowed(before: &str, after: &str, midstream: bool) -> bool {
    match (before, after) {
        (_, "Closed") => true,
        ("Unseen" | "Closed" | "Listen", "SynSent" | "SynReceived") => true,
        ("SynSent", "SynReceived" | "Established") => true,
        ("SynReceived", "Established" | "FinWait1" | "CloseWait") => true,
        ("Established", "FinWait1" | "CloseWait") => true,
        ("FinWait1", "FinWait2" | "Closing" | "TimeWait") | ("FinWait2" | "Closing", "TimeWait") => true,
        ("CloseWait", "LastAck") => true,
        ("Unseen", "Established") => midstream,
        _ => false,
    }
}

/// A FIN that comes again shows that its acknowledgment did not arrive: what was inferred of it was not so.
fn taken_back(before: &str, after: &str) -> bool {
    matches!((before, after), ("FinWait2", "FinWait1") | ("TimeWait", "Closing") | ("Closed", "LastAck"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_segments_make_a_transition_that_rfc_9293_lacks(segments in proptest::collection::vec(segment(), 1..40)) {
        let mut states = States::default();
        let bytes = capture(&segments);
        track_capture(&mut open(&bytes), &Options::default(), &mut states, &mut |_| {}, |_| true).expect("memory");
        prop_assert!(states.wrong.is_empty(), "{:?}", states.wrong);
    }

    #[test]
    fn any_segments_are_reported(segments in proptest::collection::vec(segment(), 1..60)) {
        crate::mutants::check("segments", &capture(&segments), true);
    }
}

#[test]
fn what_was_under_way_does_not_open_again_what_a_reset_ended() {
    let segments = [(false, 100, 200, ACK, 10, 0), (true, 200, 110, RST | ACK, 0, 1), (true, 200, 110, ACK, 0, 1)];
    for upto in [1, 2, 3] {
        let mut states = States::default();
        let bytes = capture(&segments[..upto]);
        track_capture(&mut open(&bytes), &Options::default(), &mut states, &mut |_| {}, |_| true).expect("memory");
        let expected = if upto == 1 { "Established" } else { "Closed" };
        assert!(states.now.values().all(|state| state == expected), "{upto}: {:?}", states.now);
        assert_eq!(states.now.len(), 2);
    }
}

/// Without the SYNs as well: data that come after both FINs are acknowledged belong to no open connection.
#[test]
fn what_comes_after_the_last_ack_does_not_open_again_what_was_closed() {
    let segments = [
        (false, 100, 200, ACK | 1, 0, 0),
        (true, 200, 101, ACK | 1, 0, 1),
        (false, 101, 201, ACK, 0, 1),
        (true, 201, 101, ACK, 10, 1),
        (false, 101, 211, ACK, 10, 1),
    ];
    let mut states = States::default();
    let bytes = capture(&segments);
    track_capture(&mut open(&bytes), &Options::default(), &mut states, &mut |_| {}, |_| true).expect("memory");
    assert_eq!(states.wrong, Vec::<String>::new());
    assert_eq!(states.now.get(&(0, "server")).map(String::as_str), Some("Closed"), "{:?}", states.now);
}

#[test]
fn what_was_found_is_what_was_told() {
    for fixture in fixtures::all() {
        let report = analyze(&mut open(&fixture.bytes), &Settings::default(), &mut |_| {}).expect("memory");
        let mut found = BTreeMap::<&str, u64>::new();
        for finding in &report.findings {
            *found.entry(finding.concept).or_default() += finding.count;
        }
        let mut lines = Vec::new();
        let mut writer = EventWriter::new(&mut lines, Some(Vec::new()), true);
        events(&mut open(&fixture.bytes), &Settings::default(), &mut writer, &mut |_| {}).expect("memory");
        writer.finish().expect("memory can be written");
        let mut told = BTreeMap::<String, u64>::new();
        for line in lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let event: serde_json::Value = serde_json::from_slice(line).expect("a JSON object a line");
            let concept = event["concept"].as_str().expect("a finding").to_owned();
            *told.entry(concept).or_default() += event["count"].as_u64().unwrap_or(1);
        }
        let told: BTreeMap<&str, u64> = told.iter().map(|(concept, n)| (concept.as_str(), *n)).collect();
        assert_eq!(found, told, "{}", fixture.name);
    }
}

#[test]
fn with_hardly_any_room_every_packet_is_counted_and_every_conversation_told_once() {
    for fixture in fixtures::all() {
        let ample = analyze(&mut open(&fixture.bytes), &Settings::default(), &mut |_| {}).expect("memory");
        for room in [1, 2, 5] {
            let mut settings = Settings::default();
            for (name, value, _) in
                Limits::default().list().into_iter().filter(|(name, ..)| !name.starts_with("report"))
            {
                settings.track.limits.set(name, value.min(if name.ends_with("bytes") { 9_999 } else { room }));
            }
            let report = analyze(&mut open(&fixture.bytes), &settings, &mut |_| {}).expect("memory");
            assert_eq!(report.capture.packets, ample.capture.packets, "{}", fixture.name);
            let ids: Vec<u32> = report.conversations.iter().map(|c| c.id).collect();
            assert!(
                ids.iter().copied().eq(0..report.capture.conversations as u32),
                "{} in room for {room}",
                fixture.name
            );
        }
    }
}

#[test]
fn the_same_capture_gives_the_same_report() {
    for fixture in fixtures::all() {
        let report = || {
            let mut json = Vec::new();
            let report = analyze(&mut open(&fixture.bytes), &Settings::default(), &mut |_| {}).expect("memory");
            write_json(&report, &mut json).expect("memory can be written");
            json
        };
        assert!(report() == report(), "{}", fixture.name);
    }
}
