//! The record layer of one direction: finds the records in the ordered bytes without keeping their bodies.
//!
//! A gap inside a record is bridged by the record's length. After one across records the next place where bytes look
//! like headers, one after the other, is taken.

use arrayvec::ArrayVec;

use crate::decode::tls::RecordHeader;

/// Bytes searched for a record after a gap; beyond that the direction is given up and later phases are not seen.
const MAX_SEARCH: usize = 1 << 20;

/// What comes out, in order.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// A record begins.
    Begin(RecordHeader),
    /// Some of its body.
    Body(&'a [u8]),
    /// It is complete.
    End,
    /// No record begins here; nothing more will come.
    NotRecord([u8; RecordHeader::LEN]),
}

/// What a gap did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    /// Only the present record's body lacks bytes.
    InRecord,
    /// Whole records may be missing.
    Records,
}

/// State of one direction.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    head: ArrayVec<u8, { RecordHeader::LEN }>,
    /// Bytes left of the present record.
    left: Option<u16>,
    searching: bool,
    searched: usize,
    /// Given up.
    pub dead: bool,
}

impl Records {
    /// Takes what it can from `bytes`; call until `None`.
    pub fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Piece<'a>> {
        if let Some(left) = self.left {
            return self.body(bytes, left);
        }
        if self.searching {
            self.search(bytes);
        }
        if self.dead {
            *bytes = &[];
        }
        while let Some((first, rest)) = bytes.split_first() {
            *bytes = rest;
            self.head.push(*first);
            if let Some(head) = self.head.as_slice().first_chunk::<{ RecordHeader::LEN }>().copied() {
                self.head.clear();
                return Some(self.begin(head));
            }
        }
        None
    }

    /// `len` bytes are missing.
    pub fn gap(&mut self, len: u32) -> Damage {
        let left = self.left.and_then(|left| u32::from(left).checked_sub(len));
        if let Some(left) = left {
            self.left = Some(left as u16);
            return Damage::InRecord;
        }
        self.left = None;
        self.head.clear();
        self.searching = true;
        Damage::Records
    }

    fn begin(&mut self, head: [u8; RecordHeader::LEN]) -> Piece<'static> {
        match RecordHeader::parse(&head) {
            Some(header) => {
                self.left = Some(header.len);
                Piece::Begin(header)
            }
            None => {
                self.dead = true;
                Piece::NotRecord(head)
            }
        }
    }

    fn body<'a>(&mut self, bytes: &mut &'a [u8], left: u16) -> Option<Piece<'a>> {
        if left == 0 {
            self.left = None;
            return Some(Piece::End);
        }
        let (body, rest) = bytes.split_at(bytes.len().min(usize::from(left)));
        if body.is_empty() {
            return None;
        }
        *bytes = rest;
        self.left = Some(left - body.len() as u16);
        Some(Piece::Body(body))
    }

    /// Moves to where a record begins, or drops the bytes.
    fn search(&mut self, bytes: &mut &[u8]) {
        let found = (0..bytes.len()).find_map(|i| bytes.get(i..).filter(|rest| is_chain(rest, i == 0)));
        self.searched += bytes.len();
        self.searching = found.is_none();
        self.dead |= self.searching && self.searched > MAX_SEARCH;
        *bytes = found.unwrap_or_default();
    }
}

/// Headers follow each other to the end of `bytes`. A single one counts only at a segment's start, or where its record
/// ends with the segment.
fn is_chain(bytes: &[u8], at_start: bool) -> bool {
    let mut rest = bytes;
    let mut headers = 0;
    loop {
        if rest.is_empty() {
            return headers > 0;
        }
        if rest.len() < RecordHeader::LEN {
            return headers > 1 && RecordHeader::may_start(rest);
        }
        let Some(header) = RecordHeader::parse(rest).filter(|h| h.version.0 > 0x0300) else { return false };
        headers += 1;
        match rest.get(RecordHeader::LEN + usize::from(header.len)..) {
            Some(next) => rest = next,
            None => return at_start || headers > 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[u8] = &[22, 3, 3, 0, 2, 0xaa, 0xbb, 23, 3, 3, 0, 3, 1, 2, 3];

    fn read(records: &mut Records, mut bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (mut kinds, mut bodies) = (Vec::new(), Vec::new());
        while let Some(piece) = records.next(&mut bytes) {
            match piece {
                Piece::Begin(header) => kinds.push(header.content.0),
                Piece::Body(body) => bodies.extend_from_slice(body),
                Piece::End => kinds.push(0),
                Piece::NotRecord(_) => kinds.push(255),
            }
        }
        (kinds, bodies)
    }

    #[test]
    fn records_are_found_wherever_the_segments_are_cut() {
        for cut in 0..TWO.len() {
            let mut records = Records::default();
            let (head, tail) = TWO.split_at(cut);
            let (mut kinds, mut bodies) = read(&mut records, head);
            let (more, rest) = read(&mut records, tail);
            kinds.extend(more);
            bodies.extend(rest);
            assert_eq!((kinds, bodies), (vec![22, 0, 23, 0], vec![0xaa, 0xbb, 1, 2, 3]), "cut at {cut}");
        }
    }

    #[test]
    fn a_gap_inside_a_record_is_bridged_by_its_length() {
        let mut records = Records::default();
        read(&mut records, &TWO[..5]);
        assert_eq!(records.gap(2), Damage::InRecord);
        assert_eq!(read(&mut records, &TWO[7..]).0, [0, 23, 0]);
    }

    #[test]
    fn after_a_gap_across_records_the_next_chain_of_headers_is_taken() {
        let mut records = Records::default();
        read(&mut records, &TWO[..6]);
        assert_eq!(records.gap(100), Damage::Records);
        let mut bytes = vec![9, 9, 9];
        bytes.extend_from_slice(TWO);
        assert_eq!(read(&mut records, &bytes).0, [22, 0, 23, 0]);
    }

    #[test]
    fn bytes_that_are_no_record_end_the_direction() {
        let mut records = Records::default();
        assert_eq!(read(&mut records, b"HTTP/1.1 400 Bad Request").0, [255]);
        assert_eq!(read(&mut records, TWO).0, Vec::<u8>::new());
    }
}
