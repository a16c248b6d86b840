//! Messages as `domain` reads them: any label, any type, any class, as long as the envelope is whole.

use domain::base::{Message as Parsed, ParsedName, ParsedRecord};
use domain::rdata::AllRecordData;

use super::edns::Edns;
use super::message::{Message, Question, Reader, Record};
use super::rdata::{Data, from_domain};
use super::rtype::{Class, Rtype};
use super::text;
use super::wire::{Outline, RawRecord, Section, effective_ttl};

/// Reads a message; `None` when its envelope is not whole.
pub(super) fn read(outline: &Outline<'_>) -> Option<Message> {
    let parsed = Parsed::from_slice(outline.bytes).ok()?;
    let mut questions = Vec::new();
    for question in parsed.question() {
        let question = question.ok()?;
        let class = question.qclass().to_int();
        questions.push(Question {
            name: labels(question.qname()),
            rtype: Rtype(question.qtype().to_int()),
            class: Class(class & 0x7fff),
            unicast: class & 0x8000 != 0,
        });
    }
    let mut message = Message {
        header: outline.header,
        questions,
        sections: Default::default(),
        edns: None,
        fault: outline.fault(),
        reader: Reader::Domain,
    };
    // `domain` does not say where a record's data are; the envelopes, walked alongside, do.
    let mut envelopes = outline.records();
    let mut section = parsed.answer().ok()?;
    for i in 0..3 {
        for record in section.by_ref() {
            take(&mut message, i, &record.ok()?, &envelopes.next()?);
        }
        section = match section.next_section().ok()? {
            Some(next) => next,
            None => break,
        };
    }
    Some(message)
}

fn take(message: &mut Message, section: usize, record: &ParsedRecord<'_, [u8]>, envelope: &RawRecord<'_>) {
    if envelope.rtype == Rtype::OPT && envelope.section == Section::Additional && message.edns.is_none() {
        message.edns = Some(Edns::read(envelope.class_field, envelope.ttl_field, envelope.data()));
        return;
    }
    let parsed = record.to_any_record::<AllRecordData<_, ParsedName<_>>>().ok();
    let data = parsed.and_then(|parsed| from_domain(parsed.data()));
    let class = record.class().to_int();
    message.sections[section].push(Record {
        name: labels(&record.owner()),
        rtype: Rtype(record.rtype().to_int()),
        class: Class(class & 0x7fff),
        flush: class & 0x8000 != 0,
        ttl: effective_ttl(record.ttl().as_secs()),
        data: data.unwrap_or_else(|| Data::read(envelope.rtype, envelope.bytes, envelope.data.clone())),
    });
}

fn labels<Octs: AsRef<[u8]>>(parsed: &ParsedName<Octs>) -> String {
    text::name(parsed.iter().filter(|label| !label.is_root()).map(|label| label.as_slice()))
}
