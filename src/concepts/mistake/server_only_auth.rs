//! `mistake.server-only-auth`: Only the server is authenticated.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::tls::ClientCertificate;
use crate::track::{At, Conversation, Timestamp};

concept! {
/// A lock in the browser says who the server is. Who the client is, TLS does not ask unless it is told to: the server then
/// sends a CertificateRequest (mutual TLS). Without one the application has to find out for itself, with a password or a
/// token. In TLS 1.3 the request is encrypted, so a capture cannot tell.
    SERVER_ONLY_AUTH {
        id: "mistake.server-only-auth",
        title: "Only the server is authenticated",
        section: 13,
        severity: Info,
        rfcs: ["RFC 5246 §7.4.4", "RFC 8446 §4.3.2"],
        filter: "tls.handshake.type==14",
        question: "Does HTTPS tell the server who its client is?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    // RFC 5246 §7.3: what the server asks for comes between its certificate and ServerHelloDone, in clear. A resumed
    // session has neither.
    let done = tls.phase("server_hello_done").filter(|phase| !phase.encrypted)?;
    let alone = tls.client_certificate == Some(ClientCertificate::NotRequested) && !tls.certificates.is_empty();
    let certificate = tls.phase("certificate")?;
    (alone && tls.is_established()).then(|| {
        Evidence::at(At { frame: certificate.frame, ts: Timestamp(certificate.at_ns) })
            .frame(done.frame)
            .maybe("subject", tls.certificates.first().map(|leaf| leaf.subject.clone()))
    })
}

fn explain(f: &Finding) -> String {
    let subject = f.first.text("subject");
    let who = if subject.is_empty() { String::new() } else { format!(" ({subject})") };
    format!("The server showed a certificate{who} and asked for none: who the client is, TLS does not say.")
}

fn answer(f: &Finding) -> String {
    let subject = f.first.text("subject");
    let who = if subject.is_empty() { "the server".to_owned() } else { subject.to_owned() };
    format!("No. Here {who} proved who it is, and the client was not asked. Mutual TLS has to be configured.")
}
