//! What decoding gives: checked views of one packet, on the stack, borrowing its bytes.

use std::net::Ipv4Addr;

use super::addr::Addr;
use super::layer::Layer;
use super::layers::Layers;
use super::span::Span;
use super::tcp::TcpView;
use crate::source::At;

/// An IP header, as far as conversations need it (RFC 791, RFC 8200).
#[derive(Debug, Clone, Copy, Default)]
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
    /// Bytes of the IP packet on the wire by its own length field, but never more than the frame holds; where the field
    /// is 0 (segmentation offload) what the frame holds.
    pub total_len: u32,
    /// Bytes of header including options and extension headers.
    pub header_len: u16,
    /// The transport protocol's IANA number after all extension headers; of an IPv6 fragment, what its fragment header says.
    pub protocol: u8,
    /// The IPv4 header checksum is wrong (and not zero).
    pub bad_checksum: bool,
    /// IPv4 options or IPv6 extension headers (other than fragment and authentication) are present.
    pub options: bool,
    /// Present when this is a fragment.
    pub fragment: Option<FragmentView>,
}

impl IpView {
    /// The ECN codepoint (RFC 3168): 0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE.
    #[must_use]
    #[inline]
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
    /// The checksum field; 0 means none was sent.
    pub checksum: u16,
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
    /// The checksum field.
    pub checksum: u16,
    /// Bytes on the wire after the eight-byte header.
    pub len: u32,
    /// What follows the eight-byte header, as captured.
    pub payload: &'a [u8],
}

/// The packet that an ICMP error quotes, as far as it identifies a conversation.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// Identifier and sequence number of an ICMP echo, where one is quoted.
    pub echo: Option<(u16, u16)>,
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
    /// VNI, GRE key, ERSPAN session or 0. Ids that differ by direction are not used: GTP-U TEID, PPTP call, L2TP session.
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
    /// Layers, outermost first.
    pub layers: Layers,
    /// VLAN ids of the frame around the innermost IP header: `outer << 12 | inner`, 0 for none; of more tags the two
    /// innermost.
    pub vlan: u32,
    /// The innermost tunnel entered.
    pub tunnel: Option<Tunnel>,
    /// The outermost IP header where a tunnel was entered.
    pub outer_ip: Option<IpView>,
    /// The innermost IP header.
    pub ip: Option<IpView>,
    /// Where in the frame the innermost IP header begins: what all link and tunnel headers cost; 0 without IP.
    pub ip_offset: u32,
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
    #[inline]
    pub fn empty(at: At, wire_len: u32, cap_len: u32) -> Packet<'a> {
        Packet {
            at,
            wire_len,
            cap_len,
            layers: Layers::default(),
            vlan: 0,
            tunnel: None,
            outer_ip: None,
            ip: None,
            ip_offset: 0,
            transport: Transport::None,
            fault: None,
            cut: cap_len < wire_len,
        }
    }

    /// Notes a layer. False when there are [`MAX_LAYERS`](super::MAX_LAYERS) already: whoever would decode further stops, which also bounds
    /// how deeply decoding nests.
    #[inline]
    pub(super) fn enter(&mut self, layer: Layer) -> bool {
        let fits = self.layers.push(layer);
        if !fits {
            self.fault("stack", "more layers than are followed");
        }
        fits
    }

    /// Notes what was wrong, if it is the first such thing.
    pub(super) fn fault(&mut self, layer: &'static str, reason: &'static str) {
        self.fault.get_or_insert(Fault { layer, reason });
    }

    /// Notes that `layer`'s header does not fit into what there is of it.
    pub(super) fn short(&mut self, layer: &'static str, span: Span<'_>) {
        let reason = if span.is_cut() { "header cut by the snapshot length" } else { "packet ends inside the header" };
        self.fault(layer, reason);
    }

    /// Turns the current innermost IP packet into the outside of a tunnel; what is decoded next is the inside. False,
    /// with nothing changed, when there is no outside or no room for layers inside.
    pub(super) fn enter_tunnel(&mut self, kind: Layer, id: u32) -> bool {
        let Some(outer) = self.ip else { return false };
        if self.layers.is_full() {
            self.fault("stack", "more layers than are followed");
            return false;
        }
        let ends = if outer.src <= outer.dst { [outer.src, outer.dst] } else { [outer.dst, outer.src] };
        self.tunnel = Some(Tunnel { kind, id, ends });
        self.outer_ip.get_or_insert(outer);
        self.ip = None;
        self.ip_offset = 0;
        self.transport = Transport::None;
        true
    }
}
