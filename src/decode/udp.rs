//! UDP (RFC 768), and the tunnels that ride on it.

use super::layer::Layer;
use super::packet::{Packet, Transport, UdpView};
use super::span::Span;
use super::tunnel;

/// Bytes of a UDP header.
pub(super) const HEADER: u32 = 8;

impl<'a> UdpView<'a> {
    /// What a header says, given the bytes captured of the payload, and how many that has on the wire.
    #[inline(always)]
    pub(super) fn new(h: &[u8; HEADER as usize], payload: &'a [u8], len: u32) -> UdpView<'a> {
        UdpView {
            src_port: u16::from_be_bytes([h[0], h[1]]),
            dst_port: u16::from_be_bytes([h[2], h[3]]),
            len,
            checksum: u16::from_be_bytes([h[6], h[7]]),
            payload,
        }
    }
}

/// A UDP datagram, or what a tunnel in it carries.
#[inline]
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Udp) {
        return;
    }
    let Some((h, rest)) = span.header::<{ HEADER as usize }>() else { return p.short("udp", span) };
    let payload = match u32::from(u16::from_be_bytes([h[4], h[5]])) {
        // RFC 2675 §4: the length of a jumbogram is the IP packet's.
        0 => rest,
        len if len < HEADER => {
            p.fault("udp", "length below 8 bytes");
            rest
        }
        len if len - HEADER > rest.wire => {
            p.fault("udp", "length beyond the end of the packet");
            rest
        }
        len => rest.limit(len - HEADER),
    };
    let view = UdpView::new(h, payload.data, payload.wire);
    if !tunnel::decode_udp(p, view.src_port, view.dst_port, payload) {
        p.transport = Transport::Udp(view);
    }
}
