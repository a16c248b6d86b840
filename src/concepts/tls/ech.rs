//! `tls.ech`: Encrypted ClientHello.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// ECH encrypts the real hello inside an outer one that names a public host. Clients also send a meaningless
/// extension of the same shape (GREASE), so that using ECH does not stand out.
    ECH {
        id: "tls.ech",
        title: "Encrypted ClientHello",
        section: 5,
        severity: Info,
        rfcs: ["RFC 9849"],
        filter: "tls.handshake.extension.type==0xfe0d",
        question: "How can the server name be hidden, and what does an observer still see?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let offer = tls.offer.as_deref()?;
    let ech = offer.ech?;
    Some(
        Evidence::at(offer.at)
            .with("config_id", ech.config_id)
            .with("payload_bytes", ech.payload_bytes)
            .maybe("outer_name", tls.server_name()),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "The hello carries an ECH extension (config {}, {}), real or GREASE: the wire does not tell. Outer name: \"{}\".",
        f.first.int("config_id"),
        bytes(f.first.int("payload_bytes") as u64),
        f.first.text("outer_name")
    )
}

fn answer(f: &Finding) -> String {
    format!("The inner hello is encrypted; the outer name \"{}\" stays readable.", f.first.text("outer_name"))
}
