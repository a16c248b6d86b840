//! Packets of protocols without connections: counted in their conversation, and for UDP read by an application's parser.

use super::app::Datagrams;
use super::census::is_multicast;
use super::event::{Event, Sink, What};
use super::table::Hashed;
use super::tracker::{Side, Tracker};
use super::{At, Dir, Proto};
use crate::decode::{IpView, Packet, Transport, UdpView};

impl Tracker {
    /// What an IP packet carries that is not TCP.
    pub(super) fn connectionless(&mut self, packet: &Packet<'_>, ip: &IpView, key: &Hashed, sink: &mut impl Sink) {
        let at = packet.at;
        let portless = || ((ip.src, 0), (ip.dst, 0));
        match &packet.transport {
            Transport::Udp(udp) => self.udp(udp, ip, key, at, sink),
            Transport::Icmp(icmp) => {
                let proto = if icmp.v6 { Proto::Icmpv6 } else { Proto::Icmp };
                self.census.neighbour(packet, &self.options.limits);
                let placed = self.icmp_error(ip.src, icmp, key.key.tag, at, sink);
                self.simple(key, proto, portless(), 0, at, sink);
                if !placed {
                    self.icmp_alone(key, ip.src, icmp, at, sink);
                }
            }
            Transport::Sctp { src_port, dst_port, len } => {
                self.simple(key, Proto::Sctp, ((ip.src, *src_port), (ip.dst, *dst_port)), *len, at, sink);
            }
            Transport::Ip { protocol, len } => self.simple(key, Proto::Ip(*protocol), portless(), *len, at, sink),
            Transport::Tcp(_) | Transport::Arp(_) | Transport::Fragment(_) | Transport::None => {}
        }
    }

    fn udp(&mut self, udp: &UdpView<'_>, ip: &IpView, key: &Hashed, at: At, sink: &mut impl Sink) {
        let ends = ((ip.src, udp.src_port), (ip.dst, udp.dst_port));
        let Some((index, from)) = self.take(key, Proto::Udp, &ends, udp.len, at, sink) else { return };
        if !self.dns_datagram((index, from), udp, &ends, at, sink) {
            self.application((index, from), udp, at, sink);
        }
        self.step((index, from), udp.len, at, sink);
    }

    /// A packet of which nothing is read.
    fn simple(&mut self, key: &Hashed, proto: Proto, ends: (Side, Side), len: u32, at: At, sink: &mut impl Sink) {
        if let Some(taken) = self.take(key, proto, &ends, len, at, sink) {
            self.step(taken, len, at, sink);
        }
    }

    /// Counts a packet in its conversation; gives the index of that and who sent the packet. Without one where there are no
    /// more numbers for it.
    #[inline(always)]
    fn take(
        &mut self,
        &Hashed { ref key, hash }: &Hashed,
        proto: Proto,
        &(src, dst): &(Side, Side),
        len: u32,
        at: At,
        sink: &mut impl Sink,
    ) -> Option<(u32, Dir)> {
        let index = match self.table.find(key, hash) {
            Some(index) => index,
            None if proto == Proto::Udp && is_answer(src, dst) => {
                let index = self.open(key, hash, proto, dst, src, at, sink)?;
                self.table.get_mut(index)?.guessed = true;
                index
            }
            None => self.open(key, hash, proto, src, dst, at, sink)?,
        };
        let record = self.table.get_mut(index)?;
        let from = record.dir_of(src);
        record.count(from, len, at);
        Some((index, from))
    }

    /// Tells a datagram of the conversation that is being traced, after what it shows.
    #[inline]
    fn step(&self, taken: (u32, Dir), len: u32, at: At, sink: &mut impl Sink) {
        if self.options.traces(taken.0, at.frame) {
            self.tell_datagram(taken, len, at, sink);
        }
    }

    #[cold]
    fn tell_datagram(&self, (index, from): (u32, Dir), len: u32, at: At, sink: &mut impl Sink) {
        if let Some(record) = self.table.get(index) {
            let what = What::Datagram { len };
            sink.event(&Event { at, conversation: record.id, from, what }, record);
        }
    }

    /// A datagram of any other application. What recognises and reads it is kept only where there is more than a name to
    /// remember, as most conversations in a scan have nothing.
    fn application(&mut self, (index, dir): (u32, Dir), udp: &UdpView<'_>, at: At, sink: &mut impl Sink) {
        let Some(record) = self.table.get_mut(index).filter(|record| !record.closed) else { return };
        let ports = (udp.src_port, udp.dst_port);
        if let Some(datagrams) = record.detail.as_mut().and_then(|d| d.datagrams.as_mut()) {
            datagrams.datagram(dir, ports, udp.payload, at);
            record.app = datagrams.kind();
            let phases = datagrams.take_phases(dir, at);
            self.phases(index, at, &phases, sink);
            self.weigh(index, sink);
            return;
        }
        let before = record.packets[0].saturating_add(record.packets[1]).saturating_sub(1);
        let mut datagrams = Datagrams::resume(record.app, before);
        datagrams.datagram(dir, ports, udp.payload, at);
        record.app = datagrams.kind();
        let phases = datagrams.take_phases(dir, at);
        let kept = datagrams.has_state();
        if kept {
            record.detail().datagrams = Some(datagrams);
        }
        self.phases(index, at, &phases, sink);
        if kept {
            self.weigh(index, sink);
        }
    }
}

/// A datagram from a service to a port that no service has is an answer: what asked for it came before the capture began,
/// or another way (RFC 6335 §6: ephemeral ports are high).
fn is_answer(from: Side, to: Side) -> bool {
    let one_to_one = || !is_multicast(from.0) && !is_multicast(to.0);
    ANSWERING.contains(&from.1) && to.1 >= 1_024 && one_to_one()
}

/// DNS, NTP, SNMP, QUIC, DNS over QUIC or DTLS: services that speak only when spoken to.
const ANSWERING: [u16; 5] = [53, 123, 161, 443, 853];
