//! Running a network: time, addresses, names, monitoring, accounting, boot files, logs.

use super::Datagram;

/// NTP (RFC 5905 §7.3): versions 1 to 4, on its port; 48 bytes at least, control and private messages less.
pub(super) fn ntp(d: &Datagram<'_>) -> Option<bool> {
    let first = *d.payload.first()?;
    let (version, mode) = ((first >> 3) & 7, first & 7);
    let long_enough = match mode {
        1..=5 => d.payload.len() >= 48,
        6 => d.payload.len() >= 12,
        7 => d.payload.len() >= 8,
        _ => false,
    };
    Some(d.on(123) && (1..=4).contains(&version) && long_enough)
}

/// A response of DNSCrypt (version 2 of its specification): its magic, a nonce of 24 bytes and an authenticated box. A
/// query begins with bytes of the server's choice.
pub(super) fn dnscrypt(d: &Datagram<'_>) -> Option<bool> {
    Some(d.payload.starts_with(b"r6fnvWj8") && d.payload.len() > 8 + 24 + 16)
}

/// DHCP and BOOTP with the options cookie (RFC 2131 §3, RFC 951).
pub(super) fn dhcp(d: &Datagram<'_>) -> Option<bool> {
    Some(matches!(d.payload.first()?, 1 | 2) && d.u32(236)? == 0x6382_5363)
}

/// DHCPv6 (RFC 8415 §8, §9): a message type, then options that fill the datagram, on its ports.
pub(super) fn dhcpv6(d: &Datagram<'_>) -> Option<bool> {
    // Relayed messages (12, 13) have hop count, link and peer address in front of the options.
    let options = match d.payload.first()? {
        12 | 13 => 34,
        1..=11 | 14..=36 => 4,
        _ => return Some(false),
    };
    let mut rest = d.payload.get(options..)?;
    while let [_, _, hi, lo, after @ ..] = rest {
        rest = after.get(usize::from(u16::from_be_bytes([*hi, *lo]))..)?;
    }
    Some(rest.is_empty() && (d.on(546) || d.on(547)))
}

/// SNMP (RFC 3416 §3, RFC 3412 §6): one sequence with version 0, 1 or 3 in it, then a community or the header of version 3.
pub(super) fn snmp(d: &Datagram<'_>) -> Option<bool> {
    let body = ber(d.payload, 0x30)?.0;
    let (version, rest) = ber(body, 0x02)?;
    match version {
        [0 | 1] => {
            let (community, pdu) = ber(rest, 0x04)?;
            Some(community.len() <= 255 && matches!(pdu.first()?, 0xa0..=0xa8))
        }
        [3] => ber(rest, 0x30).map(|_| true),
        _ => Some(false),
    }
}

/// The body of a BER element with this tag, and what follows it. Lengths of up to two bytes are enough for a datagram.
fn ber(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (len, rest) = match bytes {
        [t, len @ 0..=0x7f, rest @ ..] if *t == tag => (usize::from(*len), rest),
        [t, 0x81, len, rest @ ..] if *t == tag => (usize::from(*len), rest),
        [t, 0x82, hi, lo, rest @ ..] if *t == tag => (usize::from(u16::from_be_bytes([*hi, *lo])), rest),
        _ => return None,
    };
    rest.split_at_checked(len)
}

/// RADIUS (RFC 2865 §3, §5): a code, the datagram's length, and attributes that fill it.
pub(super) fn radius(d: &Datagram<'_>) -> Option<bool> {
    let known_code = matches!(d.payload.first()?, 1..=5 | 11..=13 | 40..=45);
    let mut attributes = d.payload.get(20..)?;
    while let [_, len, ..] = attributes {
        attributes = attributes.get(usize::from(*len).max(2)..)?;
    }
    let whole = usize::from(d.u16(2)?) == d.payload.len() && attributes.is_empty();
    let on_port = [1812, 1813, 1645, 1646, 3799].iter().any(|&p| d.on(p));
    // Twenty bytes without an attribute are too little without the port.
    Some(known_code && whole && (on_port || d.payload.len() > 24))
}

/// A TFTP request (RFC 1350 §5): what is read or written, and one of three modes.
pub(super) fn tftp(d: &Datagram<'_>) -> Option<bool> {
    let mut strings = d.payload.strip_prefix(&[0, 1]).or(d.payload.strip_prefix(&[0, 2]))?.split(|&b| b == 0);
    let (name, mode) = (strings.next()?, strings.next()?);
    strings.next()?;
    let known = ["octet", "netascii", "mail"].iter().any(|m| mode.eq_ignore_ascii_case(m.as_bytes()));
    Some(known && !name.is_empty() && name.iter().all(|b| !b.is_ascii_control()))
}

/// Syslog (RFC 5424 §6.2.1): a priority up to 191, then version 1 and a space, or the month of the older format
/// (RFC 3164 §4.1.2); anything printable on its port.
pub(super) fn syslog(d: &Datagram<'_>) -> Option<bool> {
    let rest = d.payload.strip_prefix(b"<")?;
    let digits = rest.iter().position(|&b| b == b'>').filter(|n| (1..=3).contains(n))?;
    let (priority, text) = rest.split_at_checked(digits)?;
    let priority = std::str::from_utf8(priority).ok()?.parse::<u16>().ok()?;
    let text = text.get(1..)?;
    let dated = text.starts_with(b"1 ") || text.get(..4).is_some_and(|m| MONTHS.contains(&m));
    let printable = text.first().is_some_and(|b| b.is_ascii_graphic());
    Some(priority <= 191 && (dated || d.on(514) && printable))
}

/// As RFC 3164 abbreviates them.
const MONTHS: [&[u8]; 12] =
    [b"Jan ", b"Feb ", b"Mar ", b"Apr ", b"May ", b"Jun ", b"Jul ", b"Aug ", b"Sep ", b"Oct ", b"Nov ", b"Dec "];
