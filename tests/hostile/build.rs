//! Packets and capture files made by hand; checksums are left 0, which means "not filled in" to every analyzer.

use std::io::{self, Write};

/// Writes a pcap file of raw IP packets with nanosecond timestamps.
pub struct Pcap<W: Write> {
    out: W,
    packets: u64,
}

/// Link type of packets that begin with their IP header.
const RAW: u32 = 101;
/// Link type of Ethernet frames.
pub const ETHERNET: u32 = 1;

impl<W: Write> Pcap<W> {
    pub fn new(out: W) -> io::Result<Pcap<W>> {
        Pcap::with_link(out, RAW)
    }

    pub fn with_link(mut out: W, link: u32) -> io::Result<Pcap<W>> {
        for field in [0xa1b2_3c4d, 0x0004_0002, 0, 0, 262_144, link] {
            out.write_all(&u32::to_le_bytes(field))?;
        }
        Ok(Pcap { out, packets: 0 })
    }

    /// So many microseconds pass without a packet.
    pub fn pass(&mut self, us: u64) {
        self.packets += us;
    }

    /// A packet a microsecond after the one before.
    pub fn packet(&mut self, data: &[u8]) -> io::Result<()> {
        let us = self.packets;
        self.packets += 1;
        let len = data.len() as u32;
        for field in [1_700_000_000 + (us / 1_000_000) as u32, (us % 1_000_000) as u32 * 1_000, len, len] {
            self.out.write_all(&field.to_le_bytes())?;
        }
        self.out.write_all(data)
    }
}

/// An IPv4 packet from 10.x.x.x, by the number of the host, to 192.0.2.1.
pub fn v4(protocol: u8, from: u32, payload: &[u8]) -> Vec<u8> {
    fragment(protocol, from, 0, 0x4000, payload)
}

/// The same with an identification and the flags-and-offset field.
pub fn fragment(protocol: u8, from: u32, id: u16, field: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend((20 + payload.len() as u16).to_be_bytes());
    packet.extend(id.to_be_bytes());
    packet.extend(field.to_be_bytes());
    packet.extend([64, protocol, 0, 0]);
    packet.extend((0x0a00_0000 | from & 0xff_ffff).to_be_bytes());
    packet.extend([192, 0, 2, 1]);
    packet.extend_from_slice(payload);
    packet
}

/// The other way: from 192.0.2.1 to 10.x.x.x.
pub fn answer(mut packet: Vec<u8>) -> Vec<u8> {
    for i in 12..16 {
        packet.swap(i, i + 4);
    }
    packet
}

/// An IPv6 packet.
pub fn v6(next: u8, from: [u8; 16], payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend((payload.len() as u16).to_be_bytes());
    packet.extend([next, 64]);
    packet.extend(from);
    packet.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    packet.extend_from_slice(payload);
    packet
}

/// A UDP datagram.
pub fn udp(ports: (u16, u16), payload: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::new();
    datagram.extend(ports.0.to_be_bytes());
    datagram.extend(ports.1.to_be_bytes());
    datagram.extend((8 + payload.len() as u16).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend_from_slice(payload);
    datagram
}

pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const PSH: u8 = 8;
pub const ACK: u8 = 16;

/// A TCP segment with a window of 65,535; `options` fill whole words.
pub fn tcp(ports: (u16, u16), (seq, ack): (u32, u32), flags: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(ports.0.to_be_bytes());
    segment.extend(ports.1.to_be_bytes());
    segment.extend(seq.to_be_bytes());
    segment.extend(ack.to_be_bytes());
    segment.extend([((20 + options.len()) as u8) << 2, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend_from_slice(options);
    segment.extend_from_slice(payload);
    segment
}

/// Client and server of a connection whose handshake is written; both first bytes have number 1.
pub fn handshake<W: Write>(out: &mut Pcap<W>, from: u32, ports: (u16, u16)) -> io::Result<()> {
    out.packet(&v4(6, from, &tcp(ports, (0, 0), SYN, &[], &[])))?;
    out.packet(&answer(v4(6, from, &tcp((ports.1, ports.0), (0, 1), SYN | ACK, &[], &[]))))?;
    out.packet(&v4(6, from, &tcp(ports, (1, 1), ACK, &[], &[])))
}

/// Writes a pcapng file in little-endian order.
pub struct PcapNg<W: Write>(pub W);

impl<W: Write> PcapNg<W> {
    pub fn new(out: W) -> io::Result<PcapNg<W>> {
        let mut file = PcapNg(out);
        let mut section = vec![0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0];
        section.extend([0xff; 8]);
        file.block(0x0a0d_0d0a, &section)?;
        Ok(file)
    }

    pub fn block(&mut self, kind: u32, body: &[u8]) -> io::Result<()> {
        let padding = body.len().next_multiple_of(4) - body.len();
        let len = (12 + body.len() + padding) as u32;
        self.0.write_all(&kind.to_le_bytes())?;
        self.0.write_all(&len.to_le_bytes())?;
        self.0.write_all(body)?;
        self.0.write_all(&[0; 3][..padding])?;
        self.0.write_all(&len.to_le_bytes())
    }

    /// An interface of raw IP packets.
    pub fn interface(&mut self, options: &[(u16, &[u8])]) -> io::Result<()> {
        let mut body = vec![RAW as u8, 0, 0, 0, 0, 0, 0, 0];
        body.extend(list(options));
        self.block(1, &body)
    }

    /// A packet at a time in units of its interface.
    pub fn packet(&mut self, interface: u32, units: u64, data: &[u8], options: &[(u16, &[u8])]) -> io::Result<()> {
        let mut body = Vec::new();
        for field in [interface, (units >> 32) as u32, units as u32, data.len() as u32, data.len() as u32] {
            body.extend(field.to_le_bytes());
        }
        body.extend_from_slice(data);
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(list(options));
        self.block(6, &body)
    }
}

fn list(options: &[(u16, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (code, value) in options {
        bytes.extend(code.to_le_bytes());
        bytes.extend((value.len() as u16).to_le_bytes());
        bytes.extend_from_slice(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}
