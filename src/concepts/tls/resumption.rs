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
    // RFC 8446 appendix D.4: a client that speaks TLS 1.3 may send a made-up session id with any hello.
    let speaks_13 = offer.versions.iter().any(|v| v.is_13());
    let asked =
        offer.psks > 0 || offer.ticket_bytes.is_some_and(|n| n > 0) || (!speaks_13 && !offer.session_id.is_empty());
    let resumed = tls.resumed?;
    (asked || resumed).then(|| {
        Evidence::at(choice.at)
            .frame(offer.at.frame)
            .with("resumed", resumed)
            .with("psks", offer.psks)
            .with("shared_key", choice.version.is_13() && offer.psks > 0)
            .maybe("ticket_bytes", offer.ticket_bytes)
    })
}

fn explain(f: &Finding) -> String {
    // RFC 8446 §2.2: the key of an earlier session's ticket and one agreed beforehand are offered alike, and the ticket
    // itself came encrypted.
    let told = match (f.first.is("shared_key"), f.first.is("resumed")) {
        (true, true) => {
            "The server took a pre-shared key of the client's, of an earlier session or agreed beforehand: no certificates \
             are sent."
        }
        (true, false) => {
            "The client offered a pre-shared key, of an earlier session or agreed beforehand, and the server did not take \
             it: a full handshake."
        }
        (false, true) => "The server took the client's ticket or session: the session is resumed.",
        (false, false) => "The client offered an earlier session and the server did not take it: a full handshake.",
    };
    told.to_owned()
}

fn answer(f: &Finding) -> String {
    format!(
        "With a ticket or key from before; here it was {}.",
        if f.first.is("resumed") { "accepted" } else { "not accepted" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::decode::tls::Version;
    use crate::track::Detail;
    use crate::track::app::AppFacts;
    use crate::track::app::tls::{Choice, Offer, TlsFacts};
    use crate::track::testing::{at, conversation};

    /// A full handshake of TLS 1.2 after a hello with a session id.
    fn after(versions: &[Version], ticket_bytes: Option<u32>) -> Option<Evidence> {
        let offer = Offer { versions: versions.to_vec(), session_id: vec![7; 32], ticket_bytes, ..Offer::default() };
        let choice = Choice {
            version: Version::TLS12,
            cipher: crate::decode::tls::CipherSuite(0xc02b),
            session_id_bytes: 32,
            session_echoed: false,
            psk: false,
            sentinel: None,
            timestamps: false,
            extended_master_secret: true,
            encrypt_then_mac: false,
            secure_renegotiation: true,
            retry: false,
            at: at(6),
        };
        let tls = TlsFacts {
            offer: Some(Box::new(offer)),
            choice: Some(choice),
            resumed: Some(false),
            ..TlsFacts::default()
        };
        let mut c = conversation(0);
        let app = AppFacts { tls: Some(Box::new(tls)), ..AppFacts::default() };
        c.detail = Some(Box::new(Detail { app, ..Detail::default() }));
        rule(&c)
    }

    #[test]
    fn a_pre_shared_key_of_1_3_need_not_be_of_an_earlier_session() {
        let told = |shared_key| {
            let evidence = Evidence::at(at(6)).with("resumed", true).with("shared_key", shared_key);
            explain(&finding(&RESUMPTION, evidence))
        };
        assert!(!told(true).contains("resumed") && told(true).contains("agreed beforehand"));
        assert!(told(false).ends_with("the session is resumed."));
    }

    #[test]
    fn the_made_up_session_id_of_a_client_of_1_3_offers_no_session() {
        assert!(after(&[Version::TLS13, Version::TLS12], Some(0)).is_none());
        assert!(after(&[Version::TLS13, Version::TLS12], Some(180)).is_some());
        assert!(after(&[Version::TLS12], None).is_some());
    }
}
