//! The application parsers, each on what one conversation of its kind carried.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use wiregloss::decode::{Transport, decode};
use wiregloss::source::At;
use wiregloss::track::app::dns::{DnsTable, Incoming, Protocol};
use wiregloss::track::app::{App, Application, Datagrams};
use wiregloss::track::{Dir, Endpoint, Limits};

use crate::captures::{fixture, packets};

/// A payload on its way.
struct Payload {
    from: Dir,
    src: Endpoint,
    dst: Endpoint,
    bytes: Vec<u8>,
    at: At,
}

/// The payloads of a fixture that went to or came from a port, in order.
fn payloads(name: &str, port: u16) -> Vec<Payload> {
    let held = packets(fixture(name));
    let mut all = Vec::new();
    for record in held.records() {
        let packet = decode(&record);
        let (Some(ip), (ports, bytes)) = (&packet.ip, ports_and_payload(&packet.transport)) else { continue };
        let [src, dst] = [(ip.src, ports.0), (ip.dst, ports.1)].map(|(addr, port)| Endpoint { addr, port });
        if !bytes.is_empty() && (src.port == port || dst.port == port) {
            let from = if dst.port == port { Dir::Client } else { Dir::Server };
            all.push(Payload { from, src, dst, bytes: bytes.to_vec(), at: record.at });
        }
    }
    assert!(!all.is_empty(), "{name} has nothing on port {port}");
    all
}

fn ports_and_payload<'a>(transport: &Transport<'a>) -> ((u16, u16), &'a [u8]) {
    match transport {
        Transport::Tcp(tcp) => ((tcp.src_port, tcp.dst_port), tcp.payload),
        Transport::Udp(udp) => ((udp.src_port, udp.dst_port), udp.payload),
        _ => ((0, 0), &[]),
    }
}

fn bytes(payloads: &[Payload]) -> BytesCount {
    BytesCount::new(payloads.iter().map(|p| p.bytes.len()).sum::<usize>())
}

#[divan::bench(args = ["tls/tls13-nginx-curl", "tls/cert-big-chain"])]
fn tls(bencher: Bencher<'_, '_>, name: &str) {
    let stream = payloads(name, 443);
    bencher.counter(bytes(&stream)).counter(ItemsCount::new(1_usize)).bench_local(|| {
        let mut app = Application::default();
        for Payload { from, bytes, at, .. } in &stream {
            app.data(*from, bytes, *at);
        }
        assert_eq!(app.kind(), App::Tls);
        app
    });
}

#[divan::bench(args = ["dns/tunnel", "dns/bind-lookups"])]
fn dns(bencher: Bencher<'_, '_>, name: &str) {
    let messages = payloads(name, 53);
    bencher.counter(bytes(&messages)).counter(ItemsCount::new(messages.len())).bench_local(|| {
        let (mut table, mut exchanges) = (DnsTable::new(&Limits::default()), Vec::new());
        for Payload { from, src, dst, bytes, at } in &messages {
            let (from, src, dst, bytes, at) = (*from, *src, *dst, bytes.as_slice(), *at);
            let protocol = Protocol::Udp;
            table.message(
                &Incoming { conversation: 0, protocol, from, src, dst, bytes, cut: false, at },
                &mut exchanges,
            );
        }
        table.finish(&mut exchanges);
        assert!(!black_box(&exchanges).is_empty());
        exchanges
    });
}

#[divan::bench]
fn quic(bencher: Bencher<'_, '_>) {
    let datagrams = payloads("http/h3-basic", 443);
    bencher.counter(bytes(&datagrams)).counter(ItemsCount::new(datagrams.len())).bench_local(|| {
        let mut app = Datagrams::resume(App::Unknown, 0);
        for Payload { from, src, dst, bytes, at } in &datagrams {
            app.datagram(*from, (src.port, dst.port), bytes, *at);
        }
        assert!(matches!(app.kind(), App::Quic | App::Http3));
        app
    });
}
