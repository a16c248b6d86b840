//! What decoding gives: checked views of one packet, on the stack, borrowing its bytes.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use arrayvec::ArrayVec;

use super::tcp::TcpView;
use crate::source::{At, LinkType};

/// An IP address in 16 bytes, cheap to hash and compare; IPv4 and IPv4-mapped IPv6 stay different.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Addr([u64; 2]);

/// Marks an IPv4 address: `ffff:ffff:…` is multicast with an undefined scope, so no IPv6 host has it.
const V4_MARK: [u64; 2] = [!0, 0xffff_ffff << 32];

impl Addr {
    /// The address in its usual type.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        match self.0 {
            [_, low] if self.is_v4() => IpAddr::V4(Ipv4Addr::from_bits(low as u32)),
            [high, low] => IpAddr::V6(Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(low))),
        }
    }

    /// Whether this is an IPv4 address.
    #[must_use]
    pub fn is_v4(self) -> bool {
        self.0[0] == V4_MARK[0] && self.0[1] & V4_MARK[1] == V4_MARK[1]
    }

    /// The 128 bits that identify the address, for hashing.
    #[must_use]
    pub fn bits(self) -> [u64; 2] {
        self.0
    }
}

impl From<[u8; 4]> for Addr {
    fn from(b: [u8; 4]) -> Self {
        Addr([V4_MARK[0], V4_MARK[1] | u64::from(u32::from_be_bytes(b))])
    }
}

impl From<[u8; 16]> for Addr {
    fn from(b: [u8; 16]) -> Self {
        let all = u128::from_be_bytes(b);
        Addr([(all >> 64) as u64, all as u64])
    }
}

impl From<IpAddr> for Addr {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(v4) => v4.octets().into(),
            IpAddr::V6(v6) => v6.octets().into(),
        }
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip().fmt(f)
    }
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip().fmt(f)
    }
}

/// A protocol layer that was recognised, for the tree of stacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the protocols'")]
pub enum Layer {
    Ethernet,
    LinuxSll,
    LinuxSll2,
    Null,
    RawIp,
    Ppp,
    Chdlc,
    OtherLink,
    Vlan,
    QinQ,
    MacSec,
    Mpls,
    PppoeDiscovery,
    Pppoe,
    Llc,
    Arp,
    Ipv4,
    Ipv6,
    Fragment,
    IpsecAh,
    IpsecEsp,
    Tcp,
    Udp,
    Icmp,
    Icmpv6,
    Igmp,
    Sctp,
    OtherIp,
    Gre,
    Erspan,
    Vxlan,
    Geneve,
    Gtp,
    Teredo,
    OtherEther,
}

/// Layers outermost first; at most this many are remembered.
pub const MAX_LAYERS: usize = 20;

/// Source and destination MAC address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MacPair {
    /// Who sent the frame.
    pub src: [u8; 6],
    /// Whom it was for.
    pub dst: [u8; 6],
}

/// An IP header, as far as conversations need it (RFC 791, RFC 8200).
#[derive(Debug, Clone, Copy)]
pub struct IpView {
    /// Source address.
    pub src: Addr,
    /// Destination address.
    pub dst: Addr,
    /// TTL or hop limit.
    pub ttl: u8,
    /// The TOS or traffic-class octet: DSCP (6 bits) and ECN (2 bits).
    pub tos: u8,
    /// IPv4 identification, or that of an IPv6 fragment header; 0 where there is none.
    pub id: u32,
    /// IPv4 "don't fragment"; always true for IPv6.
    pub df: bool,
    /// Bytes of the IP packet on the wire by its own length field (0 with segmentation offload: taken from the frame).
    pub total_len: u32,
    /// Bytes of header including options and extension headers.
    pub header_len: u16,
    /// The transport protocol's IANA number after all extension headers.
    pub protocol: u8,
    /// The IPv4 header checksum is wrong (and not zero).
    pub bad_checksum: bool,
    /// IPv4 options or IPv6 extension headers other than fragment are present.
    pub options: bool,
    /// Present when this is a fragment.
    pub fragment: Option<FragmentView>,
}

impl IpView {
    /// The ECN codepoint (RFC 3168): 0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE.
    #[must_use]
    pub fn ecn(&self) -> u8 {
        self.tos & 3
    }
}

/// One fragment of an IP packet.
#[derive(Debug, Clone, Copy)]
pub struct FragmentView {
    /// Offset of this fragment's payload in the whole, in bytes.
    pub offset: u32,
    /// More fragments follow.
    pub more: bool,
    /// Bytes of the fragment's payload on the wire.
    pub len: u32,
}

/// A UDP datagram (RFC 768).
#[derive(Debug, Clone, Copy)]
pub struct UdpView<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Payload bytes on the wire, by the length field.
    pub len: u32,
    /// The payload as captured.
    pub payload: &'a [u8],
}

/// An ICMP or ICMPv6 message (RFC 792, RFC 4443).
#[derive(Debug, Clone, Copy)]
pub struct IcmpView<'a> {
    /// ICMPv6 rather than ICMP.
    pub v6: bool,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// The four bytes after the checksum: identifier and sequence, next-hop MTU, pointer…
    pub rest: u32,
    /// What follows the eight-byte header.
    pub payload: &'a [u8],
    /// For an error: the start of the packet it quotes.
    pub quoted: Option<Quoted>,
}

/// The packet that an ICMP error quotes, as far as it identifies a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Quoted {
    /// Source of the quoted packet.
    pub src: Addr,
    /// Its destination.
    pub dst: Addr,
    /// Its protocol number.
    pub protocol: u8,
    /// Its ports (0 where not quoted).
    pub src_port: u16,
    /// See `src_port`.
    pub dst_port: u16,
    /// Its length by its own IP header.
    pub total_len: u32,
    /// TCP sequence number, where quoted.
    pub seq: Option<u32>,
}

/// An ARP message for IPv4 over Ethernet (RFC 826).
#[derive(Debug, Clone, Copy)]
pub struct ArpView {
    /// 1 request, 2 reply.
    pub operation: u16,
    /// Sender MAC.
    pub sender_mac: [u8; 6],
    /// Sender address.
    pub sender_ip: Ipv4Addr,
    /// Target MAC.
    pub target_mac: [u8; 6],
    /// Target address.
    pub target_ip: Ipv4Addr,
}

/// What the innermost decoded layer carries.
#[derive(Debug, Clone, Copy, Default)]
pub enum Transport<'a> {
    /// TCP segment.
    Tcp(TcpView<'a>),
    /// UDP datagram.
    Udp(UdpView<'a>),
    /// ICMP or ICMPv6.
    Icmp(IcmpView<'a>),
    /// ARP.
    Arp(ArpView),
    /// SCTP, by its ports.
    Sctp {
        /// Source port.
        src_port: u16,
        /// Destination port.
        dst_port: u16,
        /// Payload bytes on the wire.
        len: u32,
    },
    /// A fragment whose payload cannot be read before reassembly: the IP payload as captured.
    Fragment(&'a [u8]),
    /// Another IP protocol, with its payload.
    Ip {
        /// IANA protocol number.
        protocol: u8,
        /// Payload bytes on the wire.
        len: u32,
    },
    /// No IP inside.
    #[default]
    None,
}

/// The innermost tunnel that was looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tunnel {
    /// Which kind: a [`Layer`] such as `Gre`, `Vxlan`, or `Ipv4`/`Ipv6` for IP in IP.
    pub kind: Layer,
    /// VNI, GRE key or 0. A GTP-U TEID is not used: it differs by direction.
    pub id: u32,
    /// Addresses of the outer packet in ascending order, so that both directions give the same tunnel.
    pub ends: [Addr; 2],
}

/// Something that could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fault {
    /// The layer: "ethernet", "ip", "tcp", "udp" …
    pub layer: &'static str,
    /// What was wrong, without the packet's own values, so that equal faults count together.
    pub reason: &'static str,
}

/// A decoded packet: layers as far as they go, and the first fault.
#[derive(Debug, Clone)]
pub struct Packet<'a> {
    /// Frame and time.
    pub at: At,
    /// Bytes on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub cap_len: u32,
    /// Interface index.
    pub interface: u32,
    /// Link type.
    pub link: LinkType,
    /// Layers, outermost first.
    pub layers: ArrayVec<Layer, MAX_LAYERS>,
    /// MAC addresses of the outermost frame, where there are any.
    pub macs: Option<MacPair>,
    /// VLAN ids of the frame around the innermost IP header: `outer << 12 | inner`, 0 for none.
    pub vlan: u32,
    /// The innermost tunnel entered.
    pub tunnel: Option<Tunnel>,
    /// The outermost IP header where a tunnel was entered.
    pub outer_ip: Option<IpView>,
    /// The innermost IP header.
    pub ip: Option<IpView>,
    /// What it carries.
    pub transport: Transport<'a>,
    /// The first thing that was wrong.
    pub fault: Option<Fault>,
    /// The packet was cut by the snapshot length before its end on the wire.
    pub cut: bool,
}

impl<'a> Packet<'a> {
    /// A packet of which nothing is known yet.
    #[must_use]
    pub fn empty(at: At, wire_len: u32, cap_len: u32, link: LinkType) -> Packet<'a> {
        Packet {
            at,
            wire_len,
            cap_len,
            interface: 0,
            link,
            layers: ArrayVec::new(),
            macs: None,
            vlan: 0,
            tunnel: None,
            outer_ip: None,
            ip: None,
            transport: Transport::None,
            fault: None,
            cut: cap_len < wire_len,
        }
    }

    /// Notes a layer; the deepest ones are left out beyond [`MAX_LAYERS`].
    pub fn push(&mut self, layer: Layer) {
        let _full = self.layers.try_push(layer);
    }
}
