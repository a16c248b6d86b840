//! Link layers: from a frame to the first protocol that has an EtherType or an IP version.

mod bsd;
mod chdlc;
mod cooked;
pub(super) mod ethernet;
pub(super) mod ethertype;
mod frame_relay;
mod juniper;
mod llc;
mod macsec;
pub(super) mod mpls;
mod old_lan;
pub(super) mod ppp;
mod pppoe;
mod radio;
mod switch;
mod tags;
mod wlan;
mod wrapped;

use super::ip;
use super::layer::Layer;
use super::packet::Packet;
use super::span::Span;
use crate::source::LinkType;

/// Decodes a frame of a link type, by its number in the registry of tcpdump.org.
#[inline]
pub(super) fn decode<'a>(p: &mut Packet<'a>, link: LinkType, span: Span<'a>) {
    // Most frames, whose way is short: nothing is asked of them that others need.
    if link.0 == 1 { ethernet::decode(p, span) } else { other(p, link, span) }
}

/// A frame of any other link type than Ethernet.
#[inline(never)]
fn other<'a>(p: &mut Packet<'a>, link: LinkType, span: Span<'a>) {
    match link.0 {
        0 => bsd::null(p, span),
        108 => bsd::loopback(p, span),
        109 => bsd::enc(p, span),
        117 => bsd::pflog(p, span),
        12 | 14 | 101 | 228 | 229 => raw(p, span),
        9 | 50 => ppp::link(p, span),
        166 => ppp::with_direction(p, span, 2),
        204 => ppp::with_direction(p, span, 1),
        51 => ppp::ether(p, span),
        104 => chdlc::decode(p, span),
        205 => chdlc::with_direction(p, span),
        107 => frame_relay::decode(p, span),
        206 => frame_relay::with_direction(p, span),
        113 => cooked::sll(p, span),
        276 => cooked::sll2(p, span),
        6 => old_lan::token_ring(p, span),
        7 => old_lan::arcnet(p, span),
        10 => old_lan::fddi(p, span),
        105 => wlan::decode(p, span),
        127 => radio::radiotap(p, span),
        119 => radio::prism(p, span),
        163 => radio::avs(p, span),
        192 => wrapped::ppi(p, span),
        258 => wrapped::pktap(p, span),
        239 => wrapped::nflog(p, span),
        178..=181 => juniper::decode(p, link, span),
        281 => switch::broadcom(p, span),
        282 => switch::broadcom_in_front(p, span),
        284 => switch::marvell(p, span),
        285 => switch::marvell_ether_typed(p, span),
        8 | 100 | 106 | 122 | 138 | 219 | 240 | 242 => small(p, link, span),
        _ => {
            p.enter(Layer::OtherLink);
            p.fault("link type not decoded", link.known_name().unwrap_or("a number without a name"));
        }
    }
}

/// No link header: IPv4 or IPv6 at once.
fn raw<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if p.enter(Layer::RawIp) {
        ip::decode(p, span);
    }
}

/// Link headers of a fixed size of which only the protocol behind matters.
fn small<'a>(p: &mut Packet<'a>, link: LinkType, span: Span<'a>) {
    /// What stands behind the header.
    enum Then {
        Ip,
        Llc,
        Ethernet,
        Mpls,
        /// The EtherType at this offset.
        EtherType(usize),
    }
    let (layer, header, then) = match link.0 {
        8 => (Layer::SmallLink, 16, Then::Ip),    // SLIP: direction and compressed header
        100 => (Layer::SmallLink, 0, Then::Llc),  // RFC 1483
        106 => (Layer::SmallLink, 0, Then::Ip),   // Linux classical IP over ATM
        122 => (Layer::SmallLink, 16, Then::Llc), // RFC 2625: two Fibre Channel network addresses
        138 => (Layer::SmallLink, 18, Then::EtherType(16)), // Apple IP over IEEE 1394: two EUI-64
        219 => (Layer::SmallLink, 0, Then::Mpls), // MPLS label stack
        240 => (Layer::SmallLink, 4, Then::Ethernet), // netANALYZER
        _ => (Layer::Ipoib, 44, Then::EtherType(40)), // RFC 4391 §6 behind a global routing header
    };
    if !p.enter(layer) {
        return;
    }
    let Some(rest) = span.skip(header) else { return p.short("link", span) };
    match then {
        Then::Ip => ip::decode(p, rest),
        Then::Llc => llc::decode(p, rest),
        Then::Ethernet => ethernet::decode(p, rest),
        Then::Mpls => mpls::decode(p, rest),
        Then::EtherType(at) => match span.be16(at) {
            Some(ethertype) => ethertype::decode(p, ethertype, rest),
            None => p.short("link", span),
        },
    }
}
