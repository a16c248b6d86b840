//! `dns.truncated`: Truncated answer.

use super::{evidence, exchange};
use crate::concepts::text::{bytes, duration};
use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::decode::dns::HeaderFlags;
use crate::track::app::dns::{DnsExchange, Protocol};
use crate::track::{ConvId, Conversation, Event, Kind, ms};

concept! {
/// An answer that does not fit the client's buffer comes with TC set, and the client asks again over TCP: two more
/// round trips, and nothing at all where a firewall lets only UDP through.
    TRUNCATED {
        id: "dns.truncated",
        title: "Truncated answer",
        section: 7,
        severity: Note,
        rfcs: ["RFC 2181 §9", "RFC 7766 §5"],
        filter: "dns.flags.truncated==1 && dns.flags.response==1",
        question: "When does DNS use TCP?",
        rule: Rule::Event(&[Kind::Dns], rule),
        needs: [OddDns],
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let x = exchange(e)?;
    match x.protocol {
        Protocol::Udp => cut(x),
        Protocol::Tcp => again(x),
        Protocol::Mdns | Protocol::Llmnr => None,
    }
}

/// The truncated answer.
fn cut(x: &DnsExchange) -> Option<Evidence> {
    let response = x.response.as_ref().filter(|r| r.header.flags.has(HeaderFlags::TC))?;
    let room = x.query.map(|q| q.edns.map_or(512, |edns| edns.udp_size.max(512)));
    Some(evidence(x).with("response_bytes", response.message.len()).maybe("room_bytes", room))
}

/// The same question over TCP: more of the same finding.
fn again(x: &DnsExchange) -> Option<Evidence> {
    let (at, conversation) = x.lookup?.truncated?;
    let response = x.response.as_ref()?;
    let asked = x.query?.at.ts;
    Some(
        evidence(x)
            .frame(at.frame)
            .about(Subject::Conversation(ConvId(conversation)))
            .with("truncated_frame", at.frame)
            .with("retried_over_tcp", true)
            .with("whole_bytes", response.message.len())
            .with("cost_ms", ms(response.at.ts.since(at.ts)))
            .with("asked_after_ms", ms(asked.since(at.ts)))
            .weight(1.0)
            .times(0_u64),
    )
}

fn explain(f: &Finding) -> String {
    let (cut, whole) = (&f.first, &f.worst);
    let size = match cut.has("room_bytes") {
        true => format!("the client takes {}", bytes(cut.int("room_bytes") as u64)),
        false => "the answer did not fit".to_owned(),
    };
    let (kind, name) = (cut.text("type"), cut.text("name"));
    let said = format!("{} answered {kind} {name} with TC set ({size})", cut.text("server"));
    if !whole.is("retried_over_tcp") {
        return format!("{said}. The same question over TCP is not in the capture.");
    }
    format!(
        "{said}. Asked again over TCP, the answer has {} and came {} later.",
        bytes(whole.int("whole_bytes") as u64),
        duration(whole.num("cost_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let cost = match f.worst.is("retried_over_tcp") {
        true => format!("here it took {} more", duration(f.worst.num("cost_ms"))),
        false => "here that did not happen in sight".to_owned(),
    };
    format!("When an answer over UDP has TC set, and for zone transfers; {cost}.")
}
