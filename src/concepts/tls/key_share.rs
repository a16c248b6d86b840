//! `tls.key-share`: Key exchange group.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event};

concept! {
/// The client sends public keys for the groups it expects the server to like. A post-quantum hybrid
/// (X25519MLKEM768) adds about 1,200 bytes, which makes the ClientHello span packets.
    KEY_SHARE {
        id: "tls.key-share",
        title: "Key exchange group",
        section: 5,
        severity: Info,
        rfcs: ["RFC 8446 §4.2.8"],
        filter: "tls.handshake.extensions_key_share_group",
        question: "What is a hybrid key exchange, and why is it large?",
        rule: Rule::Connection(rule),
        needs: [Tls],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    tls.group.as_ref()?;
    Some(Evidence::at(tls.offer.as_deref()?.at))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tls) = c.facts().and_then(|facts| facts.tls.as_deref()) else { return evidence };
    let Some(group) = tls.group.as_ref().map(ToString::to_string) else { return evidence };
    let shares: Vec<String> = tls.key_share_groups().iter().map(ToString::to_string).collect();
    let hybrid = group.contains("MLKEM") || group.contains("Kyber");
    evidence.with("group", group).with("offered", shares).with("hybrid", hybrid)
}

fn explain(f: &Finding) -> String {
    let hybrid = if f.first.is("hybrid") { ", a post-quantum hybrid" } else { "" };
    let offered = if f.first.list("offered").is_empty() {
        String::new()
    } else {
        format!("; shares offered: {}", f.first.list("offered"))
    };
    format!("{}{hybrid}{offered}.", f.first.text("group"))
}

fn answer(f: &Finding) -> String {
    format!("Two exchanges in one, so that both must be broken. Here the group is {}.", f.first.text("group"))
}
