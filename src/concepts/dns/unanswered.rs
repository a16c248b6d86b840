//! `dns.unanswered`: DNS query without an answer.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::dns::Protocol;
use crate::track::{At, Conversation, Dir, Event, Kind, What};

concept! {
/// Most stubs wait five seconds before they ask again or ask the next server. A dead resolver at the top of the
/// list costs that much for every lookup.
    UNANSWERED {
        id: "dns.unanswered",
        title: "DNS query without an answer",
        section: 7,
        severity: Bad,
        rfcs: ["RFC 1035 §4.2.1"],
        filter: "dns.flags.response==0 && !dns.response_in",
        question: "Every first request takes five seconds. What do you check?",
        rule: Rule::Event(&[Kind::Dns], rule),
    }
}

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    let What::Dns(dns) = e.what else { return None };
    if !dns.is_unanswered() || c.packets(Dir::Server) > 0 || dns.protocol != Protocol::Udp {
        return None;
    }
    Some(
        Evidence::at(At { frame: dns.first_frame(), ts: e.at.ts })
            .with("name", dns.name())
            .with("server", c.server().to_string())
            .with("retries", dns.retries)
            .weight(f64::from(dns.retries)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "{} never answered for \"{}\" ({}).",
        f.first.text("server"),
        f.first.text("name"),
        plural(f.first.int("retries") as u64, "repeat")
    )
}

fn answer(f: &Finding) -> String {
    format!("The resolver: {} is silent here.", f.first.text("server"))
}
