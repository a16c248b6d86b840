//! TCP options: our own walk, since one unknown kind must not hide the rest.

use arrayvec::ArrayVec;

use super::tcp::{Options, Seq};

/// Reads all options; used for SYNs, where all matter.
#[must_use]
pub fn options(bytes: &[u8]) -> Options {
    let (mut options, mut malformed) = (Options::default(), false);
    walk(bytes, &mut malformed, |kind, body| {
        let _full = options.order.try_push(kind);
        option(&mut options, kind, body);
    });
    options.malformed = malformed;
    options
}

fn option(o: &mut Options, kind: u8, body: &[u8]) {
    match (kind, body) {
        (2, &[a, b]) => o.mss = Some(u16::from_be_bytes([a, b])),
        (3, &[shift]) => o.window_scale = Some(shift),
        (4, []) => o.sack_permitted = true,
        (5, blocks) => o.sack = sack(blocks),
        (8, body) => o.timestamps = timestamps(body),
        (19, _) => o.md5 = true,
        (29, _) => o.ao = true,
        (30, [subtype, ..]) => o.mptcp = Some(subtype >> 4),
        (34, cookie) => o.fast_open = Some(cookie.len() as u8),
        // RFC 6994 experiment 0xF989 is TCP Fast Open before it had a number.
        (253 | 254, [0xf9, 0x89, cookie @ ..]) => o.fast_open = Some(cookie.len() as u8),
        (172 | 174, _) => o.acc_ecn = true,
        _ => {}
    }
}

/// Timestamps and SACK blocks only: all that segments after the handshake need. The layout that nearly every stack
/// sends (NOP NOP TS) is read without a walk.
#[must_use]
pub fn timestamps_and_sack(bytes: &[u8]) -> (Option<(u32, u32)>, ArrayVec<(Seq, Seq), 4>) {
    if let [1, 1, 8, 10, body @ ..] = bytes
        && body.len() == 8
    {
        return (timestamps(body), ArrayVec::new());
    }
    let (mut ts, mut blocks, mut bad) = (None, ArrayVec::new(), false);
    walk(bytes, &mut bad, |kind, body| match kind {
        8 => ts = timestamps(body),
        5 => blocks = sack(body),
        _ => {}
    });
    (ts, blocks)
}

/// RFC 9293 §3.2: kind 0 ends the list, kind 1 stands alone, every other has a length that counts kind and itself.
fn walk(mut bytes: &[u8], malformed: &mut bool, mut each: impl FnMut(u8, &[u8])) {
    loop {
        match *bytes {
            [] | [0, ..] => return,
            [1, ref rest @ ..] => {
                each(1, &[]);
                bytes = rest;
            }
            [kind, len, ..] if len >= 2 && usize::from(len) <= bytes.len() => {
                let (option, rest) = bytes.split_at(usize::from(len));
                each(kind, option.get(2..).unwrap_or_default());
                bytes = rest;
            }
            _ => {
                *malformed = true;
                return;
            }
        }
    }
}

fn timestamps(body: &[u8]) -> Option<(u32, u32)> {
    let (value, echo) = (body.first_chunk::<4>()?, body.get(4..8)?.first_chunk::<4>()?);
    Some((u32::from_be_bytes(*value), u32::from_be_bytes(*echo)))
}

fn sack(body: &[u8]) -> ArrayVec<(Seq, Seq), 4> {
    let number = |b: &[u8]| b.first_chunk::<4>().map_or(Seq(0), |n| Seq(u32::from_be_bytes(*n)));
    body.chunks_exact(8).take(4).map(|b| (number(b), number(b.get(4..).unwrap_or_default()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_do_not_hide_what_follows() {
        let o = options(&[30, 4, 0x10, 0, 99, 3, 7, 2, 4, 5, 0xb4, 3, 3, 7, 1, 4, 2]);
        assert_eq!((o.mss, o.window_scale, o.sack_permitted, o.mptcp), (Some(1460), Some(7), true, Some(1)));
        assert!(!o.malformed);
    }

    #[test]
    fn a_length_beyond_the_header_is_noted_and_what_came_before_kept() {
        let o = options(&[2, 4, 5, 0xb4, 8, 10, 0]);
        assert_eq!((o.mss, o.malformed), (Some(1460), true));
    }

    #[test]
    fn the_common_layout_reads_like_the_walk() {
        let common = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 7];
        assert_eq!(timestamps_and_sack(&common).0, options(&common).timestamps);
        let with_sack = [1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 5, 1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 7];
        let (ts, blocks) = timestamps_and_sack(&with_sack);
        assert_eq!((ts, blocks.as_slice()), (Some((9, 7)), &[(Seq(1), Seq(5))][..]));
    }
}
