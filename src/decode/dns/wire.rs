//! The cheap look at a message: header, first question and the records' envelopes, without allocating.
//!
//! Most messages need no more: id, flags, name, type, response code, least TTL. It reads as far as the bytes go, so it
//! is also what is left of a message that no parser accepts.

use std::ops::Range;

use super::header::{HEADER_LEN, Header, Rcode};
use super::name::Name;
use super::rtype::{Class, Rtype};

/// The outside of a message.
#[derive(Debug, Clone)]
pub struct Outline<'a> {
    /// The message as captured.
    pub bytes: &'a [u8],
    /// Its header.
    pub header: Header,
    /// Its first question; `None` when there is none or it cannot be read.
    pub question: Option<RawQuestion<'a>>,
    /// Where the records begin; `None` when the questions cannot be read to their end.
    records_at: Option<usize>,
}

impl<'a> Outline<'a> {
    /// Looks at a message; `None` when it is shorter than a header.
    #[must_use]
    #[inline(always)]
    pub fn read(bytes: &'a [u8]) -> Option<Outline<'a>> {
        let header = Header::read(bytes)?;
        let (question, at) = match header.counts[0] {
            0 => (None, Some(HEADER_LEN)),
            count => match RawQuestion::with_end(bytes, HEADER_LEN) {
                Some((question, end)) => (Some(question), skip_questions(bytes, end, count - 1)),
                None => (None, skip_questions(bytes, HEADER_LEN, count)),
            },
        };
        Some(Outline { bytes, header, question, records_at: at })
    }

    /// The records, as far as they can be read.
    #[must_use]
    pub fn records(&self) -> RawRecords<'a> {
        let [_, answers, authority, additional] = self.header.counts;
        let (at, broken) = match self.records_at {
            Some(at) => (at, None),
            None => (self.bytes.len(), Some(Fault::Question)),
        };
        RawRecords { bytes: self.bytes, at, left: [answers, authority, additional], broken }
    }

    /// The first thing that is wrong with the envelope; `None` for a message that is whole.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let mut records = self.records();
        records.by_ref().for_each(drop);
        records.fault()
    }

    /// The response code with its extension by the OPT record (RFC 6891 §6.1.3).
    #[must_use]
    pub fn rcode(&self, opt: Option<&RawRecord<'_>>) -> Rcode {
        let high = opt.map_or(0, |opt| (opt.ttl_field >> 24) as u16);
        Rcode(high << 4 | self.header.rcode().0)
    }
}

/// The offset behind so many questions at `at`.
fn skip_questions(bytes: &[u8], at: usize, count: u16) -> Option<usize> {
    (0..count).try_fold(at, |at, _| Name::skip(bytes, at).map(|end| end + 4).filter(|end| *end <= bytes.len()))
}

/// What is wrong with a message's envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Shorter than a header.
    Header,
    /// A question is cut or its name cannot be read.
    Question,
    /// A record's owner, type, class, TTL or length cannot be read.
    Record,
    /// A record's data runs past the message.
    Data,
    /// Bytes follow the last record.
    Trailing,
}

impl Fault {
    /// The fault in words.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Fault::Header => "shorter than a header",
            Fault::Question => "a question cannot be read",
            Fault::Record => "a record cannot be read",
            Fault::Data => "a record's data runs past the message",
            Fault::Trailing => "bytes after the last record",
        }
    }
}

/// A question, not copied.
#[derive(Debug, Clone, Copy)]
pub struct RawQuestion<'a> {
    /// The name asked for.
    pub name: Name<'a>,
    /// The type asked for.
    pub rtype: Rtype,
    /// The class, without the top bit.
    pub class: Class,
    /// The top bit of the class: a unicast response is welcome (RFC 6762 §5.4).
    pub unicast: bool,
}

impl<'a> RawQuestion<'a> {
    /// Reads the question at `at`.
    #[must_use]
    pub fn read(bytes: &'a [u8], at: usize) -> Option<RawQuestion<'a>> {
        Self::with_end(bytes, at).map(|(question, _)| question)
    }

    /// The question at `at` and the offset behind it.
    fn with_end(bytes: &'a [u8], at: usize) -> Option<(RawQuestion<'a>, usize)> {
        let (name, end) = Name::read(bytes, at)?;
        let (rtype, class) = (Rtype(word(bytes, end)?), word(bytes, end + 2)?);
        let question = RawQuestion { name, rtype, class: Class(class & 0x7fff), unicast: class & 0x8000 != 0 };
        Some((question, end + 4))
    }
}

/// A section of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Answers (prerequisites of an update).
    Answer,
    /// Authority (updates).
    Authority,
    /// Additional.
    Additional,
}

/// A record's envelope.
#[derive(Debug, Clone)]
pub struct RawRecord<'a> {
    /// The message it is in.
    pub bytes: &'a [u8],
    /// Its section.
    pub section: Section,
    /// Offset of its owner name.
    pub at: usize,
    /// Its type.
    pub rtype: Rtype,
    /// The class field; the buffer size of an OPT record.
    pub class_field: u16,
    /// The TTL field; extension, version and flags of an OPT record.
    pub ttl_field: u32,
    /// Where its data are in the message.
    pub data: Range<usize>,
}

impl<'a> RawRecord<'a> {
    /// Its owner; `None` when a pointer leads nowhere.
    #[must_use]
    pub fn name(&self) -> Option<Name<'a>> {
        Name::read(self.bytes, self.at).map(|(name, _)| name)
    }

    /// Its data.
    #[must_use]
    pub fn data(&self) -> &'a [u8] {
        self.bytes.get(self.data.clone()).unwrap_or_default()
    }

    /// Seconds that it may be cached.
    #[must_use]
    pub fn ttl(&self) -> u32 {
        effective_ttl(self.ttl_field)
    }
}

/// The TTL that counts: with the top bit set it is treated as zero (RFC 2181 §8).
#[must_use]
pub fn effective_ttl(field: u32) -> u32 {
    if field > i32::MAX as u32 { 0 } else { field }
}

/// Iterates over the envelopes of all records.
#[derive(Debug, Clone)]
pub struct RawRecords<'a> {
    bytes: &'a [u8],
    at: usize,
    left: [u16; 3],
    broken: Option<Fault>,
}

impl<'a> RawRecords<'a> {
    /// What stopped the iteration early; meaningful after its end.
    #[must_use]
    pub fn broken(&self) -> Option<Fault> {
        self.broken
    }

    /// The first thing that is wrong with the envelope; meaningful after the iteration's end.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self.broken {
            None if self.at < self.bytes.len() => Some(Fault::Trailing),
            broken => broken,
        }
    }

    /// Offset of the record that comes next, or that could not be read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// The section of that record.
    #[must_use]
    pub fn section(&self) -> Option<Section> {
        let i = self.left.iter().position(|n| *n > 0)?;
        Some([Section::Answer, Section::Authority, Section::Additional][i])
    }

    /// The next record, of a section of which those before it have no more.
    #[inline]
    pub fn next_of(&mut self, section: Section) -> Option<RawRecord<'a>> {
        let left = self.left[section as usize].checked_sub(1)?;
        if self.broken.is_some() {
            return None;
        }
        let Some((record, length)) = envelope(self.bytes, self.at, section) else {
            self.broken = Some(Fault::Record);
            return None;
        };
        if record.data.len() < length {
            self.broken = Some(Fault::Data);
            return None;
        }
        self.at = record.data.end;
        self.left[section as usize] = left;
        Some(record)
    }
}

impl<'a> Iterator for RawRecords<'a> {
    type Item = RawRecord<'a>;

    fn next(&mut self) -> Option<RawRecord<'a>> {
        self.next_of(self.section()?)
    }
}

/// The envelope of the record at `at` and the length that it gives for its data; the data end where the message does.
#[must_use]
#[inline]
pub fn envelope(bytes: &[u8], at: usize, section: Section) -> Option<(RawRecord<'_>, usize)> {
    let fixed = Name::skip(bytes, at)?;
    let [type_high, type_low, class_high, class_low, ttl @ .., length_high, length_low] =
        *bytes.get(fixed..)?.first_chunk::<10>()?;
    let rtype = Rtype(u16::from_be_bytes([type_high, type_low]));
    let class_field = u16::from_be_bytes([class_high, class_low]);
    let length = usize::from(u16::from_be_bytes([length_high, length_low]));
    let start = fixed + 10;
    let data = start..(start + length).min(bytes.len());
    Some((RawRecord { bytes, section, at, rtype, class_field, ttl_field: u32::from_be_bytes(ttl), data }, length))
}

/// The 16 bits at an offset.
#[must_use]
pub fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::testing::{Build, a, hex};
    use super::*;

    #[test]
    fn sees_question_and_records_without_parsing_them() {
        let message = Build::response(7).ask("www.example.com", 1).answer(a("www.example.com", 60, 1)).bytes();
        let outline = Outline::read(&message).unwrap();
        let question = outline.question.unwrap();
        assert_eq!((question.name.to_string(), question.rtype), ("www.example.com".into(), Rtype::A));
        let records: Vec<_> = outline.records().collect();
        assert_eq!((records.len(), records[0].ttl(), records[0].data()), (1, 60, &[192, 0, 2, 1][..]));
        assert_eq!(outline.fault(), None);
    }

    #[test]
    fn every_cut_gives_what_is_before_it() {
        let message = Build::response(7).ask("a.test", 1).answer(a("a.test", 60, 1)).answer(a("a.test", 60, 2)).bytes();
        for cut in HEADER_LEN..message.len() {
            let outline = Outline::read(&message[..cut]).unwrap();
            assert!(outline.fault().is_some(), "{cut}");
            assert_eq!(outline.question.is_some(), cut >= 24, "{cut}");
            assert!(outline.records().count() < 2);
        }
    }

    #[test]
    fn counts_of_65535_end_at_once() {
        let message = hex("0001 8180 ffff ffff ffff ffff");
        let outline = Outline::read(&message).unwrap();
        assert_eq!((outline.fault(), outline.records().count()), (Some(Fault::Question), 0));
    }

    #[test]
    fn a_ttl_with_the_top_bit_counts_as_zero() {
        assert_eq!([0x8000_0000, u32::MAX, 0x7fff_ffff].map(effective_ttl), [0, 0, 0x7fff_ffff]);
    }

    #[test]
    fn bytes_after_the_last_record_are_noticed() {
        let mut message = Build::query(1).ask("a.test", 1).bytes();
        message.push(0);
        assert_eq!(Outline::read(&message).unwrap().fault(), Some(Fault::Trailing));
    }
}
