//! `tls.stapling`: OCSP staple and certificate timestamps.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::tls::ext;
use crate::track::Conversation;

concept! {
/// A server can send along the authority's fresh word that its certificate is not revoked, and proof that it stands in
/// public logs, so that the client need not ask anybody, and no authority learns who visits whom.
    STAPLING {
        id: "tls.stapling",
        title: "OCSP staple and certificate timestamps",
        section: 5,
        severity: Info,
        rfcs: ["RFC 6066 §8", "RFC 8446 §4.4.2.1", "RFC 6962 §3.3"],
        filter: "tls.handshake.type==22 || tls.handshake.extension.type==18",
        question: "How does a client learn that a certificate was revoked, without asking the authority?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let choice = tls.choice.as_ref()?;
    let staple = tls.staple_bytes.filter(|bytes| *bytes > 0);
    if staple.is_none() && !choice.timestamps {
        return None;
    }
    let status = tls.phase("certificate_status").or(tls.phase("certificate"));
    Some(
        Evidence::at(choice.at)
            .frame(status.map_or(0, |phase| phase.frame))
            .maybe("staple_bytes", staple)
            .with("timestamps", choice.timestamps)
            .maybe("asked", tls.offer.as_ref().map(|offer| offer.has(ext::STATUS_REQUEST))),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let sent = match (e.int("staple_bytes"), e.is("timestamps")) {
        (0, _) => return "The server sent certificate timestamps, and no OCSP response in clear.".to_owned(),
        (n, true) => format!("an OCSP response of {} and certificate timestamps", bytes(n as u64)),
        (n, false) => format!("an OCSP response of {}", bytes(n as u64)),
    };
    format!("The server sent {sent} with its certificate.")
}

fn answer(f: &Finding) -> String {
    match f.first.int("staple_bytes") {
        0 => "By a staple that the server fetches beforehand; here it sent the timestamps of public logs.".to_owned(),
        n => format!("The server staples the authority's signed word: {} here.", bytes(n as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::testing::at;

    #[test]
    fn timestamps_alone_are_what_was_sent() {
        let alone = Evidence::at(at(1)).with("timestamps", true);
        assert_eq!(
            explain(&finding(&STAPLING, alone)),
            "The server sent certificate timestamps, and no OCSP response in clear."
        );
    }
}
