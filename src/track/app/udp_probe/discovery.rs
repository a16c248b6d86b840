//! Finding and opening: SSDP, NetBIOS names, CoAP, port mappings.

use super::Datagram;

/// SSDP (UPnP Device Architecture 2.0 §1): HTTP start lines, of which the answer says little without its port or headers.
pub(super) fn ssdp(d: &Datagram<'_>) -> Option<bool> {
    let starts = |line: &[u8]| d.payload.starts_with(line);
    let search = starts(b"M-SEARCH * HTTP/1.1\r\n") || starts(b"NOTIFY * HTTP/1.1\r\n");
    let answer = starts(b"HTTP/1.1 200 OK\r\n") && (d.on(1900) || has_usn(d.payload));
    Some(search || answer)
}

/// The unique service name, which every answer has.
fn has_usn(payload: &[u8]) -> bool {
    payload.split(|&b| b == b'\n').any(|line| line.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"usn:")))
}

/// NetBIOS name service (RFC 1002 §4.2): a DNS header, then a name of 32 letters A to P (RFC 1001 §14.1).
pub(super) fn nbns(d: &Datagram<'_>) -> Option<bool> {
    let (len, name) = d.payload.get(12..)?.split_first()?;
    let counts = u32::from(d.u16(4)?) + u32::from(d.u16(6)?);
    let letters = name.get(..32)?.iter().all(|b| (b'A'..=b'P').contains(b));
    Some(*len == 32 && letters && name.get(32) == Some(&0) && counts == 1 && d.on(137))
}

/// CoAP (RFC 7252 §3) on its port: version 1, a token of up to eight bytes, a code that exists.
pub(super) fn coap(d: &Datagram<'_>) -> Option<bool> {
    let &[first, code, _, _, ..] = d.payload else { return None };
    let token = usize::from(first & 0x0f);
    let fits = token <= 8 && d.payload.len() >= 4 + token;
    let known = match (code >> 5, code & 0x1f) {
        (0, 0) => d.payload.len() == 4,
        (0, 1..=7) | (2, 1..=5 | 31) | (4, 0..=31) | (5, 0..=8) => true,
        _ => false,
    };
    Some(first >> 6 == 1 && fits && known && d.on(5683))
}

/// NAT-PMP (RFC 6886 §3): version 0 and the few lengths there are, on its port.
pub(super) fn nat_pmp(d: &Datagram<'_>) -> Option<bool> {
    let &[0, op, ..] = d.payload else { return Some(false) };
    let sized = matches!((op, d.payload.len()), (0, 2) | (1 | 2, 12) | (128, 8 | 12) | (129 | 130, 8 | 16));
    Some(sized && (d.on(5351) || d.on(5350)))
}

/// PCP (RFC 6887 §7): version 2, up to 1100 bytes in fours, on its port.
pub(super) fn pcp(d: &Datagram<'_>) -> Option<bool> {
    let &[2, op, ..] = d.payload else { return Some(false) };
    let sized = (24..=1100).contains(&d.payload.len()) && d.payload.len().is_multiple_of(4);
    Some(op & 0x7f <= 3 && sized && (d.on(5351) || d.on(5350)))
}
