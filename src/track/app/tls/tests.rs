//! Real handshakes from the lab, whole and damaged.

use super::*;
use crate::source::{At, Timestamp};
use crate::track::Dir;
use crate::track::app::{Probe, StreamParser, Want};

const MTLS12: &[u8] = include_bytes!("testdata/mtls12.bin");
const RESUMED12: &[u8] = include_bytes!("testdata/resumed12.bin");
const HELLO_RETRY: &[u8] = include_bytes!("testdata/hello_retry.bin");
const EARLY_DATA: &[u8] = include_bytes!("testdata/early_data.bin");
const ALERT13: &[u8] = include_bytes!("testdata/alert13.bin");
const BROWSER: &[u8] = include_bytes!("testdata/browser.bin");
const DTLS12: &[u8] = include_bytes!("testdata/dtls12.bin");
const STREAMS: [&[u8]; 6] = [MTLS12, RESUMED12, HELLO_RETRY, EARLY_DATA, ALERT13, BROWSER];

/// A segment: who, where, what.
type Chunk<'a> = (Dir, At, &'a [u8]);

fn chunks(mut file: &[u8]) -> Vec<Chunk<'_>> {
    let mut out = Vec::new();
    while let Some((head, rest)) = file.split_first_chunk::<7>() {
        let dir = if head[0] == 0 { Dir::Client } else { Dir::Server };
        let frame = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let (bytes, rest) = rest.split_at(usize::from(u16::from_be_bytes([head[5], head[6]])));
        out.push((dir, at(frame), bytes));
        file = rest;
    }
    out
}

fn at(frame: u32) -> At {
    At { frame, ts: Timestamp(i64::from(frame)) }
}

fn replay(file: &[u8]) -> TlsFacts {
    let mut session = TlsSession::default();
    for (dir, at, bytes) in chunks(file) {
        session.data(dir, bytes, at);
    }
    read(session.into_facts())
}

/// What the end of a connection makes of its facts.
fn read(mut facts: TlsFacts) -> TlsFacts {
    facts.read_certificates(&mut Certificates::default());
    facts.fingerprint();
    facts
}

fn phases(facts: &TlsFacts) -> Vec<String> {
    facts
        .phases
        .iter()
        .map(|p| format!("{}:{}{}", p.from.name(), p.phase, if p.encrypted { "*" } else { "" }))
        .collect()
}

#[test]
fn a_full_handshake_of_1_2_shows_chain_group_and_client_certificate() {
    let facts = replay(MTLS12);
    assert_eq!(facts.sni.as_deref(), Some("www.example.test"));
    assert_eq!(facts.version.as_deref(), Some("TLS 1.2"));
    assert_eq!(facts.cipher.as_deref(), Some("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
    assert_eq!((facts.group.as_deref(), facts.resumed), (Some("x25519"), Some(false)));
    assert_eq!(facts.client_certificate, Some(ClientCertificate::Accepted));
    let [leaf, issuing] = facts.certificates.as_slice() else { panic!("{:?}", facts.certificates) };
    assert_eq!(leaf.subject, "CN=www.example.test, O=Example Lab");
    assert_eq!((leaf.issuer.as_str(), leaf.key.as_ref()), (issuing.subject.as_str(), "EC P-256"));
    assert_eq!(leaf.serial, "5206e728a3f1a7f79be59652a3c3c1d22bb5e98e");
    assert!(issuing.ca && !leaf.ca && !leaf.self_signed && leaf.covers("WWW.example.test."));
    let alice = facts.client_certificates.first().and_then(|c| c.common_name.as_deref());
    assert_eq!(alice, Some("alice@example.test"));
}

#[test]
fn phases_of_1_2_are_encrypted_from_the_change_of_keys_on() {
    let expected = [
        "client:client_hello",
        "server:server_hello",
        "server:certificate",
        "server:server_key_exchange",
        "server:certificate_request",
        "server:server_hello_done",
        "client:certificate",
        "client:client_key_exchange",
        "client:certificate_verify",
        "client:change_cipher_spec",
        "client:finished*",
        "server:new_session_ticket",
        "server:change_cipher_spec",
        "server:finished*",
        "client:application_data*",
        "server:application_data*",
    ];
    assert_eq!(phases(&replay(MTLS12))[..expected.len()], expected);
}

#[test]
fn an_abbreviated_handshake_is_a_resumption_without_group_or_certificates() {
    let facts = replay(RESUMED12);
    assert_eq!((facts.resumed, facts.group.is_none(), facts.certificates.len()), (Some(true), true, 0));
    assert_eq!(facts.client_certificate, Some(ClientCertificate::NotRequested));
}

#[test]
fn a_retry_names_the_group_asked_for_and_both_hellos() {
    let facts = replay(HELLO_RETRY);
    assert_eq!((facts.hello_retry, facts.group.as_deref()), (Some(true), Some("secp384r1")));
    assert_eq!(facts.key_share_groups(), ["x25519"]);
    assert_eq!(facts.second_key_shares, ["secp384r1"]);
    assert_eq!(facts.phase("hello_retry_request").map(|p| p.from), Some(Dir::Server));
    assert!(facts.client_certificate.is_none() && facts.alpn.is_none() && facts.certificates.is_empty());
}

#[test]
fn early_data_is_accepted_where_the_client_ends_it_properly() {
    let facts = replay(EARLY_DATA);
    assert_eq!((facts.early_data, facts.early_data_bytes), (Some(EarlyData::Accepted), 300));
    assert_eq!(facts.resumed, Some(true));
}

#[test]
fn an_alert_in_clear_behind_an_encrypted_flight_is_read() {
    let facts = replay(ALERT13);
    let [alert] = facts.alerts.as_slice() else { panic!("{:?}", facts.alerts) };
    assert_eq!((alert.from, alert.level, alert.description.as_ref()), (Dir::Client, "fatal", "unknown_ca"));
    assert_eq!(facts.server_flight_bytes, 1189);
}

#[test]
fn a_browsers_hello_spans_frames_and_hides_behind_grease() {
    let facts = replay(BROWSER);
    let offer = facts.offer.as_ref().expect("an offer");
    assert_eq!((offer.frames, offer.bytes, facts.ech), (2, 1983, EchState::Offered));
    assert_eq!(facts.offered_versions, ["TLS 1.3", "TLS 1.2"]);
    assert_eq!(facts.key_share_groups(), ["X25519MLKEM768", "x25519"]);
    assert_eq!(facts.ja4.as_deref().map(|j| &j[..23]), Some("t13d1517h2_8daaf6152771"));
    assert_eq!(facts.ja3s.as_deref(), Some("f4febc55ea12b31ae17cfb7e614afda8"));
}

#[test]
fn a_hello_whose_extensions_do_not_add_up_has_no_fingerprint() {
    let hello = |extensions: &[u8]| {
        let body = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0, 0, extensions.len() as u8], extensions].concat();
        let mut facts = TlsFacts::default();
        let message = [&[1, 0, 0, body.len() as u8][..], &body].concat();
        facts.handshake_message(Dir::Client, &message, at(1), false, Transport::Tcp);
        facts.fingerprint();
        (facts.offer.is_some(), facts.ja3.is_some(), facts.ja4.is_some())
    };
    assert_eq!(hello(&[0, 23, 0, 0]), (true, true, true));
    assert_eq!(hello(&[0, 23, 0, 0, 0, 16, 0xff, 0xfc, 1]), (true, false, false));
}

#[test]
fn facts_do_not_depend_on_how_the_stream_is_cut() {
    for (file, step) in STREAMS.into_iter().zip([19, 7, 13, 3, 3, 11]) {
        let whole = format!("{:?}", replay(file));
        for cut in (0..file.len()).step_by(step) {
            let mut session = TlsSession::default();
            let mut before = 0;
            for (dir, at, bytes) in chunks(file) {
                let (head, tail) = bytes.split_at(cut.saturating_sub(before).min(bytes.len()));
                before += bytes.len();
                for part in [head, tail].into_iter().filter(|part| !part.is_empty()) {
                    session.data(dir, part, at);
                }
            }
            assert_eq!(format!("{:?}", read(session.into_facts())), whole, "cut at {cut}");
        }
        let mut session = TlsSession::default();
        chunks(file).iter().for_each(|(dir, at, bytes)| bytes.iter().for_each(|b| _ = session.data(*dir, &[*b], *at)));
        assert_eq!(format!("{:?}", read(session.into_facts())), whole, "byte by byte");
    }
}

#[test]
fn a_gap_in_the_chain_invents_nothing_and_is_told() {
    let mut session = TlsSession::default();
    for (dir, at, bytes) in chunks(MTLS12) {
        if dir == Dir::Server && at.frame == 6 {
            session.data(dir, &bytes[..400], at);
            session.gap(dir, (bytes.len() - 400) as u32, at);
        } else {
            session.data(dir, bytes, at);
        }
    }
    let facts = session.facts();
    assert!(facts.incomplete && facts.certificates.is_empty());
    assert_eq!((facts.resumed, facts.version.as_deref()), (None, Some("TLS 1.2")));
    assert!(facts.is_established(), "{:?}", phases(facts));
}

#[test]
fn enough_is_said_once_data_flows_both_ways() {
    let mut session = TlsSession::default();
    let wants: Vec<Want> = chunks(HELLO_RETRY).iter().map(|(dir, at, bytes)| session.data(*dir, bytes, *at)).collect();
    assert_eq!((wants.first(), wants.last()), (Some(&Want::More), Some(&Want::Enough)));
}

#[test]
fn the_middle_of_a_session_is_recognised_without_facts() {
    let record = [&[23, 3, 3, 0, 30][..], &[0xa5; 30]].concat();
    assert_eq!(TlsSession::probe(Dir::Client, &record), Probe::Certain);
    let mut session = TlsSession::default();
    session.data(Dir::Client, &record, at(1));
    assert!(session.facts().midstream && session.facts().version.is_none() && session.facts().sni.is_none());
}

#[test]
fn an_answer_that_is_no_tls_is_named() {
    let mut session = TlsSession::default();
    let (dir, first, bytes) = chunks(RESUMED12)[0];
    session.data(dir, bytes, first);
    session.data(Dir::Server, b"HTTP/1.1 400 Bad Request\r\n", at(9));
    let not_tls = session.facts().not_tls.as_ref().expect("no TLS");
    assert_eq!((not_tls.from, not_tls.at.frame, not_tls.looks_like), (Dir::Server, 9, Some("HTTP")));
}

#[test]
fn an_ssl_2_hello_offers_what_it_says() {
    let mut hello = vec![0x80, 31, 1, 3, 1, 0, 6, 0, 0, 0, 16, 0, 0, 0x2f, 7, 0, 0xc0];
    hello.extend_from_slice(&[9; 16]);
    assert_eq!(TlsSession::probe(Dir::Client, &hello), Probe::Certain);
    for cut in 0..hello.len() {
        let mut session = TlsSession::default();
        session.data(Dir::Client, &hello[..cut], at(1));
        session.data(Dir::Client, &hello[cut..], at(1));
        let facts = session.facts();
        assert_eq!(facts.offered_versions, ["TLS 1.0"], "cut at {cut}");
        assert!(facts.offer.as_ref().is_some_and(|o| o.sslv2 && o.ciphers.len() == 1));
    }
}

#[test]
fn a_session_that_stays_in_ssl_2_is_tls_on_both_sides() {
    let mut hello = vec![0x80, 31, 1, 0, 2, 0, 6, 0, 0, 0, 16, 1, 0, 0x80, 7, 0, 0xc0];
    hello.extend_from_slice(&[9; 16]);
    let answer = [0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0];
    let mut session = TlsSession::default();
    session.data(Dir::Client, &hello, at(1));
    assert_eq!(session.data(Dir::Server, &answer, at(2)), Want::Enough);
    session.data(Dir::Client, &[0x81, 2, 2, 1, 0, 0x80, 0, 0], at(3));
    assert_eq!(session.facts().version.as_deref(), Some("SSL 2.0"));
    assert!(session.facts().not_tls.is_none());
}

#[test]
fn roles_follow_the_hello_and_not_who_connected() {
    let mut session = TlsSession::default();
    chunks(MTLS12).iter().for_each(|(dir, at, bytes)| _ = session.data(dir.flip(), bytes, *at));
    let facts = read(session.into_facts());
    assert_eq!((facts.flipped, facts.certificates.len()), (true, 2));
    assert_eq!(facts.client_certificate, Some(ClientCertificate::Accepted));
    assert_eq!(facts.phase("client_hello").map(|p| p.from), Some(Dir::Server));
}

fn datagrams<'a>(chunks: impl IntoIterator<Item = Chunk<'a>>) -> TlsFacts {
    let mut session = DtlsSession::default();
    for (dir, at, bytes) in chunks {
        session.datagram(dir, bytes, at);
    }
    read(session.into_facts())
}

#[test]
fn dtls_gives_the_same_facts_as_tls() {
    let facts = datagrams(chunks(DTLS12));
    assert_eq!((facts.sni.as_deref(), facts.version.as_deref()), (Some("dtls.example.test"), Some("DTLS 1.2")));
    assert_eq!((facts.group.as_deref(), facts.certificates.len()), (Some("x25519"), 2));
    assert_eq!(facts.ja4.as_deref().map(|j| &j[..10]), Some("dd2d280700"));
    assert_eq!(phases(&facts)[..3], ["client:client_hello", "server:hello_verify_request", "client:client_hello"]);
}

#[test]
fn repeated_datagrams_add_nothing() {
    let twice = chunks(DTLS12).into_iter().flat_map(|chunk| [chunk, chunk]);
    assert_eq!(phases(&datagrams(twice)), phases(&datagrams(chunks(DTLS12))));
}

#[test]
fn what_only_begins_like_dtls_is_not_taken_for_it() {
    // Queries whose number and flags read as a content type and a version, and records that cannot be.
    let query =
        |id: [u8; 2], flags: [u8; 2]| [&id[..], &flags, &[0, 1, 0, 0, 0, 0, 0, 0, 1, b'a', 0, 0, 1, 0, 1]].concat();
    for other in [
        query([0x14, 0xfe], [0x01, 0x00]),
        query([0x14, 0xfe], [0xff, 0x00]),
        query([0x16, 0xfe], [0xfd, 0x80]),
        vec![23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4],
        vec![23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 20],
        vec![20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 200],
    ] {
        assert_eq!(DtlsSession::probe(&other), Probe::NotForUs, "{other:?}");
    }
    assert_eq!(DtlsSession::probe(&[20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1]), Probe::Certain);
}

#[test]
fn dtls_fragments_join_in_any_order_and_overlapping() {
    let hello = chunks(DTLS12)[0].2;
    let (header, message) = hello.split_at(13);
    let (head, body) = message.split_at(12);
    let fragment = |from: usize, to: usize| {
        let mut record = header[..11].to_vec();
        record.extend(((12 + to - from) as u16).to_be_bytes());
        record.extend_from_slice(&head[..6]);
        record.extend(&(from as u32).to_be_bytes()[1..]);
        record.extend(&((to - from) as u32).to_be_bytes()[1..]);
        record.extend_from_slice(&body[from..to]);
        record
    };
    let parts = [fragment(120, body.len()), fragment(0, 60), fragment(50, 130)];
    let mut session = DtlsSession::default();
    for part in &parts {
        assert_eq!(DtlsSession::probe(part), Probe::Certain);
        assert!(session.facts().sni.is_none());
        session.datagram(Dir::Client, part, at(1));
    }
    assert_eq!(session.facts().sni.as_deref(), Some("dtls.example.test"));
}

#[test]
fn a_certificate_covers_its_names_and_one_label_of_a_wildcard() {
    let mut certificate = Certificate::clone(&replay(MTLS12).certificates[0]);
    certificate.names = vec!["*.example.test".to_owned(), "192.0.2.1".to_owned()];
    assert!(certificate.covers("a.example.test") && certificate.covers("192.0.2.1"));
    assert!(!certificate.covers("a.b.example.test") && !certificate.covers("example.test"));
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(pieces in proptest::collection::vec((0..3_u8, proptest::collection::vec(proptest::num::u8::ANY, 0..80)), 0..12)) {
        let (mut tls, mut dtls) = (TlsSession::default(), DtlsSession::default());
        for (kind, bytes) in &pieces {
            let dir = if *kind == 0 { Dir::Client } else { Dir::Server };
            let _ = (TlsSession::probe(dir, bytes), DtlsSession::probe(bytes), Certificate::parse(bytes));
            dtls.datagram(dir, bytes, at(1));
            tls.data(dir, bytes, at(1));
            tls.gap(dir, u32::from(*kind) * 7, at(1));
            tls.facts_mut().handshake_message(dir, bytes, at(1), true, Transport::Quic);
        }
    }

    #[test]
    fn damaged_handshakes_never_panic(which in 0..7_usize, place in 0..5_000_usize, value in proptest::num::u8::ANY, gap in 0..200_u32) {
        let file = STREAMS.get(which).copied().unwrap_or(DTLS12);
        let (mut tls, mut dtls) = (TlsSession::default(), DtlsSession::default());
        let mut before = 0;
        for (dir, at, bytes) in chunks(file) {
            let mut bytes = bytes.to_vec();
            if let Some(byte) = place.checked_sub(before).and_then(|i| bytes.get_mut(i)) {
                *byte = value;
                tls.gap(dir, gap, at);
            }
            before += bytes.len();
            tls.data(dir, &bytes, at);
            dtls.datagram(dir, &bytes, at);
        }
    }
}
