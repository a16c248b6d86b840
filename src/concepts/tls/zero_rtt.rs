//! `tls.zero-rtt`: Early data (0-RTT).

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
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
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let offer = tls.offer.as_deref()?;
    let state = tls.early_data.filter(|e| *e != EarlyData::None)?;
    let state = match state {
        EarlyData::Accepted => "accepted",
        EarlyData::Rejected => "rejected",
        EarlyData::Offered | EarlyData::None => "offered; the answer is encrypted",
    };
    Some(
        Evidence::at(offer.at)
            .with("state", state)
            .with("early_bytes", tls.early_data_bytes)
            .weight(f64::from(tls.early_data_bytes)),
    )
}

fn explain(f: &Finding) -> String {
    format!("{} of early data; {}.", bytes(f.first.int("early_bytes") as u64), f.first.text("state"))
}

fn answer(f: &Finding) -> String {
    format!("Replay: {} went out before the server answered here.", bytes(f.first.int("early_bytes") as u64))
}
