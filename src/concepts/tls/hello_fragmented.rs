//! `tls.hello-fragmented`: ClientHello in several segments.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::app::tls::Transport;

concept! {
/// A hello with a post-quantum key share no longer fits one packet. Boxes that look for the server name in the
/// first packet only, and servers that read it in one call, fail on it.
    HELLO_FRAGMENTED {
        id: "tls.hello-fragmented",
        title: "ClientHello in several segments",
        section: 5,
        severity: Note,
        rfcs: ["RFC 8446 §5.1"],
        filter: "tls.handshake.type==1 && tcp.segment.count > 1",
        question: "Why did a larger key share break some middleboxes?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let offer = tls.offer.as_deref().filter(|o| o.frames > 1)?;
    Some(
        Evidence::at(offer.first)
            .frame(offer.at.frame)
            .with("hello_bytes", offer.bytes)
            .with("segments", offer.frames)
            .with("in", if tls.transport == Transport::Tcp { "segments" } else { "datagrams" }),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "The ClientHello of {} was spread over {} {}.",
        bytes(f.first.int("hello_bytes") as u64),
        f.first.int("segments"),
        f.first.text("in")
    )
}

fn answer(f: &Finding) -> String {
    format!("Because the hello spans packets: {} here.", f.first.int("segments"))
}
