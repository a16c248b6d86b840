//! The header that Juniper's routers put in front of the frames they capture (`monitor traffic`).

use super::{chdlc, ethernet, frame_relay, ppp};
use crate::decode::ip;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;
use crate::source::LinkType;

/// What it begins with.
const MAGIC: [u8; 3] = *b"MGC";
/// Flag: a length and so many bytes of extensions follow.
const EXTENSIONS: u8 = 0x80;
/// Flag: in place of a link header stand four bytes, and then IP.
const NO_LINK: u8 = 0x02;

/// A frame of the medium that the link type names: PPP, Frame Relay, Cisco HDLC, else Ethernet.
pub(super) fn decode<'a>(p: &mut Packet<'a>, link: LinkType, span: Span<'a>) {
    if !p.enter(Layer::Juniper) {
        return;
    }
    let Some((&[m0, m1, m2, flags], rest)) = span.header::<4>() else { return p.short("juniper", span) };
    if [m0, m1, m2] != MAGIC {
        return p.fault("juniper", "no magic number");
    }
    let extended = flags & EXTENSIONS != 0;
    let Some(frame) = (if extended { behind_extensions(rest) } else { Some(rest) }) else {
        return p.short("juniper", span);
    };
    if flags & NO_LINK != 0 {
        return match frame.skip(4) {
            Some(packet) => ip::decode(p, packet),
            None => p.short("juniper", span),
        };
    }
    match link.0 {
        179 => ppp::link(p, frame),
        180 => frame_relay::decode(p, frame),
        181 => chdlc::decode(p, frame),
        _ => ethernet::decode(p, frame),
    }
}

fn behind_extensions(rest: Span<'_>) -> Option<Span<'_>> {
    let (&[l0, l1], extensions) = rest.header::<2>()?;
    extensions.skip(usize::from(u16::from_be_bytes([l0, l1])))
}
