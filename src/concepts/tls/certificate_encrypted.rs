//! `tls.certificate-encrypted`: Certificate hidden.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// It travels in the encrypted flight after the ServerHello; only the flight's size shows.
    CERTIFICATE_ENCRYPTED {
        id: "tls.certificate-encrypted",
        title: "Certificate hidden",
        section: 5,
        severity: Info,
        rfcs: ["RFC 8446 §4.4.2"],
        filter: "tls.handshake.type==2",
        question: "Where is the certificate in a TLS 1.3 trace?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let choice =
        tls.choice.as_ref().filter(|_| tls.is_13() && tls.certificates.is_empty() && tls.server_flight_bytes > 0)?;
    if tls.resumed == Some(true) {
        return None;
    }
    Some(Evidence::at(choice.at).with("flight_bytes", tls.server_flight_bytes))
}

fn explain(f: &Finding) -> String {
    format!(
        "It is inside the {} that the server sent encrypted after its hello.",
        bytes(f.first.int("flight_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!("In the encrypted flight of {}.", bytes(f.first.int("flight_bytes") as u64))
}
