//! What follows an EtherType (IEEE 802 numbers).

use super::{ethernet, llc, macsec, mpls, ppp, pppoe, tags};
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;
use crate::decode::{arp, ip};

/// Decodes the payload of a frame with this EtherType.
pub(in crate::decode) fn decode<'a>(p: &mut Packet<'a>, ethertype: u16, span: Span<'a>) {
    match ethertype {
        0x0800 => ip::v4(p, span),
        0x86dd => ip::v6(p, span),
        0x0806 | 0x8035 => arp::decode(p, span),
        0x8100 => tags::vlan(p, Layer::Vlan, span),
        0x88a8 | 0x9100 | 0x9200 => tags::vlan(p, Layer::QinQ, span),
        0x8926 => tags::vn_tag(p, span),
        0x88e7 => tags::mac_in_mac(p, span),
        0x8847 | 0x8848 => mpls::decode(p, span),
        0x8863 => pppoe::discovery(p),
        0x8864 => pppoe::session(p, span),
        0x880b => ppp::decode(p, span),
        0x88e5 => macsec::decode(p, span),
        0x6558 => ethernet::decode(p, span),
        0x8870 => llc::decode(p, span),
        other => drop(p.enter(named(other))),
    }
}

/// Whether an EtherType is one that frames inside a tunnel can be expected to have.
pub(super) fn is_known(ethertype: u16) -> bool {
    matches!(
        ethertype,
        0x0800
            | 0x0806
            | 0x8035
            | 0x8100
            | 0x86dd
            | 0x8847
            | 0x8848
            | 0x8863
            | 0x8864
            | 0x88a8
            | 0x88e5
            | 0x9000
            | 0x9100
    ) || named(ethertype) != Layer::OtherEther
}

/// The layer of a protocol that is known by name only.
fn named(ethertype: u16) -> Layer {
    match ethertype {
        0x88cc => Layer::Lldp,
        0x888e => Layer::Eapol,
        0x8809 => Layer::Slow,
        _ => Layer::OtherEther,
    }
}
