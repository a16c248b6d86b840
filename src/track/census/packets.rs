//! What every packet counts in: volumes, layers, overhead, faults, clock.

use super::{Census, Overhead, TunnelUse, Volume};
use crate::decode::{IpView, Packet, Transport};
use crate::source::At;
use crate::track::{Limits, Proto};

impl Census {
    /// The tag of a packet's tunnel or VLAN: 0 for none, else its place in `tunnels` counted from 1.
    #[inline]
    pub(in crate::track) fn tag(&mut self, packet: &Packet<'_>, limits: &Limits) -> u16 {
        if packet.vlan == 0 && packet.tunnel.is_none() { 0 } else { self.tag_of(packet, limits) }
    }

    /// The tag of a packet that is in a tunnel or VLAN.
    #[inline(never)]
    fn tag_of(&mut self, packet: &Packet<'_>, limits: &Limits) -> u16 {
        let key = (packet.vlan, packet.tunnel);
        let tag = match self.tags.get(&key) {
            Some(tag) => *tag,
            None if self.tunnels.len() < limits.tunnels.min(usize::from(u16::MAX)) => {
                let (vlan, tunnel) = key;
                self.tunnels.push(TunnelUse { vlan, tunnel, volume: Volume::default(), first: packet.at });
                let tag = self.tunnels.len() as u16;
                self.tags.insert(key, tag);
                tag
            }
            None => {
                self.hit("tunnels");
                self.tunnels.len() as u16
            }
        };
        if let Some(tunnel) = usize::from(tag).checked_sub(1).and_then(|i| self.tunnels.get_mut(i)) {
            tunnel.volume.add(packet.wire_len);
        }
        tag
    }

    /// Whether a tag is that of a VLAN; `None` for a tunnel's.
    pub(in crate::track) fn vlan_of(&self, tag: u16) -> Option<bool> {
        match usize::from(tag).checked_sub(1).and_then(|i| self.tunnels.get(i)) {
            Some(known) => known.tunnel.is_none().then_some(true),
            None => Some(false),
        }
    }

    /// Counts what every packet counts in.
    pub(in crate::track) fn count(&mut self, packets: &[Packet<'_>], limits: &Limits) {
        let Some(first) = packets.first() else { return };
        if self.total.packets == 0 {
            (self.first, self.last) = (first.at, first.at);
        }
        let (mut common, mut overhead, mut last) = (Common::default(), Overhead::default(), self.last);
        for packet in packets {
            if packet.at.ts < last.ts {
                self.clock_back.add(At { ts: packet.at.ts, ..last }, At { ts: last.ts, ..packet.at });
            }
            last = packet.at;
            self.stacks.count(&packet.layers, packet.wire_len, packet.ip_offset, limits.census_entries);
            self.transport(packet, &mut common, &mut overhead);
            if packet.cut || packet.fault.is_some() {
                self.imperfect(packet);
            }
        }
        self.last = last;
        self.total.packets += packets.len() as u64;
        self.total.bytes += packets.iter().map(|packet| u64::from(packet.wire_len)).sum::<u64>();
        for (proto, volume) in [(Proto::Tcp, common.tcp), (Proto::Udp, common.udp)] {
            if volume.packets > 0 {
                let known = self.transports.of(proto);
                known.packets += volume.packets;
                known.bytes += volume.bytes;
            }
        }
        self.overhead.add(&overhead);
    }

    /// Counts a packet that is not whole.
    #[cold]
    fn imperfect(&mut self, packet: &Packet<'_>) {
        if packet.cut {
            self.cut.add(packet.at);
            self.cut_bytes += u64::from(packet.wire_len - packet.cap_len);
        }
        if let Some(fault) = packet.fault {
            self.faults.entry(fault).or_default().add(packet.at);
        }
    }

    /// Header bytes per layer and volume per transport.
    #[inline]
    fn transport(&mut self, packet: &Packet<'_>, common: &mut Common, overhead: &mut Overhead) {
        let wire = u64::from(packet.wire_len);
        let Some(ip) = &packet.ip else {
            overhead.link += wire;
            return;
        };
        let (header, payload) = match &packet.transport {
            Transport::Tcp(t) => {
                common.tcp.add(packet.wire_len);
                (u64::from(t.header_len), t.len)
            }
            Transport::Udp(u) => {
                common.udp.add(packet.wire_len);
                (SHORT_HEADER, u.len)
            }
            other => self.rare(packet, ip, other),
        };
        let (ip_header, payload) = (u64::from(ip.header_len), u64::from(payload));
        overhead.add(&Overhead {
            link: wire.saturating_sub(ip_header + header + payload),
            ip: ip_header,
            transport: header,
            payload,
        });
    }

    /// Counts another packet than TCP's or UDP's in its transport; gives the bytes of its header and payload.
    #[inline(never)]
    fn rare(&mut self, packet: &Packet<'_>, ip: &IpView, transport: &Transport<'_>) -> (u64, u32) {
        let (proto, header, payload) = match transport {
            Transport::Icmp(i) => (if i.v6 { Proto::Icmpv6 } else { Proto::Icmp }, SHORT_HEADER, i.len),
            Transport::Sctp { len, .. } => (Proto::Sctp, SCTP_HEADER, *len),
            Transport::Ip { protocol, len } => (Proto::Ip(*protocol), 0, *len),
            _ => (Proto::of(ip.protocol), 0, ip.total_len.saturating_sub(ip.header_len.into())),
        };
        self.transports.of(proto).add(packet.wire_len);
        (header, payload)
    }
}

/// What most packets of a batch are.
#[derive(Default)]
struct Common {
    tcp: Volume,
    udp: Volume,
}

/// Length of a UDP or ICMP header in bytes.
const SHORT_HEADER: u64 = 8;
/// Length of SCTP's common header in bytes (RFC 9260 §3.1).
const SCTP_HEADER: u64 = 12;

impl Overhead {
    #[inline]
    fn add(&mut self, more: &Overhead) {
        self.link += more.link;
        self.ip += more.ip;
        self.transport += more.transport;
        self.payload += more.payload;
    }
}

impl Volume {
    /// Counts one packet.
    #[inline]
    pub fn add(&mut self, bytes: u32) {
        self.packets += 1;
        self.bytes += u64::from(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decode;
    use crate::source::{LinkType, Record, Timestamp};

    fn counted(protocol: u8, more_fragments: bool, payload: &[u8]) -> Census {
        let total = (20 + payload.len()) as u8;
        let mut frame = vec![0x45, 0, 0, total, 0, 1, u8::from(more_fragments) << 5, 0, 64, protocol, 0, 0];
        frame.extend([192, 0, 2, 1, 198, 51, 100, 7]);
        frame.extend(payload);
        let at = At { frame: 1, ts: Timestamp(0) };
        let record = Record { at, wire_len: frame.len() as u32, link: LinkType(101), interface: 0, data: &frame };
        let mut census = Census::default();
        census.count(&[decode(&record)], &Limits::default());
        census
    }

    #[test]
    fn nothing_of_an_ip_packet_counts_as_link_header() {
        let sctp = [&[0x0b, 0x59, 0x0b, 0x59, 0, 0, 0, 0, 0, 0, 0, 0][..], &[4, 0, 0, 4]].concat();
        let echo = [8, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4];
        for (protocol, more, packet, transport) in
            [(132, false, &sctp[..], 12), (1, false, &echo[..], 8), (17, true, &[0; 16][..], 0)]
        {
            let mut census = counted(protocol, more, packet);
            assert_eq!(census.transports.of(Proto::of(protocol)).packets, 1, "a fragment is of its transport too");
            let counted = census.overhead;
            assert_eq!((counted.link, counted.ip, counted.transport), (0, 20, transport), "protocol {protocol}");
            assert_eq!(counted.payload, packet.len() as u64 - transport, "protocol {protocol}");
        }
    }
}
