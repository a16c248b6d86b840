//! Which protocol a datagram is, by its content: each rule wants enough structure that chance does not meet it. Where a
//! format has too little of its own, its registered port must agree.
//!
//! QUIC, DTLS and DNS are recognised by their parsers; RTP by [`RtpWatch`], as one packet of it is no evidence.

mod discovery;
mod management;
mod media;
mod peers;
mod rtp;
mod tunnel;

pub(super) use media::is_sip;
pub use rtp::RtpWatch;

use super::App;
use crate::decode::quic::Reader;

/// A datagram and its ports.
#[derive(Debug, Clone, Copy)]
struct Datagram<'a> {
    payload: &'a [u8],
    ports: (u16, u16),
}

impl Datagram<'_> {
    /// Either port is `port`.
    fn on(&self, port: u16) -> bool {
        self.ports.0 == port || self.ports.1 == port
    }

    /// Two bytes at `at`, big endian.
    fn u16(&self, at: usize) -> Option<u16> {
        self.payload.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
    }

    /// Four bytes at `at`, big endian.
    fn u32(&self, at: usize) -> Option<u32> {
        Reader::new(self.payload.get(at..)?).u32()
    }
}

/// The protocol of a datagram; [`App::Unknown`] when no rule is sure. `ports` are source and destination.
#[must_use]
pub fn udp_app(ports: (u16, u16), payload: &[u8]) -> App {
    let datagram = Datagram { payload, ports };
    RULES.iter().find(|(rule, _)| rule(&datagram) == Some(true)).map_or(App::Unknown, |(_, app)| *app)
}

/// A rule: `None` or `Some(false)` when the datagram is something else.
type Rule = fn(&Datagram<'_>) -> Option<bool>;

/// The strictest first; at most one can hold for any but made-up datagrams.
const RULES: &[(Rule, App)] = &[
    (media::turn, App::Turn),
    (media::stun, App::Stun),
    (media::sip, App::Sip),
    (management::dnscrypt, App::Dnscrypt),
    (management::dhcp, App::Dhcp),
    (management::snmp, App::Snmp),
    (management::radius, App::Radius),
    (management::ntp, App::Ntp),
    (management::dhcpv6, App::Dhcpv6),
    (management::tftp, App::Tftp),
    (management::syslog, App::Syslog),
    (discovery::ssdp, App::Ssdp),
    (discovery::nbns, App::Nbns),
    (discovery::coap, App::Coap),
    (discovery::nat_pmp, App::NatPmp),
    (discovery::pcp, App::Pcp),
    (tunnel::ike, App::Ike),
    (tunnel::esp, App::Esp),
    (tunnel::wireguard, App::Wireguard),
    (tunnel::openvpn, App::OpenVpn),
    (peers::bittorrent, App::BitTorrent),
    (peers::utp, App::Utp),
];

#[cfg(test)]
mod tests;
