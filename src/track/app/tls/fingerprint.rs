//! JA3, JA3S and JA4: what kind of client or server it is, by the shape of its hello.
//!
//! JA3 hashes the numbers in the order sent, so that clients that shuffle their extensions get a new one each time;
//! JA4 sorts them first. GREASE is left out of all.

use std::fmt::{Display, Write};

use md5::{Digest, Md5};
use sha2::Sha256;

use super::Transport;
use crate::decode::tls::{ClientHello, ServerHello, Version, ext, is_grease};

/// JA3: MD5 of version, ciphers, extensions, groups and point formats, in decimal.
pub(super) fn ja3(hello: &ClientHello<'_>) -> String {
    let extensions = join(extensions(hello), "-");
    let ciphers = join(ciphers(hello), "-");
    let groups = join(hello.groups().map(|g| g.0).filter(|g| !is_grease(*g)), "-");
    let formats = join(hello.point_formats().iter(), "-");
    hex(&Md5::digest(format!("{},{ciphers},{extensions},{groups},{formats}", hello.version.0)))
}

/// JA3S: MD5 of version, cipher and extensions, in decimal.
pub(super) fn ja3s(hello: &ServerHello<'_>) -> String {
    let extensions = join(hello.extensions.iter().map(|e| e.kind), "-");
    hex(&Md5::digest(format!("{},{},{extensions}", hello.legacy_version.0, hello.cipher.0)))
}

/// JA4 (FoxIO, `a_b_c`): what is offered, sorted ciphers, sorted extensions with the signature schemes in order.
pub(super) fn ja4(hello: &ClientHello<'_>, transport: Transport) -> String {
    let mut suites: Vec<String> = ciphers(hello).map(|c| format!("{c:04x}")).collect();
    let kinds: Vec<u16> = extensions(hello).collect();
    let outside = |kind: &&u16| ![ext::SERVER_NAME, ext::APPLICATION_LAYER_PROTOCOL_NEGOTIATION].contains(kind);
    let mut sorted: Vec<String> = kinds.iter().filter(outside).map(|k| format!("{k:04x}")).collect();
    suites.sort_unstable();
    sorted.sort_unstable();
    let schemes: Vec<String> =
        hello.signature_schemes().filter(|s| !is_grease(s.0)).map(|s| format!("{:04x}", s.0)).collect();
    let tail = match schemes.as_slice() {
        [] => sorted.join(","),
        _ => format!("{}_{}", sorted.join(","), schemes.join(",")),
    };
    format!(
        "{}{}{}{:02}{:02}{}_{}_{}",
        transport_letter(transport),
        version_letters(hello),
        if kinds.contains(&ext::SERVER_NAME) { 'd' } else { 'i' },
        suites.len().min(99),
        kinds.len().min(99),
        alpn_letters(hello),
        short_hash(&suites.join(",")),
        if kinds.is_empty() { NOTHING.to_owned() } else { short_hash(&tail) },
    )
}

/// The hash of an empty list.
const NOTHING: &str = "000000000000";

fn transport_letter(transport: Transport) -> char {
    match transport {
        Transport::Tcp => 't',
        Transport::Dtls => 'd',
        Transport::Quic => 'q',
    }
}

/// The highest version offered; DTLS numbers fall as versions rise.
fn version_letters(hello: &ClientHello<'_>) -> &'static str {
    let offered = hello.supported_versions().filter(|v| !v.is_grease());
    let best = if hello.version.is_dtls() { offered.min_by_key(|v| v.0) } else { offered.max_by_key(|v| v.0) };
    match best.unwrap_or(hello.version) {
        Version(0x0002) => "s2",
        Version(0x0300) => "s3",
        Version(0x0301) => "10",
        Version(0x0302) => "11",
        Version(0x0303) => "12",
        Version(0x0304) => "13",
        Version(0xfeff) => "d1",
        Version(0xfefd) => "d2",
        Version(0xfefc) => "d3",
        _ => "00",
    }
}

/// First and last character of the first protocol, in hex where one of them is not alphanumeric.
fn alpn_letters(hello: &ClientHello<'_>) -> String {
    let Some(name) = hello.alpn().next() else { return "00".to_owned() };
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return "00".to_owned() };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return format!("{}{}", char::from(*first), char::from(*last));
    }
    format!("{:x}{:x}", first >> 4, last & 0x0f)
}

fn ciphers<'h>(hello: &'h ClientHello<'_>) -> impl Iterator<Item = u16> + 'h {
    hello.ciphers().map(|c| c.0).filter(|c| !is_grease(*c))
}

fn extensions<'a>(hello: &ClientHello<'a>) -> impl Iterator<Item = u16> + use<'a> {
    hello.extensions.iter().map(|e| e.kind).filter(|k| !is_grease(*k))
}

fn short_hash(text: &str) -> String {
    if text.is_empty() {
        return NOTHING.to_owned();
    }
    let mut hash = hex(&Sha256::digest(text));
    hash.truncate(NOTHING.len());
    hash
}

fn join<T: Display>(items: impl Iterator<Item = T>, separator: &str) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
}

/// Bytes as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
