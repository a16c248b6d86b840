//! `tls.mtls`: Client certificate asked for.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::tls::ClientCertificate;
use crate::track::{At, Conversation};

concept! {
/// Only the server, unless it asks for a certificate and the client sends one: mutual TLS. In TLS 1.3 the request
/// is encrypted.
    MTLS {
        id: "tls.mtls",
        title: "Client certificate asked for",
        section: 5,
        severity: Note,
        rfcs: ["RFC 8446 §4.3.2", "RFC 5246 §7.4.4"],
        filter: "tls.handshake.type==13",
        question: "Does HTTPS authenticate both sides?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let request = tls.phase("certificate_request").filter(|p| !p.encrypted)?;
    let what = match tls.client_certificate? {
        ClientCertificate::NotRequested => return None,
        ClientCertificate::Requested => "no answer is in the capture",
        ClientCertificate::Accepted => "a certificate was sent and the handshake went on",
        ClientCertificate::Empty => "the client sent none",
        ClientCertificate::Refused => "a certificate was sent and the server ended the handshake",
    };
    Some(Evidence::at(At { frame: request.frame, ts: crate::track::Timestamp(request.at_ns) }).with("what", what))
}

fn explain(f: &Finding) -> String {
    format!("The server asked for a client certificate; {}.", f.first.text("what"))
}

fn answer(f: &Finding) -> String {
    format!("By default the server only. Here it asked for the client's too: {}.", f.first.text("what"))
}
