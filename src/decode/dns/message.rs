//! A message read in full, and by which parser.
//!
//! `dns-parser` reads what it can, `domain` what `dns-parser` rejects, and the raw reader what both reject, as far as the
//! bytes go. All three give the same view, so that nobody downstream needs to know; a test holds the first two to it.

use std::fmt;

use super::edns::Edns;
use super::header::{Header, Rcode};
use super::rdata::Data;
use super::rtype::{Class, Rtype};
use super::wire::{Fault, Outline};
use super::{by_dns_parser, by_domain, by_outline};

/// A message in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its header.
    pub header: Header,
    /// Its questions.
    pub questions: Vec<Question>,
    /// Answer, authority and additional records, without the first OPT record.
    pub sections: [Vec<Record>; 3],
    /// The OPT record.
    pub edns: Option<Edns>,
    /// The first thing that is wrong with it.
    pub fault: Option<Fault>,
    /// Who read it.
    pub reader: Reader,
}

/// Who read a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// The crate `dns-parser`.
    DnsParser,
    /// The crate `domain`, which knows more types and any label.
    Domain,
    /// Neither accepted it: what could be read.
    Raw,
}

impl Message {
    /// Reads a message; `None` when it is shorter than a header.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Message> {
        let outline = Outline::read(bytes)?;
        by_dns_parser::read(&outline).or_else(|| by_domain::read(&outline)).or_else(|| Some(by_outline::read(&outline)))
    }

    /// The records of the answer section.
    #[must_use]
    pub fn answers(&self) -> &[Record] {
        &self.sections[0]
    }

    /// The records of the authority section.
    #[must_use]
    pub fn authority(&self) -> &[Record] {
        &self.sections[1]
    }

    /// The records of the additional section without OPT.
    #[must_use]
    pub fn additional(&self) -> &[Record] {
        &self.sections[2]
    }

    /// The response code with its extension.
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        let high = self.edns.as_ref().map_or(0, |edns| edns.extended_rcode);
        Rcode(u16::from(high) << 4 | self.header.rcode().0)
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name in presentation form.
    pub name: String,
    /// The type.
    pub rtype: Rtype,
    /// The class, without the top bit.
    pub class: Class,
    /// The top bit: a unicast response is welcome (RFC 6762 §5.4).
    pub unicast: bool,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The owner in presentation form.
    pub name: String,
    /// The type.
    pub rtype: Rtype,
    /// The class, without the top bit.
    pub class: Class,
    /// The top bit: this replaces what is cached (RFC 6762 §10.2).
    pub flush: bool,
    /// Seconds that it may be cached; 0 where the top bit is set (RFC 2181 §8).
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// The record as a line of a zone file.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {} {}", self.name, self.ttl, self.class, self.rtype, self.data)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::testing::{Build, a, cname, hex, opt, record, soa};
    use super::*;

    fn read(build: &Build) -> Message {
        Message::read(&build.bytes()).unwrap()
    }

    fn lines(records: &[Record]) -> Vec<String> {
        records.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_ordinary_response_is_read_by_dns_parser() {
        let build = Build::response(1).ask("www.a.test", 1).answer(cname("www.a.test", 300, "b.test"));
        let message = read(&build.answer(a("b.test", 20, 7)).additional(opt(1232, 0, &[])));
        assert_eq!((message.reader, message.fault), (Reader::DnsParser, None));
        assert_eq!(lines(message.answers()), ["www.a.test 300 IN CNAME b.test", "b.test 20 IN A 192.0.2.7"]);
        assert_eq!((message.questions[0].name.as_str(), message.edns.unwrap().udp_size), ("www.a.test", 1232));
    }

    #[test]
    fn what_dns_parser_rejects_is_read_by_domain() {
        let caa = record("a.test", 257, 60, b"\x00\x05issueca.test");
        let message = read(&Build::response(1).ask("a.test", 257).answer(caa));
        assert_eq!(
            (message.reader, lines(message.answers())),
            (Reader::Domain, vec!["a.test 60 IN CAA 0 issue \"ca.test\"".into()])
        );
        let message = read(&Build::query(2).ask("caf\u{e9}.test", 1));
        assert_eq!((message.reader, message.questions[0].name.as_str()), (Reader::Domain, r"caf\195\169.test"));
    }

    #[test]
    fn a_dot_inside_a_label_is_no_boundary() {
        let message = hex("0000 0000 0001 0000 0000 0000 04 76312e32 05 6c6f63616c 00 000c 8001");
        let message = Message::read(&message).unwrap();
        assert_eq!(message.questions[0].name, r"v1\.2.local");
        assert!(message.questions[0].unicast);
    }

    #[test]
    fn a_cut_response_shows_what_is_there() {
        let build = Build::response(1).ask("a.test", 1).answer(a("a.test", 20, 7)).authority(soa("test", 60, 30));
        let whole = build.bytes();
        let message = Message::read(&whole[..whole.len() - 10]).unwrap();
        assert_eq!((message.reader, message.fault), (Reader::Raw, Some(Fault::Data)));
        assert_eq!(lines(message.answers()), ["a.test 20 IN A 192.0.2.7"]);
        let cut = &message.authority()[0];
        assert_eq!((cut.rtype, cut.ttl, matches!(cut.data, Data::Opaque(_))), (Rtype::SOA, 60, true));
        let message = Message::read(&whole[..20]).unwrap();
        assert_eq!((message.fault, message.questions.len()), (Some(Fault::Question), 0));
    }

    #[test]
    fn the_response_code_has_its_extension() {
        let build = Build::response(1).ask("a.test", 1).additional(opt(512, 0x0100_0000, &[]));
        assert_eq!(read(&build).rcode().to_string(), "BADVERS");
    }

    #[test]
    fn a_second_opt_record_stays_a_record() {
        let build = Build::query(1).ask("a.test", 1).additional(opt(512, 0, &[])).additional(opt(4096, 0, &[]));
        let message = read(&build);
        assert_eq!((message.edns.as_ref().unwrap().udp_size, message.additional().len()), (512, 1));
    }
}
