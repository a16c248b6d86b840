//! `tls.version`: TLS version.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::decode::tls::ext;
use crate::track::{Conversation, Event};

concept! {
/// Old middleboxes dropped hellos with an unknown version, so TLS 1.3 hides in an extension (supported_versions)
/// and leaves the old field at 1.2.
    VERSION {
        id: "tls.version",
        title: "TLS version",
        section: 5,
        severity: Info,
        rfcs: ["RFC 8446 §4.2.1"],
        filter: "tls.handshake.version",
        question: "Why does a TLS 1.3 ClientHello say 1.2 in its version field?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    tls.version.as_ref()?;
    Some(Evidence::at(tls.offer.as_deref()?.at))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    describe(c, evidence)
}

fn describe(c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let (Some(version), Some(offer)) = (&tls.version, &tls.offer) else { return evidence };
    let offered: Vec<String> = tls.offered_versions.iter().map(ToString::to_string).collect();
    evidence
        .with("chosen", version.to_string())
        .with("offered", offered)
        .with("legacy", offer.legacy_version.name().to_string())
        // RFC 8446 §4.2.1: without the extension the field is what it was before, the newest that the client speaks.
        .maybe("newest", (!offer.has(ext::SUPPORTED_VERSIONS)).then_some(true))
}

fn explain(f: &Finding) -> String {
    let (offered, chosen, legacy) = (f.first.list("offered"), f.first.text("chosen"), f.first.text("legacy"));
    match f.first.is("newest") {
        true => format!("Offered {legacy} at most, by the version field alone; chosen {chosen}."),
        false => format!("Offered {offered}; chosen {chosen}; the client's old version field says {legacy}."),
    }
}

fn answer(f: &Finding) -> String {
    if f.first.is("newest") {
        let legacy = f.first.text("legacy");
        return format!(
            "For old middleboxes; this hello has no list of versions, and its field says {legacy} at most."
        );
    }
    format!("For old middleboxes: the field says {}, the choice is {}.", f.first.text("legacy"), f.first.text("chosen"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::decode::tls::Version;
    use crate::track::Detail;
    use crate::track::app::AppFacts;
    use crate::track::app::tls::{Offer, TlsFacts};
    use crate::track::testing::conversation;

    /// A hello of 1.2 with these extensions, to which a server of 1.0 answered.
    fn said(extensions: &[u16]) -> String {
        let tls = TlsFacts {
            offer: Some(Box::new(Offer {
                legacy_version: Version::TLS12,
                extensions: extensions.to_vec(),
                ..Offer::default()
            })),
            version: Some(Version::TLS10.name()),
            offered_versions: vec![Version::TLS12.name()],
            ..TlsFacts::default()
        };
        let mut c = conversation(0);
        let app = AppFacts { tls: Some(Box::new(tls)), ..AppFacts::default() };
        c.detail = Some(Box::new(Detail { app, ..Detail::default() }));
        explain(&finding(&VERSION, describe(&c, rule(&c).unwrap())))
    }

    #[test]
    fn the_version_field_is_an_old_one_only_beside_the_list_of_versions() {
        assert!(said(&[ext::SUPPORTED_VERSIONS]).ends_with("the client's old version field says TLS 1.2."));
        assert_eq!(said(&[]), "Offered TLS 1.2 at most, by the version field alone; chosen TLS 1.0.");
    }
}
