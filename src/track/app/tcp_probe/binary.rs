//! Protocols of binary messages.

use super::Guess;
use crate::track::Dir;
use crate::track::app::App;

/// A BGP message (RFC 4271 §4.1): sixteen bytes of ones, a length of 19 to 65535 (RFC 8654), a type that exists.
pub(super) fn bgp(_dir: Dir, bytes: &[u8]) -> Guess {
    let marker = bytes.iter().take(16).all(|&b| b == 0xff);
    match bytes.get(16..19) {
        Some(&[hi, lo, 1..=5]) if marker && u16::from_be_bytes([hi, lo]) >= 19 => Guess::Is(App::Bgp),
        None if marker => Guess::Maybe,
        _ => Guess::No,
    }
}

/// CONNECT, the first message of every MQTT client (MQTT 5.0 §3.1, 3.1.1 §3.1): its type, a length of one to four bytes,
/// the protocol's name.
pub(super) fn mqtt(dir: Dir, bytes: &[u8]) -> Guess {
    let Some((0x10, rest)) = bytes.split_first().map(|(b, rest)| (*b, rest)).filter(|_| dir == Dir::Client) else {
        return Guess::No;
    };
    let more = rest.iter().take(4).take_while(|b| **b & 0x80 != 0).count();
    match rest.get(more + 1..) {
        Some(name) if more < 4 => Guess::begins_with_any(name, &[b"\0\x04MQTT", b"\0\x06MQIsdp"], App::Mqtt),
        None if more < 4 => Guess::Maybe,
        _ => Guess::No,
    }
}

/// The protocol header (AMQP 1.0 §2.2, 0-9-1 §4.2.2): the name, then an id and the version.
pub(super) fn amqp(_dir: Dir, bytes: &[u8]) -> Guess {
    Guess::begins_with_any(
        bytes,
        &[b"AMQP\0\x01\0\0", b"AMQP\x02\x01\0\0", b"AMQP\x03\x01\0\0", b"AMQP\0\0\x09\x01", b"AMQP\x01\x01"],
        App::Amqp,
    )
}

/// SMB 1 to 3 ([MS-SMB2] §2.1): a zero, a length of three bytes, the signature.
pub(super) fn smb(_dir: Dir, bytes: &[u8]) -> Guess {
    match (bytes.first(), bytes.get(4..)) {
        (Some(0), Some(rest)) => Guess::begins_with_any(rest, &[b"\xffSMB", b"\xfeSMB", b"\xfdSMB"], App::Smb),
        (Some(0), None) => Guess::Maybe,
        _ => Guess::No,
    }
}

/// Option negotiation (RFC 854): IAC, then WILL, WONT, DO or DONT, an option; twice, or the answer of a shorter one.
pub(super) fn telnet(_dir: Dir, bytes: &[u8]) -> Guess {
    let command = |c: &[u8]| matches!(c, [0xff, 0xfb..=0xfe, 0..=49 | 140 | 200 | 255]);
    match bytes {
        [0xff] | [0xff, 0xfb..=0xfe] => Guess::Maybe,
        [a, b, c] if command(&[*a, *b, *c]) => Guess::Is(App::Telnet),
        [a, b, c, d, ..] if command(&[*a, *b, *c]) && matches!(d, 0xff | b'\r' | b'\n' | 0x20..0x7f) => {
            Guess::Is(App::Telnet)
        }
        _ => Guess::No,
    }
}

/// A request of SOCKS 4 or 4a: version, command, port, address, a user name that ends.
pub(super) fn socks4(dir: Dir, bytes: &[u8]) -> Guess {
    match bytes {
        [4, 1 | 2, p0, p1, _, _, _, _, user @ ..] if dir == Dir::Client && (*p0, *p1) != (0, 0) => {
            let printable = user.iter().take_while(|b| (0x20..0x7f).contains(*b)).count();
            if user.get(printable) == Some(&0) { Guess::Is(App::Socks) } else { Guess::No }
        }
        [4] | [4, 1 | 2] | [4, 1 | 2, _, ..] if dir == Dir::Client && bytes.len() < 8 => Guess::Maybe,
        _ => Guess::No,
    }
}

/// SOCKS 5 (RFC 1928 §3): the client's list of methods, and the server's choice out of it.
pub(super) fn socks5(client: &[u8], server: &[u8]) -> Guess {
    let [5, count, methods @ ..] = client else { return Guess::No };
    let count = usize::from(*count);
    match (methods.get(..count), server) {
        _ if count == 0 => Guess::No,
        (Some(offered), [5, chosen, ..]) if offered.contains(chosen) || *chosen == 0xff => Guess::Is(App::Socks),
        (None, []) => Guess::Maybe,
        (Some(_), [] | [5]) if methods.len() == count => Guess::Maybe,
        _ => Guess::No,
    }
}

/// RPKI to router (RFC 8210 §5): a serial query of twelve bytes or a reset query of eight is how a router begins.
pub(super) fn rpki_rtr(dir: Dir, bytes: &[u8]) -> Guess {
    match (dir, bytes) {
        (Dir::Client, [0..=2, 1, _, _, 0, 0, 0, 12, ..]) | (Dir::Client, [0..=2, 2, 0, 0, 0, 0, 0, 8, ..]) => {
            let whole = bytes.len() == usize::from(bytes.get(7).copied().unwrap_or_default());
            if whole { Guess::Is(App::Rtr) } else { Guess::No }
        }
        _ => Guess::No,
    }
}
