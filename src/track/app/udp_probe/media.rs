//! Calls: STUN and TURN, SIP.

use super::Datagram;

/// In every message (RFC 8489 §5).
const MAGIC_COOKIE: u32 = 0x2112_a442;

/// Methods of TURN (RFC 8656 §17): Allocate, Refresh, Send, Data, CreatePermission, ChannelBind.
const TURN_METHODS: [u16; 6] = [3, 4, 6, 7, 8, 9];

/// A STUN message (RFC 8489 §5): two zero bits, a length in fours that ends the datagram, the magic cookie.
pub(super) fn stun(d: &Datagram<'_>) -> Option<bool> {
    let len = d.u16(2)?;
    let whole = d.payload.len() == 20 + usize::from(len) && len.is_multiple_of(4);
    Some(d.u16(0)? & 0xc000 == 0 && whole && d.u32(4)? == MAGIC_COOKIE)
}

/// A STUN message with a method of TURN, or channel data (RFC 8656 §12.4) on a port of TURN.
pub(super) fn turn(d: &Datagram<'_>) -> Option<bool> {
    let kind = d.u16(0)?;
    if stun(d)? {
        // The class is in bits 4 and 8, the method in the rest (RFC 8489 §5).
        let method = (kind & 0x000f) | (kind & 0x00e0) >> 1 | (kind & 0x3e00) >> 2;
        return Some(TURN_METHODS.contains(&method));
    }
    // Over UDP the padding to four bytes is optional.
    let rest = d.payload.len().checked_sub(4 + usize::from(d.u16(2)?))?;
    Some((0x4000..=0x4fff).contains(&kind) && rest < 4 && (d.on(3478) || d.on(5349)))
}

/// A SIP request or status line (RFC 3261 §7).
pub(super) fn sip(d: &Datagram<'_>) -> Option<bool> {
    Some(is_sip(d.payload))
}

/// Whether bytes begin like SIP, on any transport.
pub(in crate::track::app) fn is_sip(bytes: &[u8]) -> bool {
    if let Some(status) = bytes.strip_prefix(b"SIP/2.0 ") {
        return status.first_chunk::<3>().is_some_and(|code| code.iter().all(u8::is_ascii_digit));
    }
    let line = bytes.split(|&b| b == b'\r').next().unwrap_or_default();
    let method = line.split(|&b| b == b' ').next().unwrap_or_default();
    SIP_METHODS.contains(&method) && line.ends_with(b" SIP/2.0")
}

/// Methods registered for SIP.
const SIP_METHODS: [&[u8]; 14] = [
    b"INVITE",
    b"ACK",
    b"OPTIONS",
    b"BYE",
    b"CANCEL",
    b"REGISTER",
    b"PRACK",
    b"SUBSCRIBE",
    b"NOTIFY",
    b"PUBLISH",
    b"INFO",
    b"REFER",
    b"MESSAGE",
    b"UPDATE",
];
