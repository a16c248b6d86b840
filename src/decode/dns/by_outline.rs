//! What can be read of a message that no parser accepts: questions and records up to the place where it breaks, and
//! there the part of a record that is still there.

use super::edns::Edns;
use super::header::HEADER_LEN;
use super::message::{Message, Question, Reader, Record};
use super::rdata::Data;
use super::rtype::{Class, Rtype};
use super::wire::{Outline, RawQuestion, RawRecord, Section, envelope};
use super::{name::Name, wire::Fault};

/// Reads as far as it goes.
pub(super) fn read(outline: &Outline<'_>) -> Message {
    let mut message = Message {
        header: outline.header,
        questions: questions(outline),
        sections: Default::default(),
        edns: None,
        fault: outline.fault(),
        reader: Reader::Raw,
    };
    let mut records = outline.records();
    for raw in records.by_ref() {
        take(&mut message, &raw);
    }
    if records.broken() == Some(Fault::Data)
        && let Some(section) = records.section()
        && let Some((cut, _)) = envelope(outline.bytes, records.position(), section)
    {
        let data = Data::Opaque(cut.data().to_vec());
        message.sections[section as usize].push(record(&cut, data));
    }
    message
}

fn questions(outline: &Outline<'_>) -> Vec<Question> {
    let (mut at, mut out) = (HEADER_LEN, Vec::new());
    for _ in 0..outline.header.counts[0] {
        let (Some(raw), Some(end)) = (RawQuestion::read(outline.bytes, at), Name::skip(outline.bytes, at)) else {
            break;
        };
        at = end + 4;
        out.push(Question { name: raw.name.to_string(), rtype: raw.rtype, class: raw.class, unicast: raw.unicast });
    }
    out
}

fn take(message: &mut Message, raw: &RawRecord<'_>) {
    if raw.rtype == Rtype::OPT && raw.section == Section::Additional && message.edns.is_none() {
        message.edns = Some(Edns::read(raw.class_field, raw.ttl_field, raw.data()));
    } else {
        let data = Data::read(raw.rtype, raw.bytes, raw.data.clone());
        message.sections[raw.section as usize].push(record(raw, data));
    }
}

/// A record whose owner cannot be read is shown with an empty one; a readable name is never empty.
fn record(raw: &RawRecord<'_>, data: Data) -> Record {
    Record {
        name: raw.name().map(|name| name.to_string()).unwrap_or_default(),
        rtype: raw.rtype,
        class: Class(raw.class_field & 0x7fff),
        flush: raw.class_field & 0x8000 != 0,
        ttl: raw.ttl(),
        data,
    }
}
