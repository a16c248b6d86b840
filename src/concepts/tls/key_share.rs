//! `tls.key-share`: Key exchange group.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

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
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let group = tls.group.as_ref()?.to_string();
    let offer = tls.offer.as_deref()?;
    let shares: Vec<String> = tls.key_share_groups().iter().map(ToString::to_string).collect();
    let hybrid = group.contains("MLKEM") || group.contains("Kyber");
    Some(Evidence::at(offer.at).with("group", group).with("offered", shares).with("hybrid", hybrid))
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
