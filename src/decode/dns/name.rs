//! Domain names inside a message: labels, compression pointers, presentation.
//!
//! A [`Name`] is checked when it is read, so walking its labels cannot fail or loop: at most 255 bytes (RFC 1035
//! §2.3.4) and [`MAX_POINTERS`] pointers.

use std::fmt::{self, Write};
use std::hash::Hasher;

/// Longest name in bytes, uncompressed (RFC 1035 §2.3.4).
pub const MAX_NAME: usize = 255;

/// Pointers followed in one name; a legal one needs no more than it has labels. A name with more is unreadable.
pub const MAX_POINTERS: usize = 127;

/// A name in lower case and without compression: equal for equal names (RFC 4343 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canonical {
    /// The name, then zeros.
    bytes: [u8; 16 * BLOCKS],
    length: usize,
}

/// Blocks of 16 bytes that hold any name.
const BLOCKS: usize = MAX_NAME.div_ceil(16);

impl Canonical {
    /// Its labels, each after its length.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A domain name somewhere in a message.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    message: &'a [u8],
    start: usize,
    /// Where its labels end, or a pointer leads to further ones.
    run_end: usize,
}

impl<'a> Name<'a> {
    /// Reads the name at `start`; gives it and the offset behind it. `None` when it runs past the message, is too long,
    /// follows too many pointers or one that leads forwards, or has a label of an unknown kind.
    #[must_use]
    pub fn read(message: &'a [u8], start: usize) -> Option<(Name<'a>, usize)> {
        let (mut at, mut length, mut pointers, mut first) = (start, 1, 0, None);
        loop {
            match step(message, at)? {
                Step::End => {
                    // What it leads to is not part of it.
                    let (run_end, end) = first.map_or((at, at + 1), |pointer| (pointer, pointer + 2));
                    return Some((Name { message, start, run_end }, end));
                }
                Step::Label(label) => {
                    length += label + 1;
                    at += label + 1;
                    if length > MAX_NAME {
                        return None;
                    }
                }
                // RFC 1035 §4.1.4: to a prior occurrence of the name.
                Step::Pointer(to) if to < at && pointers < MAX_POINTERS => {
                    first.get_or_insert(at);
                    pointers += 1;
                    at = to;
                }
                Step::Pointer(_) => return None,
            }
        }
    }

    /// The offset behind the name at `start`, without looking where its pointer leads.
    #[must_use]
    #[inline]
    pub fn skip(message: &[u8], start: usize) -> Option<usize> {
        let mut at = start;
        loop {
            match step(message, at)? {
                Step::End => return Some(at + 1),
                Step::Pointer(_) => return Some(at + 2),
                Step::Label(length) => at += length + 1,
            }
        }
    }

    /// Its labels, the root's empty one left out.
    #[must_use]
    pub fn labels(&self) -> Labels<'a> {
        Labels { message: self.message, at: self.start }
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.labels().next().is_none()
    }

    /// The name in its comparable form.
    #[must_use]
    pub fn canonical(&self) -> Canonical {
        let mut out = Canonical { bytes: [0; 16 * BLOCKS], length: 0 };
        for run in self.runs() {
            // Always there: `read` counted these bytes.
            if let Some(room) = out.bytes.get_mut(out.length..out.length + run.len()) {
                room.copy_from_slice(run);
                out.length += run.len();
            }
        }
        // Lengths are below 64, so none of them is taken for a letter. A processor does a whole block at once.
        for block in out.bytes.chunks_exact_mut(16).take(out.length.div_ceil(16)) {
            block.make_ascii_lowercase();
        }
        out
    }

    /// Hashes its comparable form, in blocks of 16 bytes with zeros at the end, which no label begins with. Most names are in
    /// one piece and need not be copied.
    pub fn hash_into(&self, state: &mut impl Hasher) {
        if self.message.get(self.run_end) == Some(&0) {
            hash_labels(self.message.get(..self.run_end).unwrap_or_default(), self.start, state);
        } else {
            hash_labels(self.canonical().as_slice(), 0, state);
        }
    }

    /// Its bytes with the empty label at the end, where they follow one another, as in most questions.
    #[inline]
    pub(super) fn in_one_piece(&self) -> Option<&'a [u8]> {
        self.message.get(self.start..=self.run_end).filter(|bytes| bytes.ends_with(&[0]))
    }

    /// Its bytes in the pieces that compression made of them, without the empty label at the end.
    pub(super) fn runs(&self) -> impl Iterator<Item = &'a [u8]> {
        let (message, mut next) = (self.message, Some((self.start, self.run_end)));
        std::iter::from_fn(move || {
            let (begin, end) = next.take()?;
            if let Some(Step::Pointer(to)) = step(message, end) {
                next = Some((to, run_end(message, to)));
            }
            message.get(begin..end)
        })
    }

    /// Whether the name at `at` is but a pointer to this one.
    #[must_use]
    #[inline]
    pub fn is_pointed_to(&self, at: usize) -> bool {
        matches!(step(self.message, at), Some(Step::Pointer(to)) if to == self.start)
    }
}

/// Labels joined by dots, without a dot at the end; the root is `.`.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_labels(f, self.labels())
    }
}

/// The labels of a name.
#[derive(Debug, Clone)]
pub struct Labels<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            match step(self.message, self.at)? {
                Step::End => return None,
                Step::Pointer(to) => self.at = to,
                Step::Label(length) => {
                    let begin = self.at + 1;
                    self.at = begin + length;
                    return self.message.get(begin..self.at);
                }
            }
        }
    }
}

/// Writes labels in presentation form.
///
/// # Errors
/// Those of the writer.
pub fn write_labels<'a>(out: &mut impl Write, labels: impl Iterator<Item = &'a [u8]>) -> fmt::Result {
    let mut root = true;
    for label in labels {
        if !root {
            out.write_char('.')?;
        }
        root = false;
        write_label(out, label)?;
    }
    if root { out.write_char('.') } else { Ok(()) }
}

/// Writes one label: a dot or backslash inside it is escaped by a backslash, what is not printable ASCII is written as
/// three decimal digits (RFC 4343 §2.1).
///
/// # Errors
/// Those of the writer.
pub fn write_label(out: &mut impl Write, label: &[u8]) -> fmt::Result {
    if is_plain(label)
        && let Ok(plain) = std::str::from_utf8(label)
    {
        return out.write_str(plain);
    }
    for &byte in label {
        match byte {
            b'.' | b'\\' => write!(out, "\\{}", char::from(byte))?,
            0x21..=0x7e => out.write_char(char::from(byte))?,
            _ => write!(out, "\\{byte:03}")?,
        }
    }
    Ok(())
}

/// Whether each of its bytes stands for itself.
fn is_plain(label: &[u8]) -> bool {
    label.iter().fold(true, |plain, byte| plain & PLAIN[usize::from(*byte)])
}

/// Bytes that stand for themselves.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0x21;
    while byte <= 0x7e {
        plain[byte] = byte != b'.' as usize && byte != b'\\' as usize;
        byte += 1;
    }
    plain
};

/// The offset behind the labels at `at`: of the pointer or the empty label that follows.
fn run_end(message: &[u8], mut at: usize) -> usize {
    while let Some(Step::Label(length)) = step(message, at) {
        at += length + 1;
    }
    at
}

/// Hashes the labels from `start` on to the end of `bytes`.
fn hash_labels(bytes: &[u8], start: usize, state: &mut impl Hasher) {
    let (blocks, rest) = bytes.get(start..).unwrap_or_default().as_chunks::<16>();
    for block in blocks {
        state.write_u128(lower(u128::from_le_bytes(*block)));
    }
    if !rest.is_empty() {
        // What is before the name, such as the message's header, lets the last block be read at once, too.
        let last = match bytes.last_chunk::<16>() {
            Some(last) => u128::from_le_bytes(*last) >> (8 * (16 - rest.len())),
            None => rest.iter().rev().fold(0, |block, byte| block << 8 | u128::from(*byte)),
        };
        state.write_u128(lower(last));
    }
}

/// A block with its capital letters made small. Lengths are below 64, so none of them is taken for a letter.
fn lower(block: u128) -> u128 {
    // Capital letters have bit 6 and not bit 5; few blocks have any byte of that kind.
    if block & !(block << 1) & (u128::MAX / 0xff * 0x40) == 0 {
        return block;
    }
    let mut bytes = block.to_le_bytes();
    bytes.make_ascii_lowercase();
    u128::from_le_bytes(bytes)
}

/// What begins at an offset.
enum Step {
    /// The empty label.
    End,
    /// A label of this length, which may run past the message.
    Label(usize),
    /// A pointer to this offset.
    Pointer(usize),
}

#[inline]
fn step(message: &[u8], at: usize) -> Option<Step> {
    let length = *message.get(at)?;
    match length {
        0 => Some(Step::End),
        1..=0x3f => Some(Step::Label(usize::from(length))),
        // RFC 1035 §4.1.4: both high bits set, then 14 bits of offset.
        0xc0.. => Some(Step::Pointer(usize::from(length & 0x3f) << 8 | usize::from(*message.get(at + 1)?))),
        // 01 and 10 are reserved; the one use of 01 (RFC 2673) was withdrawn by RFC 6891 §5.
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn text(message: &[u8], at: usize) -> Option<(String, usize)> {
        Name::read(message, at).map(|(name, end)| (name.to_string(), end))
    }

    #[test]
    fn follows_pointers_and_ends_behind_the_first() {
        let message = b"\x03com\x00\x07example\xc0\x00\x03www\xc0\x05rest";
        assert_eq!(text(message, 15), Some(("www.example.com".into(), 21)));
        assert_eq!(Name::skip(message, 15), Some(21));
    }

    #[test]
    fn the_root_is_a_dot() {
        assert_eq!(text(&[0], 0), Some((".".into(), 1)));
        assert!(Name::read(&[0], 0).unwrap().0.is_root());
    }

    #[test]
    fn escapes_what_a_reader_could_mistake() {
        let message = b"\x0cMy v1.2 \\ \xc3\xa9\x05local\x00";
        assert_eq!(text(message, 0).unwrap().0, r"My\032v1\.2\032\\\032\195\169.local");
        let longest = [b"\x3f".as_slice(), &[0xff; 63]].concat().repeat(3);
        let longest = [&longest[..], b"\x3d", &[0xff; 61], &[0]].concat();
        let name = Name::read(&longest, 0).unwrap().0;
        assert_eq!((name.to_string().len(), name.canonical().as_slice().len()), (4 * 250 + 3, 254));
    }

    #[test]
    fn loops_and_long_names_are_unreadable() {
        assert_eq!(text(b"\xc0\x00", 0), None);
        assert_eq!(text(b"\x01a\xc0\x00", 0), None);
        let mut long = [b"\x3f".as_slice(), &[b'a'; 63]].concat().repeat(4);
        long.push(0);
        assert_eq!(text(&long, 0), None);
        assert_eq!(text(&long, 64).unwrap().0.len(), 3 * 64 - 1);
    }

    #[test]
    fn a_chain_of_pointers_is_cut() {
        // A root at 0, then pointers that each lead to the one before.
        let mut message = vec![0, 0];
        for to in (0..600_u16).step_by(2) {
            message.extend((0xc000 | to).to_be_bytes());
        }
        assert!(Name::read(&message, 2 * MAX_POINTERS).is_some());
        assert!(Name::read(&message, 2 * (MAX_POINTERS + 1)).is_none());
        assert_eq!(Name::skip(&message, 300), Some(302));
        assert!(Name::read(&[0xc0, 2, 0xc0, 0], 0).is_none());
    }

    #[test]
    fn a_pointer_leads_backwards() {
        assert_eq!(text(b"\x01a\x00\xc0\x00", 3), Some(("a".into(), 5)));
        assert_eq!(text(b"\xc0\x02\x01a\x00", 0), None);
    }

    #[test]
    fn cut_and_reserved_labels_are_unreadable() {
        for message in [&b""[..], b"\x03co", b"\xc0", b"\x40a\x00", b"\x80a\x00"] {
            assert_eq!(text(message, 0), None, "{message:?}");
        }
    }

    #[test]
    fn canonical_form_ignores_case_and_compression() {
        let message = b"\x03CoM\x00\x01A\xc0\x00\x01a\x03com\x00";
        let [a, b] = [5, 9].map(|at| Name::read(message, at).unwrap().0.canonical());
        assert_eq!(a, b);
        assert_eq!(a.as_slice(), b"\x01a\x03com");
    }

    #[test]
    fn hashes_are_equal_for_equal_names_only() {
        let hash = |message: &[u8], at| {
            let mut state = std::hash::DefaultHasher::new();
            Name::read(message, at).unwrap().0.hash_into(&mut state);
            state.finish()
        };
        let message = b"\x03CoM\x00\x05AZ@[`\xc0\x00rest\x05az@[`\x03com\x00";
        assert_eq!(hash(message, 5), hash(message, 17));
        for length in 1..=40 {
            let upper = [&[length], &b"Q".repeat(usize::from(length))[..], b"\x02-Z\x00"].concat();
            let far = [b"far from the beginning", &upper.to_ascii_lowercase()[..]].concat();
            assert_eq!(hash(&upper, 0), hash(&far, 22), "{length}");
        }
        let others: [&[u8]; 6] = [b"\x01@\0", b"\x01`\0", b"\x01[\0", b"\x01{\0", b"\x01\xc1\0", b"\x01\xe1\0"];
        let hashes: std::collections::HashSet<_> = others.iter().map(|name| hash(name, 0)).collect();
        assert_eq!(hashes.len(), others.len());
    }
}
