//! Ordinary messages, read with `dns-parser`.

use dns_parser::{Packet, RData, ResourceRecord, ResponseCode};

use super::names::{presentation, quoted, type_name};
use super::{Answer, Message, Question};

/// The message; `None` where the parser rejects it or prints names or data otherwise than in presentation form.
pub(super) fn parse(bytes: &[u8]) -> Option<Message> {
    // It prints a dot inside a label like the one between labels.
    if bytes.get(12..).is_some_and(|body| body.contains(&b'.')) {
        return None;
    }
    let packet = Packet::parse(bytes).ok()?;
    let question = match packet.questions.first() {
        Some(q) => Some(Question { name: name(&q.qname)?, kind: type_name(q.qtype as u16) }),
        None => None,
    };
    let extended = packet.opt.as_ref().map_or(0, |opt| u16::from(opt.extrcode) << 4);
    Some(Message {
        id: packet.header.id,
        response: !packet.header.query,
        rcode: extended | rcode(packet.header.response_code),
        question,
        answers: packet.answers.iter().map(answer).collect::<Option<_>>()?,
    })
}

fn rcode(code: ResponseCode) -> u16 {
    u16::from(<ResponseCode as Into<u8>>::into(code))
}

fn answer(record: &ResourceRecord<'_>) -> Option<Answer> {
    let (kind, data) = match &record.data {
        RData::A(a) => ("A", a.0.to_string()),
        RData::AAAA(a) => ("AAAA", a.0.to_string()),
        RData::CNAME(target) => ("CNAME", name(&target.0)?),
        RData::NS(target) => ("NS", name(&target.0)?),
        RData::PTR(target) => ("PTR", name(&target.0)?),
        RData::MX(mx) => ("MX", format!("{} {}", mx.preference, name(&mx.exchange)?)),
        RData::SRV(s) => ("SRV", format!("{} {} {} {}", s.priority, s.weight, s.port, name(&s.target)?)),
        RData::TXT(txt) => ("TXT", txt.iter().map(quoted).collect::<Vec<_>>().join(" ")),
        RData::SOA(s) => {
            let (primary, mailbox) = (name(&s.primary_ns)?, name(&s.mailbox)?);
            let times = format!("{} {} {} {} {}", s.serial, s.refresh, s.retry, s.expire, s.minimum_ttl);
            ("SOA", format!("{primary} {mailbox} {times}"))
        }
        RData::Unknown(_) => return None,
    };
    Some(Answer { name: name(&record.name)?, kind: kind.to_owned(), ttl: record.ttl, data })
}

/// A name whose characters need no escape.
fn name(name: &dns_parser::Name<'_>) -> Option<String> {
    let text = presentation(name);
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'*');
    text.bytes().all(plain).then_some(text)
}
