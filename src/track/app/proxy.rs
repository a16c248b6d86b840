//! The PROXY protocol: what a balancer sends ahead of the client's bytes (haproxy "The PROXY protocol" §2). It is taken
//! off, and what stands behind it is recognised as if it came first.

/// How far the first bytes of a client are a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// The whole of it, in bytes.
    Whole(usize),
    /// A beginning.
    Partial,
    /// None.
    No,
}

/// The header at the start of `bytes`.
pub(super) fn header(bytes: &[u8]) -> Header {
    if !matches!(bytes.first(), None | Some(b'P' | b'\r')) {
        return Header::No;
    }
    let begins = |word: &&[u8]| bytes.starts_with(word);
    match VERSION_1.iter().any(begins) {
        true => version_1(bytes),
        false if bytes.starts_with(VERSION_2) => version_2(bytes),
        false if VERSION_1.iter().chain([&VERSION_2]).any(|word| word.starts_with(bytes)) => Header::Partial,
        false => Header::No,
    }
}

/// One line of at most 107 bytes.
fn version_1(bytes: &[u8]) -> Header {
    match bytes.iter().take(MAX_LINE).position(|b| *b == b'\n') {
        Some(end) => Header::Whole(end + 1),
        None if bytes.len() < MAX_LINE => Header::Partial,
        None => Header::No,
    }
}

/// Signature, version and command, family, the length of what follows.
fn version_2(bytes: &[u8]) -> Header {
    match bytes.get(VERSION_2.len()..) {
        Some([0x20 | 0x21, _, high, low, ..]) => {
            let len = VERSION_2.len() + 4 + usize::from(u16::from_be_bytes([*high, *low]));
            if bytes.len() < len { Header::Partial } else { Header::Whole(len) }
        }
        Some([0x20 | 0x21, ..] | []) => Header::Partial,
        _ => Header::No,
    }
}

/// The longest line of version 1, its end included.
const MAX_LINE: usize = 107;
const VERSION_1: [&[u8]; 3] = [b"PROXY TCP4 ", b"PROXY TCP6 ", b"PROXY UNKNOWN"];
const VERSION_2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_and_a_binary_header_are_measured() {
        let line = b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /";
        assert_eq!(header(line), Header::Whole(36));
        let binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x02ab\x16\x03";
        assert_eq!(header(binary), Header::Whole(18));
        for cut in 0..36 {
            assert_eq!(header(&line[..cut]), Header::Partial, "cut at {cut}");
        }
        for cut in 0..18 {
            assert_eq!(header(&binary[..cut]), Header::Partial, "cut at {cut}");
        }
    }

    #[test]
    fn other_beginnings_are_none() {
        for other in
            [&b"PROXY UDP4 "[..], b"\r\n\r\n\0\r\nQUIT\r", b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0", b"POST / HTTP/1.1"]
        {
            assert_eq!(header(other), Header::No);
        }
        assert_eq!(header(&[b"PROXY TCP4 ", &[b'1'; 120][..]].concat()), Header::No);
    }
}
