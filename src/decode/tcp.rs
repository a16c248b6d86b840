//! The TCP header (RFC 9293 §3.1). Its options are read on demand, see [`options`].

use super::layer::Layer;
use super::packet::{Packet, Transport};
use super::span::Span;
pub use super::tcp_options::{Options, Quick, options, timestamps_and_sack};

/// A sequence number: arithmetic modulo 2³² (RFC 9293 §3.4), hence no `Ord`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seq(pub u32);

impl Seq {
    /// Distance from `earlier` to `self`; negative when `self` comes before.
    #[inline]
    #[must_use]
    pub fn since(self, earlier: Seq) -> i32 {
        self.0.wrapping_sub(earlier.0) as i32
    }

    /// This number moved forward by `n`.
    #[inline]
    #[must_use]
    pub fn plus(self, n: u32) -> Seq {
        Seq(self.0.wrapping_add(n))
    }

    /// Whether `self` comes after `other`.
    #[inline]
    #[must_use]
    pub fn after(self, other: Seq) -> bool {
        self.since(other) > 0
    }

    /// The later of two.
    #[must_use]
    pub fn max(self, other: Seq) -> Seq {
        if self.after(other) { self } else { other }
    }
}

/// TCP control bits, the three reserved ones above AE included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(pub u16);

impl Flags {
    /// FIN.
    pub const FIN: u16 = 0x01;
    /// SYN.
    pub const SYN: u16 = 0x02;
    /// RST.
    pub const RST: u16 = 0x04;
    /// PSH.
    pub const PSH: u16 = 0x08;
    /// ACK.
    pub const ACK: u16 = 0x10;
    /// URG.
    pub const URG: u16 = 0x20;
    /// ECN-Echo (RFC 3168), ACE bit with AccECN.
    pub const ECE: u16 = 0x40;
    /// Congestion window reduced (RFC 3168).
    pub const CWR: u16 = 0x80;
    /// AE, once NS (RFC 9768).
    pub const AE: u16 = 0x100;

    /// All of `bits` are set.
    #[inline]
    #[must_use]
    pub fn has(self, bits: u16) -> bool {
        self.0 & bits == bits
    }

    /// A SYN without ACK.
    #[inline]
    #[must_use]
    pub fn is_syn(self) -> bool {
        self.0 & (Self::SYN | Self::ACK) == Self::SYN
    }

    /// A SYN with ACK.
    #[must_use]
    pub fn is_syn_ack(self) -> bool {
        self.has(Self::SYN | Self::ACK)
    }
}

/// A TCP segment.
#[derive(Debug, Clone, Copy, Default)]
pub struct TcpView<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Sequence number of the first payload byte (or of the SYN).
    pub seq: Seq,
    /// Acknowledgment number; meaningful with ACK.
    pub ack: Seq,
    /// Control bits.
    pub flags: Flags,
    /// The window field, unscaled.
    pub window: u16,
    /// Urgent pointer.
    pub urgent: u16,
    /// The option bytes as captured.
    pub options: &'a [u8],
    /// Bytes of the header by its data offset.
    pub header_len: u8,
    /// Payload bytes on the wire, by the IP length.
    pub len: u32,
    /// The payload as captured; shorter than `len` when cut.
    pub payload: &'a [u8],
    /// The checksum field; verifying it costs a pass over the payload, so that is left to [`super::checksum_ok`].
    pub checksum: u16,
}

impl<'a> TcpView<'a> {
    /// What a header says, given the bytes captured of the options and the payload, and how many that has on the wire.
    #[inline(always)]
    pub(super) fn new(h: &[u8; HEADER], options: &'a [u8], payload: &'a [u8], len: u32) -> TcpView<'a> {
        TcpView {
            src_port: u16::from_be_bytes([h[0], h[1]]),
            dst_port: u16::from_be_bytes([h[2], h[3]]),
            seq: Seq(u32::from_be_bytes([h[4], h[5], h[6], h[7]])),
            ack: Seq(u32::from_be_bytes([h[8], h[9], h[10], h[11]])),
            flags: Flags(u16::from_be_bytes([h[12] & 0x0f, h[13]])),
            window: u16::from_be_bytes([h[14], h[15]]),
            urgent: u16::from_be_bytes([h[18], h[19]]),
            options,
            header_len: (h[12] >> 4) * 4,
            len,
            payload,
            checksum: u16::from_be_bytes([h[16], h[17]]),
        }
    }

    /// Sequence space used: payload plus one for SYN and one for FIN.
    #[must_use]
    pub fn seq_len(&self) -> u32 {
        self.len + u32::from(self.flags.has(Flags::SYN)) + u32::from(self.flags.has(Flags::FIN))
    }

    /// The snapshot length took part of the options.
    #[must_use]
    pub fn options_cut(&self) -> bool {
        self.options.len() + HEADER < usize::from(self.header_len)
    }

    /// All options, as far as they were captured; an option that the snapshot length cut is not malformed.
    #[must_use]
    pub fn all_options(&self) -> Options {
        let mut all = options(self.options);
        all.malformed &= !self.options_cut();
        all
    }
}

/// Bytes of a TCP header without options.
pub(super) const HEADER: usize = 20;

/// A TCP segment. Options cut by the snapshot length are as many as were captured.
#[inline]
pub(super) fn decode<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Tcp) {
        return;
    }
    let Some((h, rest)) = span.header::<HEADER>() else { return p.short("tcp", span) };
    let header_len = usize::from(h[12] >> 4) * 4;
    let Some(options_len) = header_len.checked_sub(HEADER) else {
        return p.fault("tcp", "header length below 20 bytes");
    };
    if options_len > rest.wire as usize {
        return p.fault("tcp", "header length beyond the end of the packet");
    }
    let (options, payload) = rest.data.split_at(options_len.min(rest.data.len()));
    let len = rest.wire - options_len as u32;
    p.transport = Transport::Tcp(TcpView::new(h, options, payload, len));
}
