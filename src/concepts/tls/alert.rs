//! `tls.alert`: TLS alert.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{At, Conversation, Timestamp};

concept! {
/// A fatal alert ends the connection and names the reason: no common version or cipher, an unknown issuer, a
/// missing client certificate, an unknown name.
    ALERT {
        id: "tls.alert",
        title: "TLS alert",
        section: 5,
        severity: Bad,
        rfcs: ["RFC 8446 §6"],
        filter: "tls.alert_message",
        question: "A handshake ends with handshake_failure. What are the suspects?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    // RFC 8446 §6.1: close_notify ends the connection in order, whatever level is said.
    let alert = tls.alerts.iter().find(|a| a.level == "fatal" && a.description != "close_notify")?;
    Some(
        Evidence::at(At { frame: alert.frame, ts: Timestamp(alert.at_ns) })
            .with("from", alert.from.name())
            .with("description", alert.description.to_string())
            .maybe("phase", alert.phase.as_ref().map(ToString::to_string)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let phase =
        if e.has("phase") { format!("; the last step before it was {}", e.text("phase")) } else { String::new() };
    format!("The {} ended it with the fatal alert {}{phase}.", e.text("from"), e.text("description"))
}

fn answer(f: &Finding) -> String {
    format!("What the alert names: {} from the {}.", f.first.text("description"), f.first.text("from"))
}
