//! IPv6 neighbour discovery (RFC 4861): who claims which address, and what routers announce.

use super::addr::Addr;
use super::packet::{IcmpView, Packet, Transport};

/// Which message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NeighbourKind {
    /// A host asks for routers (§4.1).
    RouterSolicitation,
    /// A router announces itself (§4.2).
    RouterAdvertisement,
    /// Who has this address? (§4.3)
    NeighbourSolicitation,
    /// I have this address (§4.4).
    NeighbourAdvertisement,
    /// There is a better way (§4.5).
    Redirect,
}

/// A neighbour discovery message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// Which.
    pub kind: NeighbourKind,
    /// The address asked for or announced; of a redirect, the better next hop.
    pub target: Option<Addr>,
    /// The sender's link-layer address, where an option gives it.
    pub source_mac: Option<[u8; 6]>,
    /// The target's link-layer address, where an option gives it.
    pub target_mac: Option<[u8; 6]>,
    /// The advertisement answers a solicitation.
    pub solicited: bool,
    /// The advertisement replaces what caches hold.
    pub overrides: bool,
    /// The link MTU that a router announces (§4.6.4).
    pub mtu: Option<u32>,
}

/// The neighbour discovery message in a packet. Such messages have hop limit 255 (§6.1, §7.1): others came through a
/// router and are void.
#[must_use]
pub fn neighbour(packet: &Packet<'_>) -> Option<Neighbour> {
    let Transport::Icmp(icmp) = &packet.transport else { return None };
    if !icmp.v6 || icmp.code != 0 || packet.ip?.ttl != 255 {
        return None;
    }
    // Bytes of the message in front of its options, the first eight left out.
    let (kind, fixed) = match icmp.kind {
        133 => (NeighbourKind::RouterSolicitation, 0),
        134 => (NeighbourKind::RouterAdvertisement, 8),
        135 => (NeighbourKind::NeighbourSolicitation, 16),
        136 => (NeighbourKind::NeighbourAdvertisement, 16),
        137 => (NeighbourKind::Redirect, 32),
        _ => return None,
    };
    let mut message = Neighbour {
        kind,
        target: if fixed >= 16 { icmp.payload.first_chunk::<16>().map(|address| (*address).into()) } else { None },
        source_mac: None,
        target_mac: None,
        solicited: flag(icmp, 30),
        overrides: flag(icmp, 29),
        mtu: None,
    };
    options(&mut message, icmp.payload.get(fixed..).unwrap_or_default());
    Some(message)
}

/// A flag of a neighbour advertisement.
fn flag(icmp: &IcmpView<'_>, bit: u32) -> bool {
    icmp.kind == 136 && icmp.rest >> bit & 1 == 1
}

/// Options (§4.6): type, length in units of 8 bytes, body. One of length 0 voids the rest.
fn options(message: &mut Neighbour, mut bytes: &[u8]) {
    while let Some(&[kind, units]) = bytes.first_chunk() {
        let Some(body) = bytes.get(2..usize::from(units) * 8) else { return };
        match kind {
            1 => message.source_mac = body.first_chunk().copied(),
            2 => message.target_mac = body.first_chunk().copied(),
            5 => message.mtu = body.get(2..6).and_then(|four| four.first_chunk().copied()).map(u32::from_be_bytes),
            _ => {}
        }
        bytes = bytes.get(usize::from(units) * 8..).unwrap_or_default();
    }
}
