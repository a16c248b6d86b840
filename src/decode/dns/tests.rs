//! Messages as they appear on the wire.

use proptest::prelude::*;

use super::{Answer, looks_like_dns, parse, rcode_name};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// example.com A: one address.
const ADDRESS: &str = "1234 8180 0001 0001 0000 0000 076578616d706c6503636f6d00 0001 0001
    c00c 0001 0001 0000012c 0004 5db8d80e";

#[test]
fn an_address_is_told() {
    let m = parse(&hex(ADDRESS)).expect("a message");
    assert_eq!((m.id, m.response, m.rcode), (0x1234, true, 0));
    let q = m.question.expect("a readable question");
    assert_eq!((q.name.as_str(), q.kind.as_str()), ("example.com", "A"));
    let data = "93.184.216.14".to_owned();
    assert_eq!(m.answers, [Answer { name: "example.com".into(), kind: "A".into(), ttl: 300, data }]);
}

#[test]
fn the_question_survives_where_the_answers_are_cut() {
    let bytes = hex(ADDRESS);
    let m = parse(&bytes[..bytes.len() - 3]).expect("a message");
    assert_eq!(m.question.expect("a readable question").name, "example.com");
    assert!(m.answers.is_empty());
}

#[test]
fn an_unknown_type_keeps_its_number_and_bytes() {
    let m = parse(&hex("0001 8180 0001 0001 0000 0000 0161 00 ff00 0001 c00c ff00 0001 00000001 0002 abcd"))
        .expect("a message");
    assert_eq!(m.question.expect("a readable question").kind, "TYPE65280");
    assert!(m.answers[0].data.starts_with("\\# 2"), "{}", m.answers[0].data);
}

#[test]
fn a_dot_in_a_label_is_escaped_and_the_root_is_a_dot() {
    let m = parse(&hex("0001 0100 0001 0000 0000 0000 03612e62 00 0001 0001")).expect("a message");
    assert_eq!(m.question.expect("a readable question").name, "a\\.b");
    let m = parse(&hex("0001 0100 0001 0000 0000 0000 00 0002 0001")).expect("a message");
    assert_eq!(m.question.expect("a readable question").name, ".");
}

#[test]
fn edns_extends_the_response_code() {
    let m =
        parse(&hex("0001 8180 0001 0000 0000 0001 0161 00 0001 0001 00 0029 04d0 01000000 0000")).expect("a message");
    assert_eq!(rcode_name(m.rcode), "BADVERS");
}

#[test]
fn a_probe_tells_messages_from_noise() {
    assert!(looks_like_dns(&hex(ADDRESS)));
    assert!(!looks_like_dns(&[0xff; 40]));
    assert!(!looks_like_dns(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert!(!looks_like_dns(&[0; 40]));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = looks_like_dns(&bytes);
        let _ = parse(&bytes);
    }

    #[test]
    fn a_damaged_message_never_panics(at in 0usize..60, value: u8, cut in 0usize..60) {
        let mut bytes = hex(ADDRESS);
        if let Some(byte) = bytes.get_mut(at) { *byte = value; }
        bytes.truncate(cut);
        let _ = parse(&bytes);
    }

    #[test]
    fn small_counts_and_arbitrary_records_never_panic(rest in proptest::collection::vec(prop_oneof![Just(0u8), Just(0xc0), 0u8..48, any::<u8>()], 0..400)) {
        let mut bytes = hex("0001 8180 0001 0003 0001 0001");
        bytes.extend(rest);
        let _ = parse(&bytes);
    }
}
