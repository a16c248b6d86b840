//! A datagram as QUIC packets: long headers by their Length, then at most one short header (RFC 9000 §12.2, §17).

use super::reader::Reader;
use super::{RetryPacket, Version};

/// Longest connection id of versions 1 and 2 (RFC 9000 §17.2).
pub const MAX_CID: usize = 20;

/// Packets looked at in one datagram; real ones hold four at most. What comes after is not looked at.
const MAX_COALESCED: usize = 16;

/// A packet in a datagram.
#[derive(Debug, Clone, Copy)]
pub enum Packet<'a> {
    /// Initial, 0-RTT or Handshake.
    Long(LongPacket<'a>),
    /// Retry, always alone.
    Retry(RetryPacket<'a>),
    /// Version Negotiation, always alone.
    VersionNegotiation(VersionNegotiation<'a>),
    /// A long header of a version whose layout is not known: only the invariants can be read (RFC 8999 §5.1).
    Foreign {
        /// Its version.
        version: Version,
        /// Destination connection id.
        dcid: &'a [u8],
        /// Source connection id.
        scid: &'a [u8],
    },
    /// A short header and all that follows: 1-RTT. Only its connection id tells that it is QUIC at all.
    Short(&'a [u8]),
}

/// Type of a long-header packet that carries frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub enum LongKind {
    Initial,
    ZeroRtt,
    Handshake,
}

/// A packet with a long header and protected payload (RFC 9000 §17.2.2 to §17.2.4).
#[derive(Debug, Clone, Copy)]
pub struct LongPacket<'a> {
    /// Version.
    pub version: Version,
    /// Type.
    pub kind: LongKind,
    /// Destination connection id.
    pub dcid: &'a [u8],
    /// Source connection id.
    pub scid: &'a [u8],
    /// Token of an Initial; empty when there is none.
    pub token: &'a [u8],
    /// The whole packet, from its first byte to its end by the Length field, or as far as captured.
    pub bytes: &'a [u8],
    /// Where in `bytes` the protected packet number begins.
    pub number_at: usize,
    /// The captured datagram ends before the packet does.
    pub cut: bool,
}

/// A Version Negotiation packet (RFC 8999 §6).
#[derive(Debug, Clone, Copy)]
pub struct VersionNegotiation<'a> {
    /// Destination connection id: the client's source connection id.
    pub dcid: &'a [u8],
    /// Source connection id: the client's destination connection id.
    pub scid: &'a [u8],
    list: &'a [u8],
}

impl<'a> VersionNegotiation<'a> {
    /// The versions that the server speaks.
    pub fn versions(&self) -> impl Iterator<Item = Version> + use<'a> {
        self.list.as_chunks::<4>().0.iter().map(|&v| Version(u32::from_be_bytes(v)))
    }
}

/// The packets of a datagram.
#[must_use]
pub fn packets(datagram: &[u8]) -> Packets<'_> {
    Packets { rest: datagram, first_dcid: None, left: MAX_COALESCED }
}

/// Iterator over the packets of one datagram; ends at the first thing that is none.
#[derive(Debug, Clone)]
pub struct Packets<'a> {
    rest: &'a [u8],
    first_dcid: Option<&'a [u8]>,
    left: usize,
}

impl<'a> Iterator for Packets<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        let &first = self.rest.first()?;
        self.left = self.left.checked_sub(1)?;
        let bytes = std::mem::take(&mut self.rest);
        if first & 0x80 == 0 {
            return self.short(bytes);
        }
        let packet = long(bytes)?;
        if let Packet::Long(long) = &packet {
            // All packets of a datagram go to the same connection (RFC 9000 §12.2).
            if *self.first_dcid.get_or_insert(long.dcid) != long.dcid {
                return None;
            }
            self.rest = bytes.get(long.bytes.len()..).unwrap_or_default();
        }
        Some(packet)
    }
}

impl<'a> Packets<'a> {
    /// A short header: alone in its datagram, or after long ones with the same connection id. What follows a long packet
    /// otherwise is padding of the datagram, which some senders add outside the packets.
    fn short(&self, bytes: &'a [u8]) -> Option<Packet<'a>> {
        match self.first_dcid {
            None => Some(Packet::Short(bytes)),
            Some(dcid) if bytes.first()? & 0x40 != 0 && bytes.get(1..)?.starts_with(dcid) => Some(Packet::Short(bytes)),
            Some(_) => None,
        }
    }
}

/// Reads one long header.
fn long(bytes: &[u8]) -> Option<Packet<'_>> {
    let mut reader = Reader::new(bytes);
    let first = reader.u8()?;
    let version = Version(reader.u32()?);
    let dcid = connection_id(&mut reader)?;
    let scid = connection_id(&mut reader)?;
    if version == Version::NEGOTIATION {
        let list = reader.rest();
        let whole = !list.is_empty() && list.len().is_multiple_of(4);
        return whole.then_some(Packet::VersionNegotiation(VersionNegotiation { dcid, scid, list }));
    }
    if !version.has_ietf_layout() {
        return Some(Packet::Foreign { version, dcid, scid });
    }
    if dcid.len() > MAX_CID || scid.len() > MAX_CID {
        return None;
    }
    let kind = match kind(version, first) {
        None => return RetryPacket::read(version, dcid, scid, bytes, reader.rest()).map(Packet::Retry),
        Some(kind) => kind,
    };
    let token = if kind == LongKind::Initial { reader.varint_bytes()? } else { &[] };
    let length = usize::try_from(reader.varint()?).ok()?;
    let number_at = bytes.len() - reader.rest().len();
    let cut = length > reader.rest().len();
    let bytes = bytes.get(..number_at + length.min(reader.rest().len()))?;
    Some(Packet::Long(LongPacket { version, kind, dcid, scid, token, bytes, number_at, cut }))
}

/// The packet type, `None` for Retry. RFC 9000 §17.2 numbers Initial 0, 0-RTT 1, Handshake 2, Retry 3; RFC 9369 §3.2
/// numbers Retry 0, Initial 1, 0-RTT 2, Handshake 3.
fn kind(version: Version, first: u8) -> Option<LongKind> {
    let code = (first >> 4) & 3;
    let v1_code = if version.has_v2_types() { (code + 3) & 3 } else { code };
    match v1_code {
        0 => Some(LongKind::Initial),
        1 => Some(LongKind::ZeroRtt),
        2 => Some(LongKind::Handshake),
        _ => None,
    }
}

/// A connection id with its length in one byte (RFC 8999 §5.1).
fn connection_id<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let len = reader.u8()?;
    reader.take(usize::from(len))
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{self, hex};
    use super::*;

    /// A long header with a payload of `n` zero bytes.
    fn long_packet(first: u8, version: u32, dcid: &[u8], token: bool, n: u8) -> Vec<u8> {
        let mut bytes = vec![first];
        bytes.extend(version.to_be_bytes());
        bytes.push(dcid.len() as u8);
        bytes.extend(dcid);
        bytes.push(0);
        bytes.extend(token.then_some(0));
        bytes.push(n);
        bytes.resize(bytes.len() + usize::from(n), 0);
        bytes
    }

    fn kinds(datagram: &[u8]) -> Vec<String> {
        packets(datagram)
            .map(|p| match p {
                Packet::Long(long) => format!("{:?}", long.kind),
                Packet::Retry(_) => "Retry".into(),
                Packet::VersionNegotiation(vn) => format!("VN {}", vn.versions().count()),
                Packet::Foreign { version, .. } => format!("{version}"),
                Packet::Short(_) => "Short".into(),
            })
            .collect()
    }

    #[test]
    fn a_client_initial_is_read_to_its_end() {
        let datagram = vectors::client_initial_v1();
        let Some(Packet::Long(initial)) = packets(&datagram).next() else { panic!("no long packet") };
        assert_eq!((initial.version, initial.kind), (Version::V1, LongKind::Initial));
        assert_eq!(initial.dcid, hex("8394c8f03e515708"));
        assert!(initial.scid.is_empty() && initial.token.is_empty() && !initial.cut);
        assert_eq!((initial.bytes.len(), initial.number_at), (1200, 18));
    }

    #[test]
    fn coalesced_packets_come_one_by_one_and_types_follow_the_version() {
        let cid = [7; 8];
        let mut v1 = long_packet(0xc0, 1, &cid, true, 30);
        v1.extend(long_packet(0xd0, 1, &cid, false, 30));
        v1.extend(long_packet(0xe0, 1, &cid, false, 30));
        v1.extend([0x40, 7, 7, 7, 7, 7, 7, 7, 7, 1, 2, 3]);
        assert_eq!(kinds(&v1), ["Initial", "ZeroRtt", "Handshake", "Short"]);
        let mut v2 = long_packet(0xd0, 0x6b33_43cf, &cid, true, 30);
        v2.extend(long_packet(0xe0, 0x6b33_43cf, &cid, false, 30));
        v2.extend(long_packet(0xf0, 0x6b33_43cf, &cid, false, 30));
        assert_eq!(kinds(&v2), ["Initial", "ZeroRtt", "Handshake"]);
    }

    #[test]
    fn padding_after_a_packet_and_other_connections_packets_end_the_walk() {
        let mut padded = long_packet(0xc0, 1, &[7; 8], true, 30);
        padded.extend([0; 100]);
        assert_eq!(kinds(&padded), ["Initial"]);
        let mut foreign = long_packet(0xc0, 1, &[7; 8], true, 30);
        foreign.extend(long_packet(0xe0, 1, &[8; 8], false, 30));
        assert_eq!(kinds(&foreign), ["Initial"]);
    }

    #[test]
    fn version_negotiation_lists_versions_and_wants_whole_ones() {
        let mut vn = hex("80 00000000 08 0102030405060708 04 0a0b0c0d 00000001 6b3343cf");
        assert_eq!(kinds(&vn), ["VN 2"]);
        vn.pop();
        assert!(kinds(&vn).is_empty());
    }

    #[test]
    fn a_cut_packet_still_shows_its_header() {
        let datagram = vectors::client_initial_v1();
        let Some(Packet::Long(initial)) = packets(&datagram[..100]).next() else { panic!("no long packet") };
        assert!(initial.cut);
        assert_eq!(initial.bytes.len(), 100);
    }

    #[test]
    fn connection_ids_above_twenty_bytes_are_only_for_unknown_versions() {
        assert!(kinds(&long_packet(0xc0, 1, &[1; 21], true, 30)).is_empty());
        assert_eq!(kinds(&long_packet(0xc0, 0xdead_beef, &[1; 21], true, 30)), ["0xdeadbeef"]);
    }

    #[test]
    fn many_tiny_packets_are_not_walked_without_end() {
        let datagram = long_packet(0xe0, 1, &[], false, 0).repeat(1000);
        assert_eq!(packets(&datagram).count(), MAX_COALESCED);
    }
}
