//! What is said of odd but innocent traffic, and of what only looks alike: made by hand, with the rule that decides.

use std::io::Cursor;
use std::path::Path;

use wiregloss::concepts::Severity;
use wiregloss::report::Report;
use wiregloss::source::Capture;
use wiregloss::{Settings, analyze};

use crate::build::*;

const FIN: u8 = 1;
const CLIENT: (u16, u16) = (40_000, 80);
/// MSS 1460, window scale 7.
const SCALED: [u8; 8] = [2, 4, 5, 0xb4, 3, 3, 7, 1];

/// A capture under construction.
struct Talk {
    file: PcapNg<Vec<u8>>,
    us: u64,
}

impl Talk {
    fn new() -> Talk {
        let mut file = PcapNg::new(Vec::new()).expect("memory can be written");
        file.interface(&[(9, &[6])]).expect("memory can be written");
        Talk { file, us: 0 }
    }

    /// A packet so many microseconds after the one before.
    fn packet(mut self, wait: i64, packet: &[u8]) -> Talk {
        self.us = self.us.saturating_add_signed(wait);
        self.file.packet(0, 1_700_000_000_000_000 + self.us, packet, &[]).expect("memory can be written");
        self
    }

    fn client(self, wait: i64, numbers: (u32, u32), flags: u8, len: usize) -> Talk {
        self.packet(wait, &v4(6, 1, &tcp(CLIENT, numbers, flags, &[], &vec![7; len])))
    }

    fn server(self, wait: i64, numbers: (u32, u32), flags: u8, len: usize) -> Talk {
        let segment = tcp((CLIENT.1, CLIENT.0), numbers, flags, &[], &vec![7; len]);
        self.packet(wait, &answer(v4(6, 1, &segment)))
    }

    /// A handshake over a round trip of 10 ms, captured at the client; the first bytes have number 1.
    fn open() -> Talk {
        let ports = (CLIENT.1, CLIENT.0);
        Talk::new()
            .packet(0, &v4(6, 1, &tcp(CLIENT, (0, 0), SYN, &SCALED, &[])))
            .packet(10_000, &answer(v4(6, 1, &tcp(ports, (0, 1), SYN | ACK, &SCALED, &[]))))
            .client(100, (1, 1), ACK, 0)
    }

    fn report(self) -> Report {
        let mut capture = Capture::from_reader(Path::new("memory"), Cursor::new(self.file.0)).expect("a capture");
        analyze(&mut capture, &Settings::default(), &mut |_| {}).expect("memory can be read")
    }

    /// What `concept` says, and how severe it is.
    fn says(self, concept: &str) -> Option<(Severity, String)> {
        let found = self.report().findings.into_iter().find(|f| f.concept == concept);
        found.map(|f| (f.level, f.summary))
    }

    fn severity(self, concept: &str) -> Option<Severity> {
        self.says(concept).map(|(severity, _)| severity)
    }
}

/// Windows sends its SYN again when it is refused.
#[test]
fn a_refused_syn_that_is_sent_again_and_answered_was_no_reset_connection() {
    let talk = || {
        Talk::new()
            .client(0, (0, 0), SYN, 0)
            .server(1_000, (0, 1), RST | ACK, 0)
            .client(500_000, (0, 0), SYN, 0)
            .server(1_000, (0, 1), SYN | ACK, 0)
            .client(100, (1, 1), ACK, 10)
            .server(1_000, (1, 11), ACK, 10)
    };
    assert_eq!(talk().says("tcp.reset"), None);
    let (_, told) = talk().says("tcp.syn-retransmit").expect("the SYN went out twice");
    assert!(told.ends_with("A RST refused it at first (frame 2)."), "{told}");
}

#[test]
fn each_refusal_answers_the_syn_before_it() {
    let refused = |talk: Talk| talk.client(500_000, (0, 0), SYN, 0).server(2_000, (0, 1), RST | ACK, 0);
    let (_, told) = refused(refused(refused(Talk::new()))).says("tcp.refused").expect("nobody listens");
    assert!(told.contains("with RST after 2.0 ms"), "{told}");
}

/// RFC 9293 §3.10.7.1: a FIN scan, for one, is answered by a host that never had the connection.
#[test]
fn a_host_that_sends_nothing_but_a_reset_aborted_no_connection() {
    let scan = || Talk::new().client(0, (5, 0), FIN, 0).server(500, (0, 6), RST | ACK, 0);
    assert_eq!(scan().says("sock.abortive-close"), None);
    assert!(scan().says("tcp.reset").is_some());
}

#[test]
fn a_reset_is_trouble_once_and_not_when_it_refuses_a_goodbye() {
    let abort = || Talk::open().client(100, (1, 1), ACK, 9).server(10_000, (1, 10), ACK, 9).server(1, (10, 10), RST, 0);
    assert_eq!(abort().severity("sock.abortive-close"), Some(Severity::Warn));
    assert_eq!(abort().severity("tcp.reset"), Some(Severity::Note));
    for (len, severity) in [(31, Severity::Note), (500, Severity::Warn)] {
        let closed = Talk::open().client(100, (1, 1), FIN | ACK, 0).server(10_000, (1, 2), ACK, len);
        let (level, told) = closed.client(50, (2, 0), RST, 0).says("tcp.reset").expect("a reset");
        assert_eq!(level, severity, "{len} bytes");
        assert!(told.starts_with("The client reset it in FIN_WAIT_2, after its own FIN;"), "{told}");
    }
}

/// RFC 9293 §3.8.3: whoever has sent the same long enough in vain closes.
#[test]
fn a_reset_after_data_that_were_sent_in_vain_gave_up() {
    let talk = Talk::open().server(100, (1, 1), ACK, 99).client(100, (1, 100), ACK, 0).server(100, (100, 1), ACK, 99);
    let talk = talk.server(300_000, (100, 1), ACK, 99).server(900_000, (199, 1), RST, 0);
    let (_, told) = talk.says("sock.abortive-close").expect("a reset of an open connection");
    assert!(told.contains("it gave up on a peer that did not answer"), "{told}");
}

#[test]
fn a_client_that_resets_what_its_syn_opened_only_asked() {
    let probe = Talk::new().client(0, (0, 0), SYN, 0).server(900, (0, 1), SYN | ACK, 0).client(50, (1, 0), RST, 0);
    let (severity, told) = probe.says("tcp.reset").expect("a reset");
    assert_eq!(severity, Severity::Note);
    assert!(told.starts_with("The client answered the SYN-ACK with a RST: it asked only"), "{told}");
}

#[test]
fn a_syn_ack_that_crossed_the_ack_tells_of_no_loss() {
    for (wait, severity) in [(5_000, Severity::Note), (1_000_000, Severity::Warn)] {
        let talk = Talk::open().server(wait, (0, 1), SYN | ACK, 0);
        assert_eq!(talk.severity("tcp.synack-retransmit"), Some(severity), "{wait} µs after the ACK");
    }
}

#[test]
fn an_ack_after_the_last_syn_ack_was_not_lost_on_its_way_on() {
    let talk = Talk::new()
        .client(0, (0, 0), SYN, 0)
        .server(1_000, (0, 1), SYN | ACK, 0)
        .server(1_000_000, (0, 1), SYN | ACK, 0)
        .client(100, (1, 1), ACK, 0);
    let (_, told) = talk.says("tcp.synack-retransmit").expect("the SYN-ACK went out twice");
    assert!(told.contains("the client's ACK came after the last of them"), "{told}");
}

/// RFC 9293 §3.5.1 is of a host that had the connection and lost it.
#[test]
fn a_host_that_has_only_begun_a_connection_did_not_forget_it() {
    let reset = |talk: Talk| talk.client(100, (1, 1), ACK, 9).server(10_000, (1, 0), RST, 0).says("tcp.half-open");
    assert_eq!(reset(Talk::open()), None);
    assert!(reset(Talk::open().server(100, (1, 1), ACK, 0)).is_some());
}

#[test]
fn data_after_the_second_of_two_different_syn_acks_are_new() {
    let talk = Talk::new()
        .server(0, (9_000, 1), SYN | ACK, 0)
        .server(15_000_000, (0, 1), SYN | ACK, 0)
        .client(300_000, (1, 1), ACK, 500)
        .server(100_000, (1, 501), ACK, 1_000);
    assert_eq!(talk.says("cc.retransmit"), None);
}

#[test]
fn a_fin_with_the_number_of_the_syn_is_nothing_sent_again() {
    let talk = || {
        Talk::new()
            .client(0, (0, 0), SYN, 0)
            .client(290_000, (0, 0), FIN, 0)
            .server(15_000, (0, 1), SYN | ACK, 0)
            .client(2_000, (0, 1), FIN | ACK, 0)
    };
    assert_eq!((talk().says("cc.retransmit"), talk().says("tcp.fin-retransmit")), (None, None));
}

/// RFC 7323 §2.2: the scale of both windows is in both SYNs.
#[test]
fn a_window_whose_scale_was_not_captured_has_no_size() {
    let segment = tcp((CLIENT.1, CLIENT.0), (0, 1), SYN | ACK, &SCALED, &[]);
    let begins = |talk: Talk| talk.client(100, (1, 1), ACK, 100).server(10_000, (1, 101), ACK, 100);
    let half = begins(Talk::new().packet(0, &answer(v4(6, 1, &segment))));
    assert_eq!(half.says("sock.receive-buffer"), None);
    assert!(begins(Talk::open()).says("sock.receive-buffer").is_some());
}

#[test]
fn messages_that_wait_for_their_answer_are_no_small_writes() {
    let exchange =
        |talk: Talk, n: u32| talk.client(100, (1 + 9 * n, 1 + n), ACK, 9).server(100, (1 + n, 10 + 9 * n), ACK, 1);
    assert_eq!((0..12).fold(Talk::open(), exchange).says("sock.small-writes"), None);
    let write = |talk: Talk, n: u32| talk.client(100, (1 + 9 * n, 1), ACK, 9);
    assert!((0..12).fold(Talk::open(), write).says("sock.small-writes").is_some());
}

#[test]
fn a_server_took_no_longer_than_passed_less_the_shortest_way() {
    let ask = |talk: Talk, n: u32| talk.client(50, (1 + n, 1 + n), ACK, 1).server(3_000, (1 + n, 2 + n), ACK, 1);
    let (_, told) = (0..3).fold(Talk::open(), ask).says("sock.request-response").expect("exchanges");
    assert!(told.contains("3.0 ms on average: 3.0 ms for the way from here to the server and back, 0 ms in"), "{told}");
}

#[test]
fn a_window_without_scale_is_trouble_where_it_holds_a_transfer_up() {
    let plain = || {
        Talk::new()
            .client(0, (0, 0), SYN, 0)
            .server(10_000, (0, 1), SYN | ACK, 0)
            .client(100, (1, 1), ACK, 0)
            .server(100, (1, 1), ACK, 100)
            .client(100, (1, 101), ACK, 0)
    };
    assert_eq!(plain().severity("sock.no-window-scale"), Some(Severity::Note));
    let bulk = (0..40).fold(plain(), |talk, n| talk.server(10, (101 + 1_400 * n, 1), ACK, 1_400));
    assert_eq!(bulk.severity("sock.no-window-scale"), Some(Severity::Warn));
}

#[test]
fn a_rate_is_said_of_a_transfer_that_has_one() {
    let sends = |segments: u32, wait: i64| {
        (0..segments).fold(Talk::open(), |talk, n| talk.server(wait, (1 + 1_400 * n, 1), ACK, 1_400)).says("cc.goodput")
    };
    assert_eq!(sends(20, 1_000), None, "28 kB");
    assert_eq!(sends(100, 10), None, "1 ms");
    assert!(sends(100, 1_000).is_some());
}

#[test]
fn the_end_of_a_capture_leaves_nobody_in_fin_wait_2() {
    let closed = |wait| {
        let talk = Talk::open().client(100, (1, 1), FIN | ACK, 0).server(10_000, (1, 2), ACK, 0);
        talk.packet(wait, &v4(17, 9, &udp((9, 9), &[0]))).severity("tcp.fin-wait-2")
    };
    assert_eq!(closed(100_000), Some(Severity::Note));
    assert_eq!(closed(10_000_000), Some(Severity::Warn));
}

/// BSD says its FIN again with the acknowledgment of the peer's.
#[test]
fn a_fin_that_goes_with_the_acknowledgment_of_the_peer_s_is_no_timeout() {
    let talk = || {
        Talk::open()
            .client(100, (1, 1), FIN | ACK, 0)
            .server(6_000, (1, 1), FIN | ACK, 0)
            .client(100, (1, 2), FIN | ACK, 0)
            .server(10_000, (2, 2), ACK, 0)
    };
    assert_eq!(talk().says("cc.rto"), None);
    assert_eq!(talk().severity("tcp.fin-retransmit"), Some(Severity::Note));
    let (severity, told) = talk().says("cc.retransmit").expect("the FIN went out twice");
    assert_eq!((severity, told.as_str()), (Severity::Note, "The client sent its FIN again: 1 unknown."));
}

#[test]
fn no_timer_runs_for_years() {
    let again = |wait| Talk::open().client(100, (1, 1), ACK, 100).client(wait, (1, 1), ACK, 100);
    assert!(again(300_000).says("cc.retransmit").is_some_and(|(_, told)| told.contains("1 rto")));
    let (_, told) = again(1_600_000_000_000_000).says("cc.retransmit").expect("sent twice");
    assert!(told.ends_with("1 unknown."), "{told}");
}

#[test]
fn a_timeout_without_its_original_lasted_for_an_unknown_time() {
    let talk = Talk::open().client(100, (1, 1), ACK, 100).client(100, (201, 1), ACK, 100);
    let talk = talk.server(10_000, (1, 101), ACK, 0).client(1_000_000, (101, 1), ACK, 100);
    let (_, told) = talk.says("cc.rto").expect("a hole is filled after a second");
    assert!(told.ends_with("for how long, the capture does not show."), "{told}");
}

#[test]
fn packets_slightly_out_of_order_are_no_step_of_the_clock() {
    for (back, severity) in [(-40, Severity::Note), (-2_000_000, Severity::Warn)] {
        let talk = Talk::open().client(3_000_000, (1, 1), ACK, 1).client(back, (2, 1), ACK, 1);
        assert_eq!(talk.severity("capture.clock"), Some(severity));
    }
}

/// A header of DNS with a question for the root's NS records.
fn dns(flags: u16) -> Vec<u8> {
    let mut message = vec![0, 7];
    message.extend(flags.to_be_bytes());
    message.extend([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]);
    message
}

#[test]
fn an_answer_whose_question_was_not_captured_waits_for_none() {
    let reply = answer(v4(17, 1, &udp((53, 40_000), &dns(0x8183))));
    let report = Talk::new().packet(0, &reply).report();
    assert_eq!(report.conversations[0].server.port, Some(53));
    assert!(report.findings.iter().all(|f| f.concept != "udp.unanswered"));
    let query = v4(17, 1, &udp((40_000, 53), &dns(0x0100)));
    assert!(Talk::new().packet(0, &query).says("udp.unanswered").is_some());
}

/// An ICMP port unreachable (RFC 792) that quotes `packet`.
fn unreachable(packet: &[u8]) -> Vec<u8> {
    [&[3, 3, 0, 0, 0, 0, 0, 0], packet].concat()
}

#[test]
fn a_port_that_its_own_user_left_is_no_failure() {
    let query = v4(17, 1, &udp((40_000, 9_000), &[1; 20]));
    let reply = answer(v4(17, 1, &udp((9_000, 40_000), &[2; 20])));
    let gone = v4(1, 1, &unreachable(&reply));
    let (severity, told) =
        Talk::new().packet(0, &query).packet(900, &reply).packet(9, &gone).says("udp.port-unreachable").expect("told");
    assert_eq!(severity, Severity::Note);
    assert!(told.ends_with("it had sent from that port itself, and was gone when the answer came."), "{told}");
    let closed = answer(v4(1, 1, &unreachable(&query)));
    assert_eq!(Talk::new().packet(0, &query).packet(9, &closed).severity("udp.port-unreachable"), Some(Severity::Bad));
}

/// RFC 9293 §3.4 lets any SYN carry data.
#[test]
fn data_in_a_syn_are_fast_open_only_with_its_option() {
    let talk = Talk::new().client(0, (0, 0), SYN, 50).server(900, (0, 51), SYN | ACK, 0).client(90, (51, 1), ACK, 0);
    let (_, told) = talk.says("tcp.fast-open").expect("data in a SYN");
    assert!(told.starts_with("Without the Fast Open option: data in the SYN, accepted"), "{told}");
}
