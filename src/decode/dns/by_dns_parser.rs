//! Messages as `dns-parser` reads them, where it can be trusted to read all of them.
//!
//! Left to `domain`: names with a dot inside a label (the crate prints it like a boundary), types whose number it does
//! not give back, odd data lengths, counts that no message can hold (it reserves memory by them), and names that need
//! more pointers than a legal one (it follows them one stack frame each).

use dns_parser::{Packet, RData, ResourceRecord};

use super::edns::Edns;
use super::message::{Message, Question, Reader, Record};
use super::name::Name;
use super::rdata::{Data, Soa};
use super::rtype::{Class, Rtype};
use super::text;
use super::wire::{Fault, Outline, RawRecord, Section, effective_ttl};

/// Reads a message; `None` when it is not for this parser.
pub(super) fn read(outline: &Outline<'_>) -> Option<Message> {
    if !suits(outline) {
        return None;
    }
    let packet = Packet::parse(outline.bytes).ok()?;
    let questions = packet.questions.iter().map(|q| Question {
        name: escaped(&q.qname),
        rtype: Rtype(q.qtype as u16),
        class: Class(q.qclass as u16),
        unicast: q.prefer_unicast,
    });
    let section = |records: &[ResourceRecord<'_>]| records.iter().map(record).collect::<Option<Vec<_>>>();
    let edns = packet.opt.as_ref().map(|opt| {
        let data = if let RData::Unknown(data) = opt.data { data } else { &[] };
        let ttl = u32::from_be_bytes([opt.extrcode, opt.version, (opt.flags >> 8) as u8, opt.flags as u8]);
        Edns::read(opt.udp, ttl, data)
    });
    Some(Message {
        header: outline.header,
        questions: questions.collect(),
        sections: [section(&packet.answers)?, section(&packet.nameservers)?, section(&packet.additional)?],
        edns,
        fault: outline.fault(),
        reader: Reader::DnsParser,
    })
}

/// Whether the crate reads this message without loss.
fn suits(outline: &Outline<'_>) -> bool {
    let body = outline.bytes.get(super::header::HEADER_LEN..).unwrap_or_default();
    let whole = matches!(outline.fault(), None | Some(Fault::Trailing));
    whole && !body.contains(&b'.') && questions_suit(outline) && outline.records().all(|record| suits_record(&record))
}

fn questions_suit(outline: &Outline<'_>) -> bool {
    let mut at = super::header::HEADER_LEN;
    (0..outline.header.counts[0]).all(|_| match Name::read(outline.bytes, at) {
        Some((_, end)) => {
            at = end + 4;
            true
        }
        None => false,
    })
}

fn suits_record(record: &RawRecord<'_>) -> bool {
    let names = |skip: usize, count: usize, tail: usize| {
        let mut at = record.data.start + skip;
        (0..count).all(|_| match Name::read(record.bytes, at) {
            Some((_, end)) => {
                at = end;
                true
            }
            None => false,
        }) && at + tail == record.data.end
    };
    let data = match record.rtype {
        Rtype::A => record.data.len() == 4,
        Rtype::AAAA => record.data.len() == 16,
        Rtype::NS | Rtype::CNAME | Rtype::PTR => names(0, 1, 0),
        Rtype::MX => names(2, 1, 0),
        Rtype::SRV => names(6, 1, 0),
        Rtype::SOA => names(0, 2, 20),
        Rtype::TXT => !record.data.is_empty(),
        Rtype::OPT => return record.section == Section::Additional && record.bytes.get(record.at) == Some(&0),
        _ => false,
    };
    data && record.name().is_some()
}

fn record(record: &ResourceRecord<'_>) -> Option<Record> {
    let (rtype, data) = match &record.data {
        RData::A(a) => (Rtype::A, Data::A(a.0)),
        RData::AAAA(aaaa) => (Rtype::AAAA, Data::Aaaa(aaaa.0)),
        RData::CNAME(n) => (Rtype::CNAME, Data::Name(escaped(&n.0))),
        RData::NS(n) => (Rtype::NS, Data::Name(escaped(&n.0))),
        RData::PTR(n) => (Rtype::PTR, Data::Name(escaped(&n.0))),
        RData::MX(mx) => (Rtype::MX, Data::Mx { preference: mx.preference, exchange: escaped(&mx.exchange) }),
        RData::SRV(srv) => {
            let (priority, weight, port) = (srv.priority, srv.weight, srv.port);
            (Rtype::SRV, Data::Srv { priority, weight, port, target: escaped(&srv.target) })
        }
        RData::SOA(soa) => (
            Rtype::SOA,
            Data::Soa(Box::new(Soa {
                primary: escaped(&soa.primary_ns),
                mailbox: escaped(&soa.mailbox),
                serial: soa.serial,
                refresh: soa.refresh,
                retry: soa.retry,
                expire: soa.expire,
                minimum: soa.minimum_ttl,
            })),
        ),
        RData::TXT(txt) => (Rtype::TXT, Data::Txt(txt.iter().map(<[u8]>::to_vec).collect())),
        RData::Unknown(_) => return None,
    };
    Some(Record {
        name: escaped(&record.name),
        rtype,
        class: Class(record.cls as u16),
        flush: record.multicast_unique,
        ttl: effective_ttl(record.ttl),
        data,
    })
}

/// The crate prints labels as they are; no dot is inside one here, so they can be told apart again.
fn escaped(name: &dns_parser::Name<'_>) -> String {
    let text = name.to_string();
    text::name(text.split('.').map(str::as_bytes).filter(|label| !label.is_empty()))
}
