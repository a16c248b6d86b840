//! TCP options, read with our own walk: one unknown kind must not hide the rest.

use arrayvec::ArrayVec;

use super::tcp::Seq;

/// The options of one segment that the tracker uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Maximum segment size, kind 2 (RFC 9293 §3.7.1).
    pub mss: Option<u16>,
    /// Window scale shift as sent, kind 3 (RFC 7323 §2); above 14 counts as 14.
    pub window_scale: Option<u8>,
    /// SACK permitted, kind 4 (RFC 2018).
    pub sack_permitted: bool,
    /// SACK blocks, kind 5: left and right edge.
    pub sack: ArrayVec<(Seq, Seq), MAX_SACK_BLOCKS>,
    /// Timestamps, kind 8 (RFC 7323 §3): TSval and TSecr.
    pub timestamps: Option<(u32, u32)>,
    /// Fast Open cookie, kind 34 or 254 with magic 0xF989 (RFC 7413): `Some(0)` is a request, else the cookie's length.
    pub fast_open: Option<u8>,
    /// MPTCP, kind 30 (RFC 8684): the subtype, 0 MP_CAPABLE, 1 MP_JOIN …
    pub mptcp: Option<u8>,
    /// TCP MD5 signature, kind 19 (RFC 2385).
    pub md5: bool,
    /// TCP-AO, kind 29 (RFC 5925).
    pub ao: bool,
    /// An AccECN option, kind 172 or 174 (RFC 9768).
    pub acc_ecn: bool,
    /// An option's length ran past the header, or was below 2.
    pub malformed: bool,
}

/// What every segment of a connection is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quick {
    /// TSval and TSecr (RFC 7323 §3).
    pub timestamps: Option<(u32, u32)>,
    /// SACK blocks (RFC 2018 §3).
    pub sack: ArrayVec<(Seq, Seq), MAX_SACK_BLOCKS>,
}

/// Reads all options of a segment, as far as they were captured and well-formed.
#[must_use]
pub fn options(bytes: &[u8]) -> Options {
    let mut options = Options::default();
    let mut walk = Walk { rest: bytes, malformed: false };
    while let Some((kind, body)) = walk.next() {
        options.malformed |= !note(&mut options, kind, body);
    }
    options.malformed |= walk.malformed;
    options
}

/// Timestamps and SACK blocks only: the same as [`options`] gives, at the cost of a comparison for the usual layout.
#[inline]
#[must_use]
pub fn timestamps_and_sack(bytes: &[u8]) -> Quick {
    // RFC 7323 appendix A: two no-operations align the timestamps, and most segments carry nothing else.
    match bytes.split_first_chunk() {
        Some(([1, 1, 8, 10], stamps)) if stamps.len() == 8 => {
            Quick { timestamps: two_words(stamps), ..Quick::default() }
        }
        None if bytes.is_empty() => Quick::default(),
        _ => walked(bytes),
    }
}

/// The same for any other layout.
#[inline(never)]
fn walked(bytes: &[u8]) -> Quick {
    let mut quick = Quick::default();
    let mut walk = Walk { rest: bytes, malformed: false };
    while let Some((kind, body)) = walk.next() {
        match kind {
            5 => drop(push_sack(&mut quick.sack, body)),
            8 => quick.timestamps = two_words(body).or(quick.timestamps),
            _ => {}
        }
    }
    quick
}

/// SACK blocks that fit into the 40 bytes of options.
const MAX_SACK_BLOCKS: usize = 4;
/// Marks Fast Open in an experimental option (RFC 7413 §4.1.1, RFC 6994).
const FAST_OPEN_MAGIC: [u8; 2] = [0xf9, 0x89];

/// Goes from option to option by their lengths alone.
struct Walk<'a> {
    rest: &'a [u8],
    malformed: bool,
}

impl<'a> Walk<'a> {
    /// Kind and body of the next option; `None` at the end of the list or where a length cannot be right.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&kind, after) = self.rest.split_first()?;
        match kind {
            0 => None,
            1 => {
                self.rest = after;
                Some((kind, &[]))
            }
            _ => {
                let len = after.first().copied().map_or(0, usize::from);
                let body = self.rest.get(2..len);
                self.malformed = body.is_none();
                self.rest = self.rest.get(len..).unwrap_or_default();
                Some((kind, body?))
            }
        }
    }
}

/// Takes over one option; false when its length does not fit its kind.
fn note(options: &mut Options, kind: u8, body: &[u8]) -> bool {
    match (kind, body) {
        (2, &[a, b]) => options.mss = Some(u16::from_be_bytes([a, b])),
        (3, &[shift]) => options.window_scale = Some(shift),
        (4, []) => options.sack_permitted = true,
        (5, _) => return push_sack(&mut options.sack, body),
        (8, _) => match two_words(body) {
            None => return false,
            timestamps => options.timestamps = timestamps,
        },
        (19, _) => options.md5 = body.len() == 16,
        (29, _) => options.ao = body.len() >= 2,
        (30, &[first, ..]) => options.mptcp = Some(first >> 4),
        (34, _) => options.fast_open = Some(body.len() as u8),
        (253 | 254, [a, b, cookie @ ..]) if [*a, *b] == FAST_OPEN_MAGIC => {
            options.fast_open = Some(cookie.len() as u8);
        }
        (172 | 174, _) => options.acc_ecn = true,
        (2 | 3 | 4 | 30, _) => return false,
        _ => {}
    }
    true
}

/// Appends the blocks of a SACK option; false when it is not a whole number of blocks.
fn push_sack(sack: &mut ArrayVec<(Seq, Seq), MAX_SACK_BLOCKS>, body: &[u8]) -> bool {
    for (left, right) in body.chunks_exact(8).filter_map(two_words) {
        let _full = sack.try_push((Seq(left), Seq(right)));
    }
    body.len().is_multiple_of(8)
}

/// Two big-endian words that fill `body`.
fn two_words(body: &[u8]) -> Option<(u32, u32)> {
    let &[a, b, c, d, e, f, g, h] = body else { return None };
    Some((u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linux_syn() {
        let syn = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
        let options = options(&syn);
        assert_eq!((options.mss, options.window_scale, options.sack_permitted), (Some(1460), Some(7), true));
        assert_eq!((options.timestamps, options.malformed), (Some((1, 0)), false));
    }

    #[test]
    fn an_unknown_kind_does_not_hide_what_follows() {
        let options = options(&[77, 4, 0, 0, 30, 4, 0x10, 0, 2, 4, 5, 0xb4]);
        assert_eq!((options.mptcp, options.mss, options.malformed), (Some(1), Some(1460), false));
    }

    #[test]
    fn fast_open_requests_and_cookies_in_both_encodings() {
        assert_eq!(options(&[34, 2]).fast_open, Some(0));
        assert_eq!(options(&[34, 10, 1, 2, 3, 4, 5, 6, 7, 8]).fast_open, Some(8));
        assert_eq!(options(&[254, 4, 0xf9, 0x89]).fast_open, Some(0));
        assert_eq!(options(&[254, 8, 0xf9, 0x89, 1, 2, 3, 4]).fast_open, Some(4));
        assert_eq!(options(&[254, 4, 0, 0]).fast_open, None);
    }

    #[test]
    fn authentication_and_accurate_ecn() {
        let md5 = [&[19, 18][..], &[0; 16]].concat();
        assert!(options(&md5).md5 && !options(&md5).ao);
        assert!(options(&[29, 4, 1, 1]).ao);
        assert!(options(&[172, 5, 0, 0, 1]).acc_ecn);
    }

    #[test]
    fn sack_blocks_with_timestamps() {
        let mut bytes = vec![1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1, 5, 18];
        bytes.extend([0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 30, 0, 0, 0, 40]);
        let quick = timestamps_and_sack(&bytes);
        assert_eq!(quick.timestamps, Some((1, 2)));
        assert_eq!(quick.sack.as_slice(), [(Seq(10), Seq(20)), (Seq(30), Seq(40))]);
    }

    #[test]
    fn the_list_ends_at_its_end_and_at_impossible_lengths() {
        assert_eq!(options(&[1, 0, 2, 4, 5, 0xb4]), Options::default());
        for bytes in [&[2, 0, 5, 0xb4][..], &[2, 1, 1, 1], &[2, 5, 5, 0xb4], &[2]] {
            let options = options(bytes);
            assert!(options.malformed && options.mss.is_none(), "{bytes:?}");
        }
        assert!(options(&[5, 9, 0, 0, 0, 0, 0, 0, 0]).malformed);
        assert!(options(&[2, 3, 5]).malformed);
    }
}
