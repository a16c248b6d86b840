//! Bytes as text: quoted strings, hexadecimal, base 64 and 32, times, as zone files have them.

use std::fmt::Write;

use super::name::write_labels;

/// A character string in quotes (RFC 1035 §5.1): quotes and backslashes escaped, what is not printable ASCII as three
/// decimal digits.
#[must_use]
pub fn quoted(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            0x20..=0x7e => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\{byte:03}");
            }
        }
    }
    out.push('"');
    out
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Base 64 with padding (RFC 4648 §4).
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    let mut out = base(bytes, 6, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// Base 32 with the extended hex alphabet and without padding, as NSEC3 has it (RFC 5155 §3.3).
#[must_use]
pub fn base32hex(bytes: &[u8]) -> String {
    base(bytes, 5, b"0123456789ABCDEFGHIJKLMNOPQRSTUV")
}

fn base(bytes: &[u8], bits: u32, alphabet: &[u8]) -> String {
    let (mut out, mut held, mut have) = (String::with_capacity(bytes.len() * 8 / bits as usize + 4), 0_u32, 0);
    let mut digit = |value: u32| {
        out.push(alphabet.get(value as usize & ((1 << bits) - 1)).map_or('?', |d| char::from(*d)));
    };
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        have += 8;
        while have >= bits {
            have -= bits;
            digit(held >> have);
        }
    }
    if have > 0 {
        digit(held << (bits - have));
    }
    out
}

/// Data of a type whose form is not known (RFC 3597 §5).
#[must_use]
pub fn opaque(bytes: &[u8]) -> String {
    if bytes.is_empty() { "\\# 0".to_owned() } else { format!("\\# {} {}", bytes.len(), hex(bytes)) }
}

/// A name in presentation form.
#[must_use]
pub fn name<'a>(labels: impl Iterator<Item = &'a [u8]>) -> String {
    let mut out = String::new();
    let _ = write_labels(&mut out, labels);
    out
}

/// A time of DNSSEC as `YYYYMMDDHHmmSS` in UTC (RFC 4034 §3.2).
#[must_use]
pub fn time(seconds: u32) -> String {
    let (days, rest) = (i64::from(seconds / 86_400), seconds % 86_400);
    // Days to a date of the proleptic Gregorian calendar, counted in eras of 400 years that begin on 1 March.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_and_escaped() {
        assert_eq!(quoted(b"v=1; \"x\" \\ \xff\n"), r#""v=1; \"x\" \\ \255\010""#);
    }

    #[test]
    fn bases_match_rfc_4648() {
        assert_eq!([&b""[..], b"f", b"fo", b"foo"].map(base64), ["", "Zg==", "Zm8=", "Zm9v"]);
        assert_eq!([&b"f"[..], b"fooba", b"foobar"].map(base32hex), ["CO", "CPNMUOJ1", "CPNMUOJ1E8"]);
    }

    #[test]
    fn times_are_dates() {
        assert_eq!(
            [0, 951_782_400, 1_795_492_097, u32::MAX].map(time),
            ["19700101000000", "20000229000000", "20261124034817", "21060207062815"]
        );
    }

    #[test]
    fn unknown_data_follow_rfc_3597() {
        assert_eq!((opaque(&[]), opaque(&[1, 255])), ("\\# 0".into(), "\\# 2 01ff".into()));
    }
}
