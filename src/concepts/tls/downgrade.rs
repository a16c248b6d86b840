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
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    if tls.downgraded().is_some() {
        return Some(Evidence::at(tls.choice.as_ref()?.at).with("version", tls.version.as_ref()?.to_string()));
    }
    // RFC 7507 §3: a client that tries again with less says so, and a server that can do better refuses.
    let offer = tls.offer.as_deref().filter(|offer| offer.fallback)?;
    let refusal = tls.alerts.iter().find(|alert| alert.description == "inappropriate_fallback")?;
    let version = tls.offered_versions.first().map(ToString::to_string).unwrap_or_default();
    Some(Evidence::at(offer.at).frame(refusal.frame).with("version", version).with("refused", true))
}

fn explain(f: &Finding) -> String {
    let version = f.first.text("version");
    if f.first.is("refused") {
        return format!(
            "The client fell back to {version} and said so (TLS_FALLBACK_SCSV); the server can do better and refused: something made the first attempt fail."
        );
    }
    format!(
        "The server's random says that it can do better than {version}, and the client offered better: the hello was changed on the path."
    )
}

fn answer(f: &Finding) -> String {
    if f.first.is("refused") {
        "By the sentinel in the server's random; here the server already refused the fallback that the client owned up to.".to_owned()
    } else {
        "By the sentinel in the server's random, as here.".to_owned()
    }
}
