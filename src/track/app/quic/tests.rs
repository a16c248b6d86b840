//! Whole conversations, made of packets sealed with the keys that an observer derives.

use proptest::prelude::*;

use super::*;
use crate::decode::quic::vectors::{self, hex};
use crate::decode::quic::{InitialKeys, Version};
use crate::source::Timestamp;
use crate::track::app::App;
use crate::track::{At, Dir};

/// The client's first destination id, its own id, and the server's.
const FIRST: &[u8] = &[1; 8];
const CLIENT: &[u8] = &[2; 4];
const SERVER: &[u8] = &[3; 5];

/// A session and what came out of it.
#[derive(Default)]
struct Talk {
    session: QuicSession,
    frame: u32,
    messages: Vec<(Dir, Vec<u8>, u32, u32)>,
}

impl Talk {
    fn send(&mut self, dir: Dir, datagram: &[u8]) -> &mut Self {
        self.frame += 1;
        let at = At { frame: self.frame, ts: Timestamp(i64::from(self.frame)) };
        let messages = &mut self.messages;
        self.session.datagram(dir, datagram, at, &mut |m| {
            messages.push((m.dir, m.bytes.to_vec(), m.at.frame, m.attempt));
        });
        self
    }

    fn client(&mut self, datagram: &[u8]) -> &mut Self {
        self.send(Dir::Client, datagram)
    }

    fn server(&mut self, datagram: &[u8]) -> &mut Self {
        self.send(Dir::Server, datagram)
    }

    fn summary(&self) -> QuicSummary {
        QuicSummary::from(self.session.facts())
    }
}

/// An Initial to be sealed.
struct Initial<'a> {
    version: Version,
    keys_from: &'a [u8],
    by_server: bool,
    dcid: &'a [u8],
    scid: &'a [u8],
    token: &'a [u8],
    number: u8,
}

impl Default for Initial<'_> {
    fn default() -> Self {
        let (version, keys_from) = (Version::V1, FIRST);
        Initial { version, keys_from, by_server: false, dcid: FIRST, scid: CLIENT, token: &[], number: 0 }
    }
}

impl Initial<'_> {
    fn server() -> Self {
        Initial { by_server: true, dcid: CLIENT, scid: SERVER, ..Initial::default() }
    }

    fn with(&self, frames: &[u8]) -> Vec<u8> {
        let mut payload = frames.to_vec();
        payload.resize(payload.len().max(24), 0);
        let first = if self.version.has_v2_types() { 0xd0 } else { 0xc0 };
        let mut header = vec![first];
        header.extend(self.version.0.to_be_bytes());
        for id in [self.dcid, self.scid, self.token] {
            header.push(id.len() as u8);
            header.extend(id);
        }
        header.extend((0x4000 | (payload.len() + 17) as u16).to_be_bytes());
        let version = self.version.key_candidates().next().expect("a version with keys");
        let keys = InitialKeys::derive(version, self.keys_from).expect("a version with keys");
        let secrets = if self.by_server { keys.server() } else { keys.client() };
        secrets.expect("a version with keys").seal(&header, self.number, &payload)
    }
}

/// A handshake message of `kind` with `len` bytes.
fn message(kind: u8, len: u8) -> Vec<u8> {
    [kind, 0, 0, len].into_iter().chain(0..len).collect()
}

/// A CRYPTO frame.
fn crypto(offset: u8, data: &[u8]) -> Vec<u8> {
    [&[6, offset, 0x40, data.len() as u8], data].concat()
}

#[test]
fn the_sample_handshake_of_rfc_9001_gives_both_hellos() {
    let mut talk = Talk::default();
    talk.client(&vectors::client_initial_v1()).server(&vectors::server_initial_v1());
    let kinds: Vec<_> = talk.messages.iter().map(|(dir, bytes, ..)| (*dir, bytes[0])).collect();
    assert_eq!(kinds, [(Dir::Client, 1), (Dir::Server, 2)]);
    let expected = QuicSummary {
        version: Some("v1".into()),
        client_dcid: Some("8394c8f03e515708".into()),
        ..QuicSummary::default()
    };
    assert_eq!(talk.summary(), expected);
    assert_eq!(talk.session.app(), App::Quic);
    assert_eq!(talk.session.facts().unopened(), 0);
}

#[test]
fn a_hello_shuffled_over_packets_comes_out_once_with_the_frame_that_completed_it() {
    let hello = message(1, 60);
    let mut talk = Talk::default();
    talk.client(&Initial::default().with(&[crypto(40, &hello[40..]), crypto(0, &hello[..10])].concat()));
    assert!(talk.session.is_hello_partial(Dir::Client));
    let second = Initial { number: 1, ..Initial::default() }.with(&crypto(5, &hello[5..45]));
    talk.client(&second).client(&second);
    assert_eq!(talk.messages, [(Dir::Client, hello, 2, 1)]);
}

#[test]
fn a_message_tells_the_frames_that_brought_something_new_of_it() {
    let hello = message(1, 60);
    let part = |number, begin: u8, end: u8| {
        Initial { number, ..Initial::default() }.with(&crypto(begin, &hello[usize::from(begin)..usize::from(end)]))
    };
    let (mut session, mut spread) = (QuicSession::default(), Vec::new());
    for (frame, datagram) in (1..).zip([part(0, 0, 20), part(1, 0, 20), part(2, 20, 40), part(3, 30, 64)]) {
        let at = At { frame, ts: Timestamp(0) };
        session.datagram(Dir::Client, &datagram, at, &mut |m| spread.push((m.first.frame, m.at.frame, m.frames)));
    }
    assert_eq!(spread, [(1, 4, 3)]);
}

#[test]
fn a_retry_with_a_wrong_tag_is_counted_but_not_believed() {
    let retry = hex("f000000001 04 02020202 08 f067a5502a4262b5 746f6b656e 00000000000000000000000000000000");
    let mut talk = Talk::default();
    talk.client(&Initial::default().with(&crypto(0, &message(1, 30)))).server(&retry);
    assert!(!talk.summary().retry);
    assert_eq!(talk.session.facts().seen(PacketKind::Retry, Dir::Server).count, 1);
}

#[test]
fn a_retry_keeps_the_first_id_and_the_hello_is_not_given_twice() {
    let retry = hex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba");
    let mut talk = Talk::default();
    talk.client(&vectors::client_initial_v1()).server(&retry);
    let hello = talk.messages[0].1.clone();
    let id = &hex("f067a5502a4262b5")[..];
    let again = Initial { keys_from: id, dcid: id, scid: &[], token: b"token", number: 3, ..Initial::default() };
    talk.client(&again.with(&crypto(0, &hello[..60])));
    assert!(talk.summary().retry);
    assert_eq!(talk.session.facts().retry().and_then(|r| r.genuine), Some(true));
    assert_eq!(talk.summary().client_dcid.as_deref(), Some("8394c8f03e515708"));
    assert_eq!((talk.messages.len(), talk.session.facts().attempts()), (1, 1));
    assert_eq!((talk.session.facts().token(), talk.session.facts().unopened()), (None, 0));
}

#[test]
fn version_negotiation_begins_a_second_attempt_with_the_same_id() {
    let refused = Initial { version: Version(0x1a2a_3a4a), ..Initial::default() };
    let vn = hex("80 00000000 04 02020202 08 0101010101010101 00000001");
    let mut talk = Talk::default();
    talk.client(&refused.with(&crypto(0, &message(1, 30)))).server(&vn);
    talk.client(&Initial { number: 1, ..Initial::default() }.with(&crypto(0, &message(1, 31))));
    let attempts: Vec<_> = talk.messages.iter().map(|m| (m.1.len(), m.3)).collect();
    assert_eq!(attempts, [(34, 1), (35, 2)]);
    assert_eq!(talk.summary().version.as_deref(), Some("v1"));
    assert!(talk.summary().version_negotiation);
    assert_eq!(talk.session.facts().first_version(), Some(Version(0x1a2a_3a4a)));
}

#[test]
fn version_negotiation_for_another_connection_is_not_believed() {
    let vn = hex("80 00000000 04 02020202 08 0909090909090909 00000001");
    let mut talk = Talk::default();
    talk.client(&Initial::default().with(&crypto(0, &message(1, 30)))).server(&vn);
    assert!(!talk.summary().version_negotiation);
}

#[test]
fn a_compatible_version_needs_no_new_attempt() {
    let answer = Initial { version: Version::V2, ..Initial::server() };
    let mut talk = Talk::default();
    talk.client(&Initial::default().with(&crypto(0, &message(1, 30))));
    talk.server(&answer.with(&crypto(0, &message(2, 30))));
    assert_eq!(talk.messages.last().map(|m| (m.0, m.1[0], m.3)), Some((Dir::Server, 2, 1)));
    assert_eq!(talk.summary().version.as_deref(), Some("v2"));
    assert!(!talk.summary().version_negotiation);
}

#[test]
fn a_second_connection_between_the_same_ports_is_another_attempt() {
    let other = Initial { keys_from: &[9; 8], dcid: &[9; 8], scid: &[8; 4], ..Initial::default() };
    let mut talk = Talk::default();
    talk.client(&Initial::default().with(&crypto(0, &message(1, 30)))).client(&other.with(&crypto(0, &message(1, 40))));
    assert_eq!(talk.messages.iter().map(|m| m.3).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(talk.summary().client_dcid.as_deref(), Some("0101010101010101"));
}

#[test]
fn roles_are_proven_even_when_the_server_was_captured_first() {
    let mut talk = Talk::default();
    let hello = crypto(0, &message(1, 30));
    talk.client(&Initial::server().with(&crypto(0, &message(2, 30)))).server(&Initial::default().with(&hello));
    assert_eq!(talk.session.facts().client(), Dir::Server);
    assert_eq!(talk.messages.len(), 1);
    assert_eq!(talk.session.facts().unopened(), 1);
    assert_eq!(talk.summary().client_dcid.as_deref(), Some("0101010101010101"));
}

#[test]
fn a_close_in_an_initial_is_read_once() {
    let mut talk = Talk::default();
    talk.client(&Initial::default().with(&crypto(0, &message(1, 30))));
    let frames = [&hex("1c 4178 06 07")[..], b"no alpn"].concat();
    talk.server(&Initial::server().with(&frames)).server(&Initial { number: 1, ..Initial::server() }.with(&frames));
    let [close] = talk.session.facts().closes() else { panic!("one close") };
    assert_eq!((close.from, close.code, close.frame, &close.reason[..]), (Dir::Server, 0x178, Some(6), "no alpn"));
    assert_eq!((close.tls_alert(), close.name()), (Some(120), Some("CRYPTO_ERROR")));
    assert_eq!(close.at.frame, 2);
}

#[test]
fn short_headers_are_known_by_their_connection_id() {
    let mut talk = Talk::default();
    talk.client(&Initial::default().with(&crypto(0, &message(1, 30)))).server(&Initial::server().with(&[1]));
    let short = |id: &[u8]| [&[0x41], id, &[0; 30]].concat();
    talk.client(&short(SERVER)).server(&short(CLIENT)).client(&short(&[0xee; 5]));
    let facts = talk.session.facts();
    assert_eq!(facts.seen(PacketKind::OneRtt, Dir::Client).count, 1);
    assert_eq!(facts.seen(PacketKind::OneRtt, Dir::Server).first.frame, 4);
    assert_eq!(facts.seen(PacketKind::UnknownId, Dir::Client).count, 1);
    let phases: Vec<_> = facts.phases().iter().map(|(kind, dir, at)| (kind.name(), *dir, at.frame)).collect();
    let (client, server) = (Dir::Client, Dir::Server);
    let expected = [
        ("initial", client, 1),
        ("initial", server, 2),
        ("1-rtt", client, 3),
        ("1-rtt", server, 4),
        ("unknown_id", client, 5),
    ];
    assert_eq!(phases, expected);
}

#[test]
fn zero_rtt_beside_the_hello_is_seen() {
    let mut datagram = Initial::default().with(&crypto(0, &message(1, 30)));
    datagram.extend(hex(
        "d0 00000001 08 0101010101010101 04 02020202 19 00000000000000000000000000000000000000000000000000",
    ));
    let mut talk = Talk::default();
    talk.client(&datagram);
    assert!(talk.summary().zero_rtt);
}

#[test]
fn endless_new_ids_cost_a_bounded_number_of_derivations() {
    let mut talk = Talk::default();
    for k in 0..200u8 {
        let id = [k; 8];
        let forged = Initial { keys_from: &id, dcid: &id, ..Initial::default() };
        talk.client(&forged.with(&crypto(0, &message(1, 30))));
    }
    assert_eq!(talk.session.facts().attempts(), 32);
    assert_eq!(talk.session.facts().seen(PacketKind::Initial, Dir::Client).count, 200);
    assert_eq!(talk.session.facts().unopened(), 168);
}

#[test]
fn google_quic_in_clear_shows_its_name_and_later_packets_are_its_own() {
    let mut hello = b"\x0912345678Q043\x01aaaaaaaaaaaa\xa0\x01\0\0CHLO\x01\0\0\0SNI\0\x0b\0\0\0example.com".to_vec();
    hello.resize(1200, 0);
    let mut talk = Talk::default();
    talk.client(&hello).server(b"\x0812345678\x01aaaa");
    let facts = talk.session.facts();
    assert_eq!(facts.gquic().and_then(|g| g.server_name.as_deref()), Some("example.com"));
    assert_eq!(facts.seen(PacketKind::Gquic, Dir::Server).count, 1);
    assert_eq!((talk.session.app(), talk.summary().version.as_deref()), (App::Gquic, Some("Q043")));
}

proptest! {
    #[test]
    fn arbitrary_datagrams_never_panic(datagrams in prop::collection::vec((any::<bool>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..200)), 0..20)) {
        let mut talk = Talk::default();
        for (client, long, mut bytes) in datagrams {
            if long && bytes.len() > 5 {
                bytes[0] |= 0xc0;
                bytes[1..5].copy_from_slice(&[0, 0, 0, 1]);
                bytes[5] &= 0x0f;
            }
            let _any = probe(&bytes);
            talk.send(if client { Dir::Client } else { Dir::Server }, &bytes);
        }
    }

    #[test]
    fn arbitrary_frames_in_a_sealed_initial_never_panic(frames in prop::collection::vec(any::<u8>(), 0..300)) {
        Talk::default().client(&Initial::default().with(&frames));
    }
}
