//! Google's QUIC before it took the IETF's packets: Q025 to Q043 with a public header, Q044 to Q049 with an early long
//! header. Their first hello is in clear, in Google's own tag-value format ("QUIC Crypto", 2016).

use super::Version;
use super::reader::Reader;

/// The header of a packet that names its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// The version.
    pub version: Version,
    /// The connection id, the same in both directions and chosen by the client.
    pub cid: &'a [u8; 8],
}

/// Reads a header with a version; only clients send one, until the server has accepted the version.
#[must_use]
pub fn header(datagram: &[u8]) -> Option<Header<'_>> {
    let mut reader = Reader::new(datagram);
    let flags = reader.u8()?;
    if flags & 0x80 == 0 {
        // Public flags: 0x01 version, 0x02 reset, 0x08 connection id of eight bytes, 0xc0 reserved.
        let cid = (flags & 0xcb == 0x09).then(|| reader.take(8))??.first_chunk()?;
        let version = Version(reader.u32()?);
        return version.gquic_number().filter(|n| (1..=43).contains(n)).map(|_| Header { version, cid });
    }
    let version = Version(reader.u32()?);
    version.gquic_number().filter(|n| (44..=49).contains(n))?;
    // One byte for both lengths, four bits each: 5 is eight bytes, 0 is none.
    match reader.u8()? {
        0x50 | 0x05 => Some(Header { version, cid: reader.take(8)?.first_chunk()? }),
        _ => None,
    }
}

/// How far into a datagram a hello may begin: header, packet number, hash and the stream frame's header come first.
const HELLO_WITHIN: usize = 80;

/// The SNI of a client hello in a packet in clear.
#[must_use]
pub fn server_name_in_clear(datagram: &[u8]) -> Option<&[u8]> {
    let start = datagram.get(..HELLO_WITHIN)?.windows(4).position(|w| w == b"CHLO")?;
    server_name(datagram.get(start..)?)
}

/// Most tags a hello has; what comes after is not looked at.
const MAX_TAGS: u16 = 128;

/// The SNI of a client hello: `CHLO`, the number of tags and two bytes of padding, then for each tag its name and where
/// its value ends, then the values. Little endian throughout.
#[must_use]
pub fn server_name(hello: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(hello.strip_prefix(b"CHLO")?);
    let &[lo, hi, ..] = reader.take(4)? else { return None };
    let count = u16::from_le_bytes([lo, hi]);
    if count > MAX_TAGS {
        return None;
    }
    let index = reader.take(8 * usize::from(count))?;
    let mut begin = 0;
    for entry in index.as_chunks::<8>().0 {
        let [tag @ .., e0, e1, e2, e3] = entry;
        let end = usize::try_from(u32::from_le_bytes([*e0, *e1, *e2, *e3])).ok()?;
        if tag == b"SNI\0" {
            return reader.rest().get(begin..end);
        }
        begin = end;
    }
    None
}

/// The start of the handshake in an opened Q050 Initial, whose frames are Google's: PADDING 0, PING 7, CRYPTO 8.
#[must_use]
pub fn crypto_in_q050(payload: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(payload);
    loop {
        match reader.u8()? {
            0 | 7 => {}
            8 => {
                let offset = reader.varint()?;
                let data = reader.varint_bytes()?;
                if offset == 0 {
                    return Some(data);
                }
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(sni: &[u8]) -> Vec<u8> {
        let mut bytes = b"CHLO\x02\0\0\0PAD\0\x03\0\0\0SNI\0".to_vec();
        bytes.extend((3 + sni.len() as u32).to_le_bytes());
        bytes.extend(b"---");
        bytes.extend(sni);
        bytes
    }

    fn packet(header: &[u8]) -> Vec<u8> {
        let mut bytes = header.to_vec();
        bytes.extend([1; 13]);
        bytes.extend([0xa0, 1, 0x80, 2]);
        bytes.extend(hello(b"example.com"));
        bytes.resize(1200, 0);
        bytes
    }

    #[test]
    fn hellos_in_clear_show_their_name() {
        let q043 = packet(b"\x0912345678Q043");
        assert_eq!(header(&q043), Some(Header { version: Version(u32::from_be_bytes(*b"Q043")), cid: b"12345678" }));
        assert_eq!(server_name_in_clear(&q043), Some(&b"example.com"[..]));
        let q046 = packet(b"\xc3Q046\x5012345678");
        assert_eq!(header(&q046).map(|h| h.cid), Some(b"12345678"));
        assert_eq!(server_name_in_clear(&q046), Some(&b"example.com"[..]));
    }

    #[test]
    fn other_things_with_similar_first_bytes_are_not_gquic() {
        assert_eq!(header(b"\x0912345678Q0x3aaaa"), None);
        assert_eq!(header(b"\x4912345678Q043aaaa"), None);
        assert_eq!(header(b"\x0912345678Q046aaaa"), None);
        assert_eq!(header(b"\xc3Q043\x5012345678"), None);
        assert_eq!(header(b"\x09123"), None);
    }

    #[test]
    fn a_hello_that_lies_about_its_lengths_has_no_name() {
        let mut bytes = hello(b"example.com");
        bytes.truncate(bytes.len() - 1);
        assert_eq!(server_name(&bytes), None);
        assert_eq!(server_name(b"CHLO\xff\xff\0\0"), None);
    }

    #[test]
    fn q050_keeps_the_hello_in_a_crypto_frame() {
        assert_eq!(crypto_in_q050(&[0, 0, 7, 8, 0, 3, b'a', b'b', b'c', 0]), Some(&b"abc"[..]));
        assert_eq!(crypto_in_q050(&[0, 0x40]), None);
    }
}
