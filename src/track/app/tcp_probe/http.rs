//! HTTP.

use super::Guess;
use crate::track::Dir;
use crate::track::app::App;

/// The client's connection preface (RFC 9113 §3.4).
pub(super) fn http2(dir: Dir, bytes: &[u8]) -> Guess {
    match dir {
        Dir::Client => Guess::begins(bytes, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", App::Http2),
        Dir::Server => Guess::No,
    }
}

/// A request line or a status line (RFC 9112 §3, §4).
pub(super) fn http1(dir: Dir, bytes: &[u8]) -> Guess {
    match dir {
        Dir::Client => request(bytes),
        Dir::Server => status(bytes),
    }
}

/// The version that the first line of a side names, or that of the preface.
#[must_use]
pub fn http_version(app: App, first: &[u8]) -> Option<&'static str> {
    let line = first.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii_end();
    let names = |version: &[u8]| line.ends_with(version) || line.starts_with(version);
    match app {
        App::Http2 => Some("HTTP/2"),
        App::Http1 if names(b"HTTP/1.1") => Some("HTTP/1.1"),
        App::Http1 if names(b"HTTP/1.0") => Some("HTTP/1.0"),
        _ => None,
    }
}

/// A method, a target and the version; the line may be long.
fn request(bytes: &[u8]) -> Guess {
    let Some((method, rest)) = METHODS.iter().find_map(|m| Some((*m, bytes.strip_prefix(*m)?))) else {
        let partial = METHODS.iter().any(|m| m.starts_with(bytes));
        return if partial { Guess::Maybe } else { Guess::No };
    };
    let Some(end) = rest.iter().position(|&b| b == b'\n' || b == b'\r') else {
        return if rest.iter().all(|&b| (0x21..0x7f).contains(&b) || b >= 0x80 || b == b' ') {
            Guess::Maybe
        } else {
            Guess::No
        };
    };
    let line = rest.get(..end).unwrap_or_default();
    let version = line.ends_with(b" HTTP/1.1") || line.ends_with(b" HTTP/1.0");
    let target = method == b"CONNECT " || matches!(line, [b'/' | b'*', ..]) || line.windows(3).any(|w| w == b"://");
    if version && target { Guess::Is(App::Http1) } else { Guess::No }
}

fn status(bytes: &[u8]) -> Guess {
    let code = bytes.strip_prefix(b"HTTP/1.1 ").or(bytes.strip_prefix(b"HTTP/1.0 "));
    match code {
        Some([a, b, c, ..]) if [a, b, c].iter().all(|d| d.is_ascii_digit()) => Guess::Is(App::Http1),
        Some(digits) if digits.len() < 3 => Guess::Maybe,
        Some(_) => Guess::No,
        None if [&b"HTTP/1.1 "[..], b"HTTP/1.0 "].iter().any(|w| w.starts_with(bytes)) => Guess::Maybe,
        None => Guess::No,
    }
}

/// Methods of HTTP (RFC 9110 §9.3, RFC 5789) and WebDAV (RFC 4918) with the space after them.
const METHODS: [&[u8]; 16] = [
    b"GET ",
    b"HEAD ",
    b"POST ",
    b"PUT ",
    b"DELETE ",
    b"CONNECT ",
    b"OPTIONS ",
    b"TRACE ",
    b"PATCH ",
    b"PROPFIND ",
    b"PROPPATCH ",
    b"MKCOL ",
    b"COPY ",
    b"MOVE ",
    b"LOCK ",
    b"REPORT ",
];
