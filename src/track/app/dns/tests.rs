//! Queries, responses, and what becomes of those without the other.

use super::{DnsExchange, DnsStream, DnsTable, DnsTransport};
use crate::source::{At, NS_PER_S, Timestamp};

const NAME: &[u8] = b"\x01a\x00\x00\x01\x00\x01";

fn message(id: u16, response: bool) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    let flags = if response { 0x81 } else { 1 };
    let mut bytes = vec![high, low, flags, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    bytes.extend_from_slice(NAME);
    bytes
}

fn at(frame: u32, seconds: i64) -> At {
    At { frame, ts: Timestamp(seconds * NS_PER_S) }
}

fn feed(table: &mut DnsTable, bytes: &[u8], response: bool, at: At) -> Vec<DnsExchange> {
    let mut out = Vec::new();
    table.message(0, DnsTransport::Udp, !response, bytes, at, &mut out);
    out
}

#[test]
fn a_response_completes_its_query_and_repeats_are_retries() {
    let mut table = DnsTable::default();
    assert!(feed(&mut table, &message(7, false), false, at(1, 0)).is_empty());
    assert!(feed(&mut table, &message(7, false), false, at(2, 1)).is_empty());
    let out = feed(&mut table, &message(7, true), true, at(3, 2));
    assert_eq!((out[0].query_frame, out[0].response_frame, out[0].retries), (Some(1), Some(3), 1));
    assert_eq!(out[0].latency_ms, Some(2000.0));
    assert_eq!(out[0].rcode.as_deref(), Some("NOERROR"));
}

#[test]
fn a_second_response_and_one_of_another_number_stand_alone() {
    let mut table = DnsTable::default();
    feed(&mut table, &message(7, false), false, at(1, 0));
    assert_eq!(feed(&mut table, &message(8, true), true, at(2, 0))[0].query_frame, None);
    assert_eq!(feed(&mut table, &message(7, true), true, at(3, 0))[0].query_frame, Some(1));
    assert_eq!(feed(&mut table, &message(7, true), true, at(4, 0))[0].query_frame, None);
}

#[test]
fn a_response_without_question_answers_the_query_of_its_number() {
    let mut table = DnsTable::default();
    feed(&mut table, &message(7, false), false, at(1, 0));
    let out = feed(&mut table, &[0, 7, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0], true, at(2, 0));
    assert_eq!((out[0].query_frame, out[0].rcode.as_deref()), (Some(1), Some("FORMERR")));
}

#[test]
fn silence_is_told_after_a_minute_or_at_the_end() {
    let (mut table, mut out) = (DnsTable::default(), Vec::new());
    feed(&mut table, &message(7, false), false, at(1, 0));
    feed(&mut table, &message(8, false), false, at(2, 30));
    table.expire(Timestamp(61 * NS_PER_S), &mut out);
    assert_eq!(out.iter().map(|e| e.id).collect::<Vec<_>>(), [7]);
    table.finish(&mut out);
    assert_eq!((out[1].id, out[1].rcode.clone()), (8, None));
}

#[test]
fn a_stream_yields_messages_however_it_is_cut() {
    let bytes = b"\x00\x03abc\x00\x00\x00\x01d\x00\x05ef";
    for size in 1..bytes.len() {
        let (mut stream, mut seen) = (DnsStream::default(), Vec::new());
        bytes.chunks(size).for_each(|chunk| stream.data(chunk, |m| seen.push(m.to_vec())));
        assert_eq!(seen, [b"abc".to_vec(), b"d".to_vec()], "pieces of {size}");
    }
}

#[test]
fn a_stream_with_a_gap_yields_nothing_more() {
    let (mut stream, mut seen) = (DnsStream::default(), 0);
    stream.gap();
    stream.data(b"\x00\x01a", |_| seen += 1);
    assert_eq!(seen, 0);
}
