//! `tls.zero-rtt`: Early data (0-RTT).

use crate::concepts::text::{bytes, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::Conversation;
use crate::track::app::quic::PacketKind;
use crate::track::app::tls::EarlyData;

concept! {
/// Early data is encrypted under a key from before, so whoever recorded it can send it again and the server may
/// process it twice. Only requests that may arrive twice belong there.
    ZERO_RTT {
        id: "tls.zero-rtt",
        title: "Early data (0-RTT)",
        section: 5,
        severity: Warn,
        rfcs: ["RFC 8446 §2.3", "RFC 8470"],
        filter: "tls.handshake.extensions.early_data",
        question: "What is the risk of sending a request before the handshake is done?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let offer = tls.offer.as_deref()?;
    let state = tls.early_data.filter(|e| *e != EarlyData::None)?;
    let state = match state {
        EarlyData::Accepted => "accepted",
        EarlyData::Rejected => "rejected",
        // RFC 8446 §4.2.10: the server takes it in EncryptedExtensions, behind its hello.
        EarlyData::Offered | EarlyData::None if tls.choice.is_some() => "offered; the answer is encrypted",
        EarlyData::Offered | EarlyData::None => "offered; no ServerHello is in this capture",
    };
    let evidence = Evidence::at(offer.at).with("state", state);
    // In QUIC early data travels in packets of their own, which hold more than one record could be counted by.
    let evidence = match c.facts()?.quic.as_deref() {
        Some(quic) => {
            let early = quic.seen(PacketKind::ZeroRtt, quic.client());
            let frame = if early.count > 0 { early.first.frame } else { 0 };
            evidence.frame(frame).with("early_packets", early.count).weight(f64::from(early.count))
        }
        None => evidence.with("early_bytes", tls.early_data_bytes).weight(f64::from(tls.early_data_bytes)),
    };
    // RFC 8446 §4.2.10: the extension says that early data may follow. What was not sent cannot be replayed.
    let none = evidence.num("early_packets") + evidence.num("early_bytes") == 0.0;
    Some(if none { evidence.with("none", true).severity(Severity::Info) } else { evidence })
}

/// How much there was of it.
fn amount(e: &Evidence) -> String {
    match e.has("early_packets") {
        true => plural(e.int("early_packets") as u64, "0-RTT packet"),
        false => format!("{} of early data", bytes(e.int("early_bytes") as u64)),
    }
}

fn explain(f: &Finding) -> String {
    if f.first.is("none") {
        return format!("Early data is announced and none is in this capture: {}.", f.first.text("state"));
    }
    format!("{}; {}.", amount(&f.first), f.first.text("state"))
}

fn answer(f: &Finding) -> String {
    if f.first.is("none") {
        return "Replay; here early data was announced, and none is in this capture.".to_owned();
    }
    format!("Replay: {}, sent under a key from before, can be sent again by whoever recorded it.", amount(&f.first))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::Detail;
    use crate::track::app::AppFacts;
    use crate::track::app::tls::{Offer, TlsFacts};
    use crate::track::testing::conversation;

    #[test]
    fn an_answer_that_was_not_captured_is_not_called_encrypted() {
        let tls = TlsFacts {
            offer: Some(Box::new(Offer::default())),
            early_data: Some(EarlyData::Offered),
            ..TlsFacts::default()
        };
        let mut c = conversation(0);
        let app = AppFacts { tls: Some(Box::new(tls)), ..AppFacts::default() };
        c.detail = Some(Box::new(Detail { app, ..Detail::default() }));
        assert_eq!(
            explain(&finding(&ZERO_RTT, rule(&c).unwrap())),
            "Early data is announced and none is in this capture: offered; no ServerHello is in this capture."
        );
    }
}
