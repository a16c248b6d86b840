//! Messages of every kind, read with `domain`: all record types, escaped names, and those cut short.

use domain::base::name::ParsedName;
use domain::base::record::ParsedRecord;
use domain::base::{Message as Parsed, UnknownRecordData};
use domain::rdata::AllRecordData;

use super::header::Header;
use super::names::{presentation, quoted, type_name};
use super::{Answer, Message, Question};

/// Records read of one message: as many as 65,535 bytes can hold of A records with compressed names; later ones are
/// not listed.
const ANSWERS: usize = 4096;

/// What can be read of the message.
pub(super) fn parse(header: &Header, bytes: &[u8]) -> Message {
    let mut message = Message {
        id: header.id,
        response: header.is_response(),
        rcode: header.rcode(),
        question: None,
        answers: Vec::new(),
    };
    let Ok(parsed) = Parsed::from_slice(bytes) else { return message };
    message.question = parsed
        .question()
        .next()
        .and_then(Result::ok)
        .map(|q| Question { name: presentation(q.qname()), kind: type_name(q.qtype().to_int()) });
    if let Some(opt) = parsed.opt() {
        message.rcode = opt.rcode(parsed.header()).to_int();
    }
    if let Ok(answers) = parsed.answer() {
        message.answers = answers.take(ANSWERS).map_while(Result::ok).filter_map(|r| answer(&r)).collect();
    }
    message
}

/// A record; `None` where its owner cannot be read.
fn answer(record: &ParsedRecord<'_, [u8]>) -> Option<Answer> {
    let data = match record.to_any_record::<AllRecordData<_, ParsedName<_>>>() {
        Ok(known) => text(known.data()),
        // Data that its type does not allow is told as bytes (RFC 3597 §5), as in an update's empty records.
        Err(_) => record.to_record::<UnknownRecordData<_>>().ok()??.data().to_string(),
    };
    // RFC 2181 §8: a time to live with the highest bit set is zero.
    let ttl = Some(record.ttl().as_secs()).filter(|&ttl| ttl <= i32::MAX as u32).unwrap_or(0);
    let kind = type_name(record.rtype().to_int());
    Some(Answer { name: presentation(&record.owner()), kind, ttl, data })
}

fn text(data: &AllRecordData<&[u8], ParsedName<&[u8]>>) -> String {
    match data {
        AllRecordData::Cname(d) => presentation(d.cname()),
        AllRecordData::Ns(d) => presentation(d.nsdname()),
        AllRecordData::Ptr(d) => presentation(d.ptrdname()),
        AllRecordData::Dname(d) => presentation(d.dname()),
        AllRecordData::Mx(d) => format!("{} {}", d.preference(), presentation(d.exchange())),
        AllRecordData::Srv(d) => {
            format!("{} {} {} {}", d.priority(), d.weight(), d.port(), presentation(d.target()))
        }
        AllRecordData::Txt(d) => d.iter().map(quoted).collect::<Vec<_>>().join(" "),
        AllRecordData::Soa(d) => {
            let (primary, mailbox) = (presentation(d.mname()), presentation(d.rname()));
            let times = [d.refresh(), d.retry(), d.expire(), d.minimum()].map(|t| t.as_secs().to_string()).join(" ");
            format!("{primary} {mailbox} {} {times}", d.serial())
        }
        other => other.to_string(),
    }
}
