//! JA3, JA3S and JA4: what kind of client or server it is, by the shape of its hello.
//!
//! JA3 hashes the numbers in the order sent, so that clients that shuffle their extensions get a new one each time;
//! JA4 sorts them first. GREASE is left out of all. The texts to hash are put together digit by digit in one buffer each,
//! and those of clients only for handshakes that are told: hashing costs more than reading the hello did.

use md5::{Digest, Md5};
use sha2::Sha256;

use super::{Offer, TlsFacts, Transport};
use crate::decode::tls::{ServerHello, Version, ext, is_grease};

impl TlsFacts {
    /// Fills in the fingerprints of the ClientHello.
    pub fn fingerprint(&mut self) {
        (self.ja3, self.ja4) = self.fingerprints();
    }

    /// JA3 and JA4 of the (first) ClientHello, as far as it was seen whole.
    #[must_use]
    pub fn fingerprints(&self) -> (Option<String>, Option<String>) {
        match self.offer.as_deref() {
            Some(offer) if offer.whole && self.ja4.is_none() => (Some(ja3(offer)), Some(ja4(offer, self.transport))),
            _ => (self.ja3.clone(), self.ja4.clone()),
        }
    }
}

/// JA3: MD5 of version, ciphers, extensions, groups and point formats, in decimal.
fn ja3(offer: &Offer) -> String {
    let mut text = Vec::with_capacity(TEXT);
    decimals(&mut text, [offer.legacy_version.0]);
    text.push(b',');
    decimals(&mut text, ciphers(offer));
    text.push(b',');
    decimals(&mut text, extensions(offer));
    text.push(b',');
    decimals(&mut text, offer.groups.iter().map(|g| g.0).filter(|g| !is_grease(*g)));
    text.push(b',');
    decimals(&mut text, offer.point_formats.iter().map(|f| u16::from(*f)));
    hex(&Md5::digest(text))
}

/// JA3S: MD5 of version, cipher and extensions, in decimal.
pub(super) fn ja3s(hello: &ServerHello<'_>) -> String {
    let mut text = Vec::with_capacity(TEXT);
    decimals(&mut text, [hello.legacy_version.0]);
    text.push(b',');
    decimals(&mut text, [hello.cipher.0]);
    text.push(b',');
    decimals(&mut text, hello.extensions.iter().map(|e| e.kind));
    hex(&Md5::digest(text))
}

/// JA4 (FoxIO, `a_b_c`): what is offered, sorted ciphers, sorted extensions with the signature schemes in order.
fn ja4(offer: &Offer, transport: Transport) -> String {
    let mut suites: Vec<u16> = ciphers(offer).collect();
    let mut kinds: Vec<u16> = extensions(offer).collect();
    let mut out = String::with_capacity(JA4);
    out.push(transport_letter(transport));
    out.push_str(version_letters(offer));
    out.push(if kinds.contains(&ext::SERVER_NAME) { 'd' } else { 'i' });
    for count in [suites.len(), kinds.len()].map(|n| n.min(99) as u8) {
        out.extend([b'0' + count / 10, b'0' + count % 10].map(char::from));
    }
    out.extend(alpn_letters(offer.first_alpn));
    suites.sort_unstable();
    let mut text = Vec::with_capacity(TEXT);
    hexadecimals(&mut text, suites);
    out.push('_');
    short_hash(&mut out, &text);
    let none = kinds.is_empty();
    kinds.retain(|kind| ![ext::SERVER_NAME, ext::APPLICATION_LAYER_PROTOCOL_NEGOTIATION].contains(kind));
    kinds.sort_unstable();
    text.clear();
    hexadecimals(&mut text, kinds);
    let mut schemes = offer.schemes.iter().map(|s| s.0).filter(|s| !is_grease(*s)).peekable();
    if schemes.peek().is_some() {
        text.push(b'_');
        hexadecimals(&mut text, schemes);
    }
    out.push('_');
    short_hash(&mut out, if none { &[] } else { &text });
    out
}

/// Bytes reserved for a text to hash: that of today's browsers fits.
const TEXT: usize = 512;
/// Bytes of a JA4.
const JA4: usize = 36;
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
fn version_letters(offer: &Offer) -> &'static str {
    let offered = offer.versions.iter().copied();
    let best = if offer.legacy_version.is_dtls() { offered.min_by_key(|v| v.0) } else { offered.max_by_key(|v| v.0) };
    match best.unwrap_or(offer.legacy_version) {
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
fn alpn_letters(ends: Option<[u8; 2]>) -> [char; 2] {
    match ends {
        Some(ends) if ends.iter().all(u8::is_ascii_alphanumeric) => ends.map(char::from),
        Some([first, last]) => [digit(first >> 4), digit(last)].map(char::from),
        None => ['0', '0'],
    }
}

fn ciphers(offer: &Offer) -> impl Iterator<Item = u16> {
    offer.ciphers.iter().map(|c| c.0).filter(|c| !is_grease(*c))
}

fn extensions(offer: &Offer) -> impl Iterator<Item = u16> {
    offer.extensions.iter().copied().filter(|kind| !is_grease(*kind))
}

/// Appends the first digits of a text's SHA-256.
fn short_hash(out: &mut String, text: &[u8]) {
    if text.is_empty() {
        return out.push_str(NOTHING);
    }
    let hash = Sha256::digest(text);
    push_hex(out, hash.get(..NOTHING.len() / 2).unwrap_or_default());
}

/// Appends numbers in decimal with dashes between.
fn decimals(text: &mut Vec<u8>, numbers: impl IntoIterator<Item = u16>) {
    for (i, number) in numbers.into_iter().enumerate() {
        if i > 0 {
            text.push(b'-');
        }
        for power in [10_000, 1_000, 100, 10, 1] {
            if number >= power || power == 1 {
                text.push(b'0' + (number / power % 10) as u8);
            }
        }
    }
}

/// Appends numbers as four hexadecimal digits with commas between.
fn hexadecimals(text: &mut Vec<u8>, numbers: impl IntoIterator<Item = u16>) {
    for (i, number) in numbers.into_iter().enumerate() {
        if i > 0 {
            text.push(b',');
        }
        let [high, low] = number.to_be_bytes();
        text.extend_from_slice(&[digit(high >> 4), digit(high), digit(low >> 4), digit(low)]);
    }
}

/// Bytes as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    push_hex(&mut out, bytes);
    out
}

fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        out.push(char::from(digit(byte >> 4)));
        out.push(char::from(digit(*byte)));
    }
}

/// The hexadecimal digit of the low four bits.
fn digit(nibble: u8) -> u8 {
    b"0123456789abcdef"[usize::from(nibble & 15)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_by_formatting_them() {
        let numbers = [0, 9, 10, 99, 100, 4865, 9999, 10_000, 65_535];
        let (mut in_ten, mut in_sixteen) = (Vec::new(), Vec::new());
        decimals(&mut in_ten, numbers);
        hexadecimals(&mut in_sixteen, numbers);
        assert_eq!(in_ten, numbers.map(|n| n.to_string()).join("-").into_bytes());
        assert_eq!(in_sixteen, numbers.map(|n| format!("{n:04x}")).join(",").into_bytes());
        assert_eq!(hex(&[0, 0x9a, 0xff]), "009aff");
    }
}
