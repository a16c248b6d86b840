//! Messages between a client and its resolver, told to the table in the order of a capture.

mod lookups;
mod messages;
mod pairing;

use super::*;
use crate::decode::dns::testing::{Build, a, cname, hex, opt, record, soa};
use crate::decode::dns::{HeaderFlags, Rcode, Rtype};
use crate::source::{At, NS_PER_MS, Timestamp};
use crate::track::{Dir, Endpoint, Limits};

/// A table, the frame and time so far, and what was told.
struct Scene {
    table: DnsTable,
    frame: u32,
    out: Exchanges,
}

fn end(host: u8, port: u16) -> Endpoint {
    Endpoint { addr: [10, 0, 0, host].into(), port }
}

const CLIENT: u8 = 1;
const RESOLVER: u8 = 53;

impl Scene {
    fn new() -> Scene {
        Scene { table: DnsTable::default(), frame: 0, out: Vec::new() }
    }

    fn at(&mut self, ms: i64) -> At {
        self.frame += 1;
        At { frame: self.frame, ts: Timestamp(ms * NS_PER_MS) }
    }

    /// A message between the client's port and a server, in a conversation numbered by the port.
    fn between(&mut self, protocol: Protocol, port: u16, server: u8, ms: i64, bytes: &[u8]) -> bool {
        let (client, server) = (end(CLIENT, port), end(server, 53));
        let from = if bytes.get(2).is_some_and(|b| b & 0x80 != 0) { Dir::Server } else { Dir::Client };
        let (src, dst) = if from == Dir::Client { (client, server) } else { (server, client) };
        let at = self.at(ms);
        let incoming = Incoming { conversation: u32::from(port), protocol, from, src, dst, bytes, cut: false, at };
        self.table.message(&incoming, &mut self.out)
    }

    fn udp(&mut self, port: u16, ms: i64, build: &Build) -> &mut Scene {
        assert!(self.between(Protocol::Udp, port, RESOLVER, ms, &build.bytes()));
        self
    }

    fn tcp(&mut self, port: u16, ms: i64, build: &Build) -> &mut Scene {
        assert!(self.between(Protocol::Tcp, port, RESOLVER, ms, &build.bytes()));
        self
    }

    fn finish(mut self) -> Exchanges {
        self.table.finish(&mut self.out);
        self.out
    }
}

fn ask(id: u16, name: &str) -> Build {
    Build::query(id).ask(name, 1)
}

fn reply(id: u16, name: &str, ttl: u32, host: u8) -> Build {
    Build::response(id).ask(name, 1).answer(a(name, ttl, host))
}

fn nxdomain(id: u16, name: &str) -> Build {
    Build::response(id).rcode(3).ask(name, 1).authority(soa("test", 60, 30))
}
