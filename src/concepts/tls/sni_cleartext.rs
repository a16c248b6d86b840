//! `tls.sni-cleartext`: Server name in clear.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::app::tls::EchState;

concept! {
/// The client names the host it wants in its first, unencrypted message, in TLS 1.3 too. Anyone on the path can
/// read it and filter by it; only Encrypted ClientHello hides it.
    SNI_CLEARTEXT {
        id: "tls.sni-cleartext",
        title: "Server name in clear",
        section: 5,
        severity: Warn,
        rfcs: ["RFC 6066 §3", "RFC 9849"],
        filter: "tls.handshake.extensions_server_name",
        question: "The connection is encrypted. What does the coffee shop still know?",
        rule: Rule::Connection(rule),
        needs: [Application],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let facts = c.facts()?;
    if let Some(tls) = facts.tls.as_deref() {
        let evidence = Evidence::at(tls.offer.as_deref()?.at).with("name", tls.server_name()?);
        return Some(evidence.with("may_be_outer", matches!(tls.ech, EchState::Offered | EchState::Accepted)));
    }
    // Google's QUIC before TLS has a hello of its own.
    let name = facts.quic.as_deref()?.gquic()?.server_name.as_deref()?;
    Some(Evidence::at(c.first()).with("name", name))
}

fn explain(f: &Finding) -> String {
    // RFC 9849 §6.1: the outer hello names the client-facing server.
    let outer = match f.first.is("may_be_outer") {
        true => " It carries ECH as well, real or GREASE: the name may be no more than the outer one.",
        false => "",
    };
    format!("The ClientHello names \"{}\" in clear: anyone on the path can read it.{outer}", f.first.text("name"))
}

fn answer(f: &Finding) -> String {
    format!("The name: \"{}\" is readable here.", f.first.text("name"))
}
