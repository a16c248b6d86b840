//! The TCP header (RFC 9293 §3.1) and its options, read with our own walk: one unknown kind must not hide the rest.

use arrayvec::ArrayVec;

pub use super::tcp_options::{options, timestamps_and_sack};

/// A sequence number: arithmetic modulo 2³² (RFC 9293 §3.4), hence no `Ord`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seq(pub u32);

impl Seq {
    /// Distance from `earlier` to `self`; negative when `self` comes before.
    #[must_use]
    pub fn since(self, earlier: Seq) -> i32 {
        self.0.wrapping_sub(earlier.0) as i32
    }

    /// This number moved forward by `n`.
    #[must_use]
    pub fn plus(self, n: u32) -> Seq {
        Seq(self.0.wrapping_add(n))
    }

    /// Whether `self` comes after `other`.
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

/// TCP control bits.
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
    #[must_use]
    pub fn has(self, bits: u16) -> bool {
        self.0 & bits == bits
    }

    /// A SYN without ACK.
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

/// The options of one segment that the tracker uses.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Maximum segment size, kind 2 (RFC 9293 §3.7.1).
    pub mss: Option<u16>,
    /// Window scale shift as sent, kind 3 (RFC 7323 §2); above 14 counts as 14.
    pub window_scale: Option<u8>,
    /// SACK permitted, kind 4 (RFC 2018).
    pub sack_permitted: bool,
    /// SACK blocks, kind 5: left and right edge.
    pub sack: ArrayVec<(Seq, Seq), 4>,
    /// Timestamps, kind 8 (RFC 7323 §3): TSval and TSecr.
    pub timestamps: Option<(u32, u32)>,
    /// Fast Open cookie, kind 34 or 254 with magic 0xF989 (RFC 7413): `Some(0)` is a request, else the cookie's length.
    pub fast_open: Option<u8>,
    /// MPTCP, kind 30 (RFC 8684): the subtype, 0 MP_CAPABLE, 1 MP_JOIN …
    pub mptcp: Option<u8>,
    /// TCP MD5 signature, kind 19 (RFC 2385).
    pub md5: bool,
    /// TCP-AO, kind 29 (RFC 5925).
    pub ao: bool,
    /// An AccECN option, kind 172 or 174 (RFC 9768).
    pub acc_ecn: bool,
    /// An option's length ran past the header, or was below 2.
    pub malformed: bool,
    /// Kinds in order of appearance, for fingerprints (no-operation included, end of list left out).
    pub order: ArrayVec<u8, 16>,
}

/// A TCP segment.
#[derive(Debug, Clone, Copy)]
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

impl TcpView<'_> {
    /// Sequence space used: payload plus one for SYN and one for FIN.
    #[must_use]
    pub fn seq_len(&self) -> u32 {
        self.len + u32::from(self.flags.has(Flags::SYN)) + u32::from(self.flags.has(Flags::FIN))
    }
}
