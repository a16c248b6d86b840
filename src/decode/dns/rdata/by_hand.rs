//! Types that the parsers do not know.

use super::super::name::Name;
use super::super::rtype::Rtype;
use super::super::text::{base64, hex, quoted};
use super::super::wire::word;

/// The text form of a few more types; `None` for others and for data that do not fit.
pub(super) fn read(rtype: Rtype, bytes: &[u8]) -> Option<String> {
    match rtype {
        Rtype::LOC => location(bytes),
        Rtype::URI => {
            let (priority, weight) = (word(bytes, 0)?, word(bytes, 2)?);
            Some(format!("{priority} {weight} {}", quoted(bytes.get(4..)?)))
        }
        // RFC 4398 §2.1: type, key tag, algorithm, certificate.
        Rtype(37) => {
            let (kind, tag) = (word(bytes, 0)?, word(bytes, 2)?);
            Some(format!("{kind} {tag} {} {}", bytes.get(4)?, base64(bytes.get(5..)?)))
        }
        // RFC 7043: EUI-48 and EUI-64.
        Rtype(108 | 109) if bytes.len() == if rtype.0 == 108 { 6 } else { 8 } => {
            let pairs: Vec<String> = bytes.iter().map(|b| hex(&[*b])).collect();
            Some(pairs.join("-"))
        }
        // SMIMEA has the form of TLSA (RFC 8162 §2).
        Rtype(53) => {
            let [usage, selector, matching, data @ ..] = bytes else { return None };
            Some(format!("{usage} {selector} {matching} {}", hex(data)))
        }
        // KX and AFSDB: a number and an uncompressed name (RFC 2230 §3, RFC 1183 §1).
        Rtype(18 | 36) => {
            let (name, end) = Name::read(bytes, 2)?;
            (end == bytes.len()).then(|| Some(format!("{} {name}", word(bytes, 0)?)))?
        }
        // SPF and AVC have the form of TXT (RFC 7208 §3.1).
        Rtype(99 | 258) => strings(bytes),
        _ => None,
    }
}

fn strings(mut bytes: &[u8]) -> Option<String> {
    let mut out = Vec::new();
    while let Some((&length, rest)) = bytes.split_first() {
        let (string, rest) = rest.split_at_checked(usize::from(length))?;
        out.push(quoted(string));
        bytes = rest;
    }
    (!out.is_empty()).then(|| out.join(" "))
}

/// A location (RFC 1876 §2, §3).
fn location(bytes: &[u8]) -> Option<String> {
    let [0, size, horizontal, vertical, rest @ ..] = bytes else { return None };
    let (numbers, []) = rest.as_chunks::<4>() else { return None };
    let [latitude, longitude, altitude] = *numbers else { return None };
    let angle = |bytes| i64::from(u32::from_be_bytes(bytes)) - (1 << 31);
    let altitude = i64::from(u32::from_be_bytes(altitude)) - 10_000_000;
    Some(format!(
        "{} {} {}m {}m {}m {}m",
        degrees(angle(latitude), ['N', 'S']),
        degrees(angle(longitude), ['E', 'W']),
        hundredths(altitude),
        hundredths(power(*size)?),
        hundredths(power(*horizontal)?),
        hundredths(power(*vertical)?)
    ))
}

/// Thousandths of a second of arc as degrees, minutes and seconds.
fn degrees(milliseconds: i64, signs: [char; 2]) -> String {
    let sign = signs[usize::from(milliseconds < 0)];
    let ms = milliseconds.abs();
    format!("{} {} {}.{:03} {sign}", ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000)
}

/// Centimetres, as a digit and a power of ten.
fn power(byte: u8) -> Option<i64> {
    let (base, exponent) = (i64::from(byte >> 4), u32::from(byte & 15));
    (base <= 9 && exponent <= 9).then(|| base * 10_i64.pow(exponent))
}

/// Centimetres as metres.
fn hundredths(cm: i64) -> String {
    let sign = if cm < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cm.abs() / 100, cm.abs() % 100)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::super::testing::hex;
    use super::*;

    #[test]
    fn locations_follow_rfc_1876() {
        // The RFC's example: 42 21 54 N 71 06 18 W -24m 30m, with the default precisions.
        let data = hex("00 33 16 13 8916cb3c 70bfcbd0 00988d20");
        let text = read(Rtype::LOC, &data).unwrap();
        assert!(text.ends_with("m 30.00m 10000.00m 10.00m"), "{text}");
        let (here, _) = text.split_once('m').unwrap();
        assert!(here.contains(" N ") && here.contains(" W "), "{text}");
        assert_eq!(hundredths(-2_400), "-24.00");
        assert_eq!(degrees(-(71 * 3_600_000 + 6 * 60_000 + 18_000), ['E', 'W']), "71 6 18.000 W");
    }

    #[test]
    fn other_types_have_their_usual_form() {
        let uri = [&[0, 10, 0, 1][..], b"https://example.com/"].concat();
        assert_eq!(read(Rtype::URI, &uri).unwrap(), "10 1 \"https://example.com/\"");
        assert_eq!(read(Rtype(108), &[0, 0x11, 0x22, 0x33, 0x44, 0x55]).unwrap(), "00-11-22-33-44-55");
        assert_eq!(read(Rtype(99), b"\x06v=spf1\x04-all").unwrap(), "\"v=spf1\" \"-all\"");
        assert_eq!(read(Rtype(18), b"\x00\x01\x03afs\x04test\x00").unwrap(), "1 afs.test");
    }

    #[test]
    fn data_that_do_not_fit_are_left_to_be_shown_as_bytes() {
        assert_eq!(read(Rtype::LOC, &[1; 16]), None);
        assert_eq!(read(Rtype(108), &[1; 5]), None);
        assert_eq!(read(Rtype(99), &[5, 1]), None);
        assert_eq!(read(Rtype(65280), &[1]), None);
    }
}
