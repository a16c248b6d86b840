//! `tcp.fast-open`: TCP Fast Open.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// With a cookie from an earlier connection the client may put data into its SYN and save a round trip. The server
/// may ignore the data, and a SYN can be duplicated, so the request must be one that may arrive twice.
    FAST_OPEN {
        id: "tcp.fast-open",
        title: "TCP Fast Open",
        section: 3,
        severity: Info,
        rfcs: ["RFC 7413"],
        filter: "tcp.options.tfo",
        question: "How can data travel in the SYN, and why is that safe only for some requests?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let shake = &tcp.handshake;
    let client = tcp.end(Dir::Client);
    let option = client.syn.and_then(|s| s.fast_open);
    let granted = tcp.end(Dir::Server).syn.and_then(|s| s.fast_open);
    if option.is_none() && granted.is_none() && shake.syn_data == 0 {
        return None;
    }
    let what = match (option, shake.syn_data) {
        (_, data) if data > 0 && shake.syn_data_acked >= data => "data in the SYN, accepted",
        (_, data) if data > 0 => "data in the SYN, not accepted with the SYN-ACK",
        (Some(0), _) => "cookie requested",
        _ => "cookie sent without data",
    };
    Some(
        Evidence::at(shake.syn?)
            .with("what", what)
            .with("data_bytes", shake.syn_data)
            .with("accepted_bytes", shake.syn_data_acked)
            .with("cookie_granted", granted.is_some_and(|n| n > 0))
            .with("option", option.is_some()),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let granted = if e.is("cookie_granted") { ", and the server granted a cookie" } else { "" };
    // RFC 9293 §3.4 lets any SYN carry data, which wait for the handshake's end.
    let kind = if e.is("option") || e.is("cookie_granted") { "Fast Open" } else { "Without the Fast Open option" };
    format!(
        "{kind}: {}{granted}; {} in the SYN, {} accepted.",
        e.text("what"),
        bytes(e.int("data_bytes") as u64),
        bytes(e.int("accepted_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    if !f.first.is("option") {
        return format!("Here no cookie was sent; {}.", f.first.text("what"));
    }
    format!("The cookie proves that the client's address is its own. Here: {}.", f.first.text("what"))
}
