//! `tls.downgrade`: Downgrade detected.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A server that could do better writes a sentinel into its random number. A client that offered the better version
/// and sees the sentinel knows that its hello was changed on the way.
    DOWNGRADE {
        id: "tls.downgrade",
        title: "Downgrade detected",
        section: 5,
        severity: Bad,
        rfcs: ["RFC 8446 §4.1.3", "RFC 7507"],
        filter: "tls.handshake.random",
        question: "How does a TLS 1.3 client notice that somebody removed its best version?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    tls.downgraded()?;
    Some(Evidence::at(tls.choice.as_ref()?.at).with("version", tls.version.as_ref()?.to_string()))
}

fn explain(f: &Finding) -> String {
    format!(
        "The server's random says that it can do better than {}, and the client offered better: the hello was changed on the path.",
        f.first.text("version")
    )
}

fn answer(_: &Finding) -> String {
    "By the sentinel in the server's random, as here.".to_owned()
}
