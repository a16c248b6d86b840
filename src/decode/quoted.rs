//! The packet that an ICMP error quotes. Routers quote as little as eight bytes behind the IP header (RFC 792), so
//! everything that is missing is simply not there.

use super::packet::Quoted;

/// Extension headers in a row beyond which the transport is not looked for.
const MAX_HEADERS: usize = 16;

/// Reads a quote of either IP version.
pub(super) fn read(bytes: &[u8]) -> Option<Quoted> {
    match bytes.first()? >> 4 {
        4 => v4(bytes),
        6 => v6(bytes),
        _ => None,
    }
}

/// An IPv4 quote.
fn v4(bytes: &[u8]) -> Option<Quoted> {
    let h = bytes.first_chunk::<20>()?;
    let header_len = usize::from(h[0] & 15) * 4;
    let later_fragment = u16::from_be_bytes([h[6], h[7]]) & 0x1fff != 0;
    let quoted = Quoted {
        src: [h[12], h[13], h[14], h[15]].into(),
        dst: [h[16], h[17], h[18], h[19]].into(),
        protocol: h[9],
        src_port: 0,
        dst_port: 0,
        total_len: u32::from(u16::from_be_bytes([h[2], h[3]])),
        seq: None,
        echo: None,
    };
    let payload = if later_fragment || header_len < 20 { None } else { bytes.get(header_len..) };
    Some(transport(quoted, payload.unwrap_or_default()))
}

/// An IPv6 quote, extension headers skipped.
fn v6(bytes: &[u8]) -> Option<Quoted> {
    let (h, mut rest) = bytes.split_first_chunk::<40>()?;
    let (src, dst) = (h[8..24].first_chunk::<16>()?, h[24..40].first_chunk::<16>()?);
    let mut quoted = Quoted {
        src: (*src).into(),
        dst: (*dst).into(),
        protocol: h[6],
        src_port: 0,
        dst_port: 0,
        total_len: u32::from(u16::from_be_bytes([h[4], h[5]])) + 40,
        seq: None,
        echo: None,
    };
    for _ in 0..MAX_HEADERS {
        let (Some(&next), Some(&len)) = (rest.first(), rest.get(1)) else { return Some(quoted) };
        let header_len = match quoted.protocol {
            0 | 43 | 60 | 135 | 139 | 140 => (usize::from(len) + 1) * 8,
            51 => (usize::from(len) + 2) * 4,
            44 if rest.get(2..4).is_some_and(|offset| offset[0] == 0 && offset[1] & 0xf8 == 0) => 8,
            44 => {
                quoted.protocol = next;
                return Some(quoted);
            }
            _ => return Some(transport(quoted, rest)),
        };
        quoted.protocol = next;
        rest = rest.get(header_len..).unwrap_or_default();
    }
    Some(quoted)
}

/// What the first eight bytes of the transport say.
fn transport(mut quoted: Quoted, bytes: &[u8]) -> Quoted {
    let Some(&[a, b, c, d]) = bytes.first_chunk() else { return quoted };
    let second = bytes.get(4..8).and_then(|four| four.first_chunk().copied());
    match quoted.protocol {
        6 | 17 | 33 | 132 | 136 => {
            quoted.src_port = u16::from_be_bytes([a, b]);
            quoted.dst_port = u16::from_be_bytes([c, d]);
            if quoted.protocol == 6 {
                quoted.seq = second.map(u32::from_be_bytes);
            }
        }
        // Echo request and reply.
        1 | 58 if matches!((quoted.protocol, a), (1, 0 | 8) | (58, 128 | 129)) => {
            quoted.echo = second.map(|[i, j, s, t]| (u16::from_be_bytes([i, j]), u16::from_be_bytes([s, t])));
        }
        _ => {}
    }
    quoted
}
