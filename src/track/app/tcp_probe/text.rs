//! Protocols of text lines.

use super::Guess;
use crate::track::Dir;
use crate::track::app::{App, udp_probe};

/// The identification line (RFC 4253 §4.2); both sides send one.
pub(super) fn ssh(_dir: Dir, bytes: &[u8]) -> Guess {
    Guess::begins_with_any(bytes, &[b"SSH-2.0-", b"SSH-1.99-", b"SSH-1.5-"], App::Ssh)
}

/// SIP over TCP (RFC 3261 §18).
pub(super) fn sip(_dir: Dir, bytes: &[u8]) -> Guess {
    if udp_probe::is_sip(bytes) { Guess::Is(App::Sip) } else { Guess::No }
}

/// A request line or a status line of RTSP (RFC 7826 §7, §8, RFC 2326 §6, §7).
pub(super) fn rtsp(dir: Dir, bytes: &[u8]) -> Guess {
    if dir == Dir::Server {
        return Guess::begins_with_any(bytes, &[b"RTSP/1.0 ", b"RTSP/2.0 "], App::Rtsp);
    }
    let line = bytes.split(|&b| b == b'\r').next().unwrap_or_default();
    let version = line.ends_with(b" RTSP/1.0") || line.ends_with(b" RTSP/2.0");
    if version && line.first().is_some_and(u8::is_ascii_uppercase) { Guess::Is(App::Rtsp) } else { Guess::No }
}

/// A command of Redis as an array of bulk strings (RESP): `*2\r\n$3\r\n…`.
pub(super) fn redis(dir: Dir, bytes: &[u8]) -> Guess {
    let Some(rest) = bytes.strip_prefix(b"*").filter(|_| dir == Dir::Client) else { return Guess::No };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let after = rest.get(digits..).unwrap_or_default();
    match (digits, after) {
        (0..=4, []) => Guess::Maybe,
        (1..=4, _) => Guess::begins(after, b"\r\n$", App::Redis),
        _ => Guess::No,
    }
}

/// How an IRC client registers (RFC 2812 §3.1), or how a server greets.
pub(super) fn irc(dir: Dir, bytes: &[u8]) -> Guess {
    match dir {
        Dir::Client => Guess::begins_with_any(bytes, &[b"NICK ", b"CAP LS"], App::Irc),
        Dir::Server => {
            let line = bytes.split(|&b| b == b'\r').next().unwrap_or_default();
            let notice = line.windows(13).any(|w| w == b" NOTICE AUTH ") || line.starts_with(b"NOTICE AUTH ");
            if notice { Guess::Is(App::Irc) } else { Guess::No }
        }
    }
}
