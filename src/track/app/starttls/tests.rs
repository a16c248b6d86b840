//! Conversations in clear up to the upgrade.

use super::*;
use crate::source::Timestamp;

const TLS_ALERT: &[u8] = &[21, 3, 3, 0, 2, 2, 40];

/// Plays a script, one frame a line; `C` or `S` says who.
fn play(script: &[(Dir, &[u8])]) -> StartTlsSession {
    let mut session = StartTlsSession::default();
    for ((dir, bytes), frame) in script.iter().zip(1..) {
        session.data(*dir, bytes, At { frame, ts: Timestamp(i64::from(frame)) });
    }
    session
}

use Dir::{Client as C, Server as S};

fn assert_upgrade(script: &[(Dir, &[u8])], protocol: App, request: u32, accepted: u32) {
    let session = play(script);
    let upgrade = session.upgrade().expect("a request");
    let frame = |at: Option<At>| at.map(|at| at.frame);
    assert_eq!((upgrade.protocol, upgrade.request.frame), (protocol, request));
    assert_eq!((frame(upgrade.accepted), frame(upgrade.declined)), (Some(accepted), None));
    let alerts = &session.tls().expect("TLS facts").alerts;
    assert_eq!(alerts.first().map(|a| a.description.as_ref()), Some("handshake_failure"));
}

#[test]
fn each_text_protocol_upgrades_where_the_server_agrees() {
    assert_upgrade(
        &[
            (S, b"220 mail.example.test ESMTP\r\n"),
            (C, b"EHLO me\r\n"),
            (S, b"250-hello\r\n250 STARTTLS\r\n"),
            (C, b"STARTTLS\r\n"),
            (S, b"220 go\r\n"),
            (C, TLS_ALERT),
        ],
        App::Smtp,
        4,
        5,
    );
    assert_upgrade(
        &[(S, b"* OK ready\r\n"), (C, b"a1 STARTTLS\r\n"), (S, b"* untagged\r\na1 OK begin\r\n"), (C, TLS_ALERT)],
        App::Imap,
        2,
        3,
    );
    assert_upgrade(&[(S, b"+OK\r\n"), (C, b"STLS\r\n"), (S, b"+OK go\r\n"), (C, TLS_ALERT)], App::Pop3, 2, 3);
    assert_upgrade(&[(S, b"220 ready\r\n"), (C, b"AUTH TLS\r\n"), (S, b"234 ok\r\n"), (C, TLS_ALERT)], App::Ftp, 2, 3);
    assert_upgrade(
        &[
            (C, b"<?xml version='1.0'?><stream:stream to='x'>"),
            (S, b"<stream:stream><stream:features/>"),
            (C, b"<starttls xmlns='urn'/>"),
            (S, b"<proceed xmlns='urn'/>"),
            (C, TLS_ALERT),
        ],
        App::Xmpp,
        3,
        4,
    );
}

#[test]
fn each_binary_protocol_upgrades_where_the_server_agrees() {
    assert_upgrade(&[(C, &[0, 0, 0, 8, 4, 210, 22, 47]), (S, b"S"), (C, TLS_ALERT)], App::Postgres, 1, 2);
    let mut request = vec![32, 0, 0, 1, 0x05, 0xae, 0x0f, 0];
    request.resize(36, 0);
    request.extend_from_slice(TLS_ALERT);
    assert_upgrade(&[(S, b"\x0a\x00\x00\x00\x0a8.0.36\x00\x01\x02"), (C, &request)], App::Mysql, 2, 2);
    let oid = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
    assert_upgrade(
        &[(C, oid), (S, b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), (C, TLS_ALERT)],
        App::Ldap,
        1,
        2,
    );
    assert_upgrade(
        &[
            (C, &[3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 1, 0, 0, 0]),
            (S, &[3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0]),
            (C, TLS_ALERT),
        ],
        App::Rdp,
        1,
        2,
    );
}

#[test]
fn a_request_that_is_declined_is_no_upgrade() {
    let session = play(&[(C, &[0, 0, 0, 8, 4, 210, 22, 47]), (S, b"N"), (C, &[0, 0, 0, 9, 0, 3, 0, 0, 0])]);
    assert_eq!(session.protocol(), App::Postgres);
    let upgrade = session.upgrade().expect("a request");
    assert_eq!((upgrade.accepted, upgrade.declined.map(|at| at.frame), upgrade.began), (None, Some(2), None));
    assert!(session.tls().is_none());
}

#[test]
fn the_answers_to_other_commands_are_not_taken_for_the_request_s() {
    assert_upgrade(
        &[
            (S, b"+OK POP3 ready\r\n"),
            (C, b"CAPA\r\nSTLS\r\n"),
            (S, b"+OK list follows\r\nSTLS\r\n.\r\n"),
            (S, b"+OK go\r\n"),
            (C, TLS_ALERT),
        ],
        App::Pop3,
        2,
        4,
    );
    assert_upgrade(
        &[
            (S, b"* OK ready\r\n"),
            (C, b"a1 CAPABILITY\r\na2 STARTTLS\r\n"),
            (S, b"* CAPABILITY IMAP4rev1\r\na1 OK done\r\n"),
            (S, b"a2 OK begin\r\n"),
            (C, TLS_ALERT),
        ],
        App::Imap,
        2,
        4,
    );
    let refused = play(&[(S, b"* OK hi\r\n"), (C, b"a1 NOOP\r\na2 STARTTLS\r\n"), (S, b"a1 OK\r\na2 BAD no\r\n")]);
    let upgrade = refused.upgrade().expect("a request");
    assert_eq!((upgrade.accepted, upgrade.declined.map(|at| at.frame)), (None, Some(3)));
}

#[test]
fn tls_is_known_by_its_bytes_where_the_answer_was_lost() {
    let mut session =
        play(&[(S, b"220 mail ESMTP\r\n"), (C, b"EHLO me\r\n"), (S, b"250 ok\r\n"), (C, b"STARTTLS\r\n")]);
    let at = At { frame: 9, ts: Timestamp(9) };
    session.gap(S, 8, at);
    assert!(session.tls().is_none());
    session.data(C, TLS_ALERT, at);
    let upgrade = session.upgrade().expect("a request");
    assert_eq!((upgrade.accepted, upgrade.began.map(|at| at.frame)), (None, Some(9)));
    session.data(S, TLS_ALERT, at);
    assert_eq!(session.tls().map(|tls| (tls.alerts.len(), tls.not_tls.is_some())), Some((2, false)));
}

#[test]
fn a_proxy_s_tunnel_shows_the_tls_inside() {
    const REQUEST: &[u8] = b"CONNECT example.test:443 HTTP/1.1\r\nHost: example.test\r\n\r\n";
    assert_upgrade(
        &[(C, REQUEST), (S, b"HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n"), (C, TLS_ALERT)],
        App::Http1,
        1,
        2,
    );
    let page = [&b"HTTP/1.1 407 Who\r\nContent-Length: 9000\r\n\r\n"[..], &[b'x'; 9000]].concat();
    assert_upgrade(
        &[(C, REQUEST), (S, &page), (C, REQUEST), (S, b"HTTP/1.1 200 OK\r\n\r\n"), (C, TLS_ALERT)],
        App::Http1,
        3,
        4,
    );
    let other = play(&[(C, REQUEST), (S, b"HTTP/1.1 200 OK\r\n\r\nSSH-2.0-x\r\n"), (C, b"SSH-2.0-y\r\n")]);
    assert_eq!((other.protocol(), other.tls().is_none()), (App::Http1, true));
}

#[test]
fn the_greeting_alone_is_no_answer_to_a_request() {
    let session = play(&[(S, b"220 mail ESMTP\r\n"), (C, b"EHLO me\r\n"), (S, b"250 ok\r\n")]);
    assert_eq!((session.protocol(), session.upgrade()), (App::Smtp, None));
}

#[test]
fn other_protocols_are_left_alone() {
    assert_eq!(StartTlsSession::probe(b"GET / HTTP/1.1\r\n", b""), Probe::NotForUs);
    assert_eq!(StartTlsSession::probe(b"", b"SSH-2.0-x\r\n"), Probe::NotForUs);
    assert_eq!(StartTlsSession::probe(&[22, 3, 1, 2, 0, 1, 0, 1, 0xfc], b""), Probe::NotForUs);
}

#[test]
fn what_begins_alike_is_told_apart_by_the_other_side() {
    let cases: &[(&[u8], &[u8], Guess)] = &[
        (b"", b"+OK\r\n", Guess::Maybe),
        (b"SET a b\r\n", b"+OK\r\n", Guess::No),
        (b"USER me\r\n", b"+OK\r\n", Guess::Is(App::Pop3)),
        (b"", b"+OK <1.2@mail.test>\r\n", Guess::Is(App::Pop3)),
        (b"USER me\r\n", b"", Guess::Maybe),
        (b"USER me\r\n", b"220 ready\r\n", Guess::Is(App::Ftp)),
        (b"EHLO me\r\n", b"220 ready\r\n", Guess::Is(App::Smtp)),
    ];
    for (client, server, expected) in cases {
        assert_eq!(guess(client, server), *expected, "{client:?} {server:?}");
    }
}

#[test]
fn a_connection_request_of_another_protocol_than_rdp_is_not_taken_for_it() {
    let rdp = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 1, 0, 0, 0];
    assert_eq!(guess(&rdp, &[]), Guess::Is(App::Rdp));
    let cookie = [&[3, 0, 0, 39, 34, 0xe0, 0, 0, 0, 0, 0][..], b"Cookie: mstshash=me\r\n"].concat();
    assert_eq!(guess(&cookie, &[]), Guess::Is(App::Rdp));
    // A programmable controller's, with its parameters.
    let s7 = [3, 0, 0, 22, 17, 0xe0, 0, 0, 0, 1, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2];
    assert_eq!(guess(&s7, &[]), Guess::No);
    for cut in 1..rdp.len() {
        assert_ne!(guess(&rdp[..cut], &[]), Guess::No, "cut at {cut}");
    }
}

#[test]
fn bytes_cut_anywhere_lead_to_the_same_upgrade() {
    let server = b"220 mail ESMTP\r\n";
    for cut in 1..server.len() {
        let (head, tail) = server.split_at(cut);
        let session = play(&[
            (S, head),
            (S, tail),
            (C, b"EHLO me\r\nSTART"),
            (C, b"TLS\r\n"),
            (S, b"250 ok\r\n22"),
            (S, b"0 go\r\n"),
        ]);
        let upgrade = session.upgrade().map(|u| (u.request.frame, u.accepted.map(|at| at.frame)));
        assert_eq!(upgrade, Some((4, Some(6))), "cut at {cut}");
    }
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(pieces in proptest::collection::vec((proptest::bool::ANY, proptest::collection::vec(proptest::num::u8::ANY, 0..64)), 0..16)) {
        let script: Vec<(Dir, &[u8])> = pieces.iter().map(|(c, b)| (if *c { C } else { S }, b.as_slice())).collect();
        play(&script);
    }
}
