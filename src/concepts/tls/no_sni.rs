//! `tls.no-sni`: No server name.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A server with several certificates cannot know which one to present and falls back to a default; name-based
/// routing does not work.
    NO_SNI {
        id: "tls.no-sni",
        title: "No server name",
        section: 5,
        severity: Note,
        rfcs: ["RFC 6066 §3"],
        filter: "tls.handshake.type==1 && !tls.handshake.extensions_server_name",
        question: "What can go wrong without SNI?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let offer = tls.offer.as_deref().filter(|o| !o.sslv2 && o.whole)?;
    if tls.sni.is_some() {
        return None;
    }
    Some(Evidence::at(offer.at))
}

fn explain(_: &Finding) -> String {
    "The ClientHello names no server.".to_owned()
}

fn answer(_: &Finding) -> String {
    "The default certificate is sent, which may not fit; routing by name is impossible.".to_owned()
}
