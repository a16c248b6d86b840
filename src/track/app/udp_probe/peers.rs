//! BitTorrent: its hash table, its trackers, and uTP under its transfers.

use super::Datagram;

/// A message of the hash table (BEP 5: a bencoded dictionary with sorted keys), or a tracker's connect request (BEP 15).
pub(super) fn bittorrent(d: &Datagram<'_>) -> Option<bool> {
    let starts = |begin: &[u8]| d.payload.starts_with(begin);
    let table = [&b"d1:ad2:id20:"[..], b"d1:rd2:id20:", b"d2:ip6:", b"d1:eli2"].iter().any(|begin| starts(begin));
    let table = table && d.payload.ends_with(b"e") && d.payload.windows(4).any(|w| w == b"1:y1");
    let tracker = d.payload.len() == 16 && starts(&[0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0]);
    Some(table || tracker)
}

/// The SYN of uTP (BEP 29): type 4, version 1, no payload, sequence number 1, nothing received yet to tell a delay of.
pub(super) fn utp(d: &Datagram<'_>) -> Option<bool> {
    let &[0x41, 0, ..] = d.payload else { return Some(false) };
    Some(d.payload.len() == 20 && d.u32(8)? == 0 && d.u16(16)? == 1 && d.u16(18)? == 0 && d.u32(4)? != 0)
}
