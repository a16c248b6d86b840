//! The first bytes of each protocol, and near misses of each.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn client(bytes: &[u8], guess: Guess) {
    assert_eq!(tcp_app(bytes, b""), guess);
}

#[track_caller]
fn server(bytes: &[u8], guess: Guess) {
    assert_eq!(tcp_app(b"", bytes), guess);
}

#[test]
fn http_of_both_sides() {
    client(b"GET /index.html HTTP/1.1\r\nHost: x\r\n", Guess::Is(App::Http1));
    client(b"CONNECT example.com:443 HTTP/1.1\r\n", Guess::Is(App::Http1));
    client(b"GET http://example.com/ HTTP/1.0\r\n", Guess::Is(App::Http1));
    client(b"GET /a/very/long/target", Guess::Maybe);
    client(b"GE", Guess::Maybe);
    client(b"GET /index.html\r\n", Guess::No);
    client(b"GET \x01\x02", Guess::No);
    client(b"GETX / HTTP/1.1\r\n", Guess::No);
    server(b"HTTP/1.1 404 Not Found\r\n", Guess::Is(App::Http1));
    server(b"HTTP/1.", Guess::Maybe);
    server(b"HTTP/1.1 abc", Guess::No);
    server(b"GET / HTTP/1.1\r\n", Guess::No);
}

#[test]
fn http2_by_its_preface() {
    client(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0", Guess::Is(App::Http2));
    client(b"PRI * HTTP/2.0\r\n", Guess::Maybe);
    client(b"PRI * HTTP/1.1\r\n\r\n", Guess::No);
}

#[test]
fn ssh() {
    server(b"SSH-2.0-OpenSSH_9.6\r\n", Guess::Is(App::Ssh));
    client(b"SSH-", Guess::Maybe);
    client(b"SSH-3.0-x", Guess::No);
}

#[test]
fn sip_and_rtsp() {
    client(b"REGISTER sip:example.com SIP/2.0\r\n", Guess::Is(App::Sip));
    client(b"OPTIONS rtsp://example.com/ RTSP/1.0\r\nCSeq: 1\r\n", Guess::Is(App::Rtsp));
    server(b"RTSP/1.0 200 OK\r\n", Guess::Is(App::Rtsp));
    client(b"OPTIONS rtsp://example.com/ FTSP/1.0\r\n", Guess::No);
}

#[test]
fn redis() {
    client(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", Guess::Is(App::Redis));
    client(b"*12", Guess::Maybe);
    client(b"*12345\r\n$", Guess::No);
    client(b"*\r\n$", Guess::No);
    server(b"*2\r\n$3\r\n", Guess::No);
}

#[test]
fn irc() {
    client(b"NICK alice\r\n", Guess::Is(App::Irc));
    server(b":irc.example.com NOTICE AUTH :*** Looking up\r\n", Guess::Is(App::Irc));
    server(b":irc.example.com 001 alice\r\n", Guess::No);
}

#[test]
fn bgp() {
    let mut open = vec![0xff; 16];
    client(&open, Guess::Maybe);
    open.extend([0, 29, 1]);
    client(&open, Guess::Is(App::Bgp));
    open[17] = 18;
    client(&open, Guess::No);
    open[17] = 29;
    open[18] = 9;
    client(&open, Guess::No);
}

#[test]
fn mqtt_and_amqp() {
    client(b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c", Guess::Is(App::Mqtt));
    client(b"\x10\x80\x01\0\x06MQIsdp", Guess::Is(App::Mqtt));
    client(b"\x10\x0c\0\x04MQ", Guess::Maybe);
    client(b"\x10\x0c\0\x05MQTTX", Guess::No);
    server(b"\x10\x0c\0\x04MQTT", Guess::No);
    client(b"AMQP\0\0\x09\x01", Guess::Is(App::Amqp));
    client(b"AMQP\x09\0\x09\x01", Guess::No);
}

#[test]
fn smb() {
    client(b"\0\0\0\x54\xffSMBr", Guess::Is(App::Smb));
    server(b"\0\0\0\x54\xfeSMB@", Guess::Is(App::Smb));
    client(b"\0\0\0\x54\xffSMA", Guess::No);
}

#[test]
fn telnet() {
    server(b"\xff\xfd\x18\xff\xfd\x20", Guess::Is(App::Telnet));
    server(b"\xff\xfb\x01", Guess::Is(App::Telnet));
    server(b"\xff\xfd", Guess::Maybe);
    server(b"\xff\xd8\xff\xe0", Guess::No);
    server(b"\xff\xfe\x40\x00", Guess::No);
}

#[test]
fn socks() {
    assert_eq!(tcp_app(b"\x05\x02\0\x02", b"\x05\0"), Guess::Is(App::Socks));
    client(b"\x05\x02\0\x02", Guess::Maybe);
    assert_eq!(tcp_app(b"\x05\x02\0\x02", b"\x05\x01"), Guess::No);
    assert_eq!(tcp_app(b"\x05\0", b"\x05\0"), Guess::No);
    client(b"\x04\x01\0\x50\xc0\0\x02\x01alice\0", Guess::Is(App::Socks));
    client(b"\x04\x01\0\0\xc0\0\x02\x01alice\0", Guess::No);
}

#[test]
fn rpki_to_router() {
    client(&[1, 2, 0, 0, 0, 0, 0, 8], Guess::Is(App::Rtr));
    client(&[1, 1, 0x12, 0x34, 0, 0, 0, 12, 0, 0, 0, 1], Guess::Is(App::Rtr));
    client(&[1, 2, 0, 0, 0, 0, 0, 8, 0], Guess::No);
}

#[test]
fn nothing_said_is_maybe_and_noise_is_none() {
    client(b"", Guess::Maybe);
    client(b"\x16\x03\x01\x02\0\x01\0", Guess::No);
    server(b"220 mail.example.com ESMTP\r\n", Guess::No);
    client(b"hello world\n", Guess::No);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(client in prop::collection::vec(any::<u8>(), 0..40), server in prop::collection::vec(any::<u8>(), 0..40)) {
        let _any = tcp_app(&client, &server);
    }
}
