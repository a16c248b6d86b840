//! `tls.resumption`: Session resumption.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A ticket, a session id or a pre-shared key from an earlier connection lets both sides skip the certificates, and
/// in TLS 1.2 a round trip.
    RESUMPTION {
        id: "tls.resumption",
        title: "Session resumption",
        section: 5,
        severity: Info,
        rfcs: ["RFC 8446 §2.2", "RFC 5077"],
        filter: "tls.handshake.extensions.psk_identity || tls.handshake.session_ticket",
        question: "How does a client skip the certificates on its second visit?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let offer = tls.offer.as_deref()?;
    let choice = tls.choice.as_ref()?;
    let asked =
        offer.psks > 0 || offer.ticket_bytes.is_some_and(|n| n > 0) || (!tls.is_13() && !offer.session_id.is_empty());
    let resumed = tls.resumed?;
    (asked || resumed).then(|| {
        Evidence::at(choice.at)
            .frame(offer.at.frame)
            .with("resumed", resumed)
            .with("psks", offer.psks)
            .maybe("ticket_bytes", offer.ticket_bytes)
    })
}

fn explain(f: &Finding) -> String {
    if f.first.is("resumed") {
        "The server took the client's ticket, session or key: the session is resumed.".to_owned()
    } else {
        "The client offered an earlier session and the server did not take it: a full handshake.".to_owned()
    }
}

fn answer(f: &Finding) -> String {
    format!(
        "With a ticket or key from before; here it was {}.",
        if f.first.is("resumed") { "accepted" } else { "not accepted" }
    )
}
