//! The straight way for most packets: TCP or UDP in IPv4 in Ethernet, without IP options, fragments or tunnels, and nothing
//! wrong with any length. It gives the same as the way over all layers, for all others nothing: but where one test tells
//! that all headers are there, each field is read and written once.

use arrayvec::ArrayVec;

use super::ip::V4_HEADER;
use super::layer::Layer;
use super::layers::Layers;
use super::packet::{IpView, Packet, Transport, UdpView};
use super::span::MAX_FRAME;
use super::tcp::TcpView;
use super::{tcp, tunnel, udp};
use crate::source::Record;

/// Bytes of an Ethernet header.
const LINK: u32 = 14;
/// Bytes of both headers in front of the transport's.
const HEADERS: usize = (LINK + V4_HEADER) as usize;

const TCP: Layers = Layers::of([Layer::Ethernet, Layer::Ipv4, Layer::Tcp]);
const UDP: Layers = Layers::of([Layer::Ethernet, Layer::Ipv4, Layer::Udp]);

/// Decodes such a packet where it will stay; false, with nothing done, for any other, or where there is no room.
#[inline(always)]
pub(super) fn decode_onto<'a, const N: usize>(record: &Record<'a>, packets: &mut ArrayVec<Packet<'a>, N>) -> bool {
    if packets.len() >= N {
        return false;
    }
    let Some((headers, rest)) = record.data.split_first_chunk::<HEADERS>() else { return false };
    let &[.., 0x08, 0x00, 0x45, _, l0, l1, _, _, f0, f1, _, protocol, _, _, _, _, _, _, _, _, _, _] = headers else {
        return false;
    };
    let total_len = u32::from(u16::from_be_bytes([l0, l1]));
    let whole = record.data.len() as u64 <= u64::from(record.wire_len) && record.wire_len <= MAX_FRAME;
    let fragment = u16::from_be_bytes([f0, f1]) & 0x3fff != 0;
    if record.link.0 != 1 || !whole || fragment || LINK + total_len > record.wire_len {
        return false;
    }
    // What lies behind is padding or a trailer.
    let Some(len) = total_len.checked_sub(V4_HEADER) else { return false };
    let inside = rest.get(..len as usize).unwrap_or(rest);
    match protocol {
        6 => {
            let Some((h, rest)) = inside.split_first_chunk::<{ tcp::HEADER }>() else { return false };
            let options = (usize::from(h[12] >> 4) * 4).checked_sub(tcp::HEADER);
            let Some((options, payload)) = options.and_then(|len| rest.split_at_checked(len)) else { return false };
            let len = len - (tcp::HEADER + options.len()) as u32;
            let tcp = Transport::Tcp(TcpView::new(h, options, payload, len));
            packets.push(packet(record, headers, total_len, TCP, tcp));
        }
        17 => {
            let Some((h, rest)) = inside.split_first_chunk::<{ udp::HEADER as usize }>() else { return false };
            let Some(sent) = u32::from(u16::from_be_bytes([h[4], h[5]])).checked_sub(udp::HEADER) else { return false };
            let udp = UdpView::new(h, rest.get(..sent as usize).unwrap_or(rest), sent);
            if udp::HEADER + sent > len || tunnel::has_port(udp.src_port, udp.dst_port) {
                return false;
            }
            packets.push(packet(record, headers, total_len, UDP, Transport::Udp(udp)));
        }
        _ => return false,
    }
    true
}

/// A packet of a record, given its headers and what they carry.
#[inline(always)]
fn packet<'a>(
    record: &Record<'a>,
    headers: &[u8; HEADERS],
    total_len: u32,
    layers: Layers,
    transport: Transport<'a>,
) -> Packet<'a> {
    let &[_, _, _, _, _, _, _, _, _, _, _, _, _, _, ref ip @ ..] = headers;
    Packet {
        layers,
        ip: Some(IpView::v4(ip, ip, total_len)),
        ip_offset: LINK,
        transport,
        ..Packet::empty(record.at, record.wire_len, record.data.len() as u32)
    }
}

#[cfg(test)]
mod tests {
    use arrayvec::ArrayVec;

    use super::decode_onto;
    use crate::decode::{Packet, decode};
    use crate::source::{BATCH, Capture, LinkType, Record};

    /// Whether the straight way is for a record; if so it is no other than the long one.
    fn is_plain(record: &Record<'_>) -> bool {
        let mut packets = ArrayVec::<Packet<'_>, 1>::new();
        let plain = decode_onto(record, &mut packets);
        if plain {
            assert_eq!(format!("{:?}", packets[0]), format!("{:?}", decode(record)), "{record:?}");
        }
        plain
    }

    /// All records of the fixtures.
    fn each_record(mut look: impl FnMut(&Record<'_>)) {
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
        while let Some(folder) = folders.pop() {
            for path in folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()) {
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let Ok(mut capture) = Capture::open(&[path]) else { continue };
                while let Ok(Some(batch)) = capture.next_batch() {
                    batch.iter().for_each(|record| look(&record));
                }
            }
        }
    }

    #[test]
    fn what_goes_the_straight_way_is_decoded_as_on_the_long_one() {
        let (mut plain, mut all) = (0, 0);
        each_record(|record| {
            plain += usize::from(is_plain(record));
            all += 1;
        });
        assert!(plain > all / 2 && plain < all, "{plain} of {all}");
    }

    #[test]
    fn the_same_holds_of_packets_that_are_cut_or_damaged() {
        // Of each kind, by its layers and lengths, one.
        let mut seen = std::collections::HashSet::new();
        let (mut plain, mut all) = (0, 0);
        each_record(|record| {
            let layers = decode(record).layers;
            if record.link != LinkType(1) || !seen.insert((layers, record.data.len().min(100))) {
                return;
            }
            let mut look = |data: &[u8], wire_len| {
                plain += usize::from(is_plain(&Record { data, wire_len, ..*record }));
                all += 1;
            };
            let headers = record.data.len().min(70);
            for len in 0..headers {
                look(&record.data[..len], record.wire_len);
            }
            for wire_len in [0, 33, record.wire_len.wrapping_sub(1), record.wire_len + 9, 64 << 20, u32::MAX] {
                look(record.data, wire_len);
            }
            for place in 12..headers {
                for bit in 0..8 {
                    let mut data = record.data.to_vec();
                    data[place] ^= 1 << bit;
                    look(&data, record.wire_len);
                }
            }
        });
        assert!(plain > all / 4 && plain < all && all > 10 * BATCH, "{plain} of {all}");
    }
}
