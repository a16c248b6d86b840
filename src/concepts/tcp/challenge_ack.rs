//! `tcp.challenge-ack`: Challenge ACK.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event, Kind, What};

concept! {
/// RFC 5961 lets an endpoint answer a suspicious SYN or RST (in the window, but not exactly the next number) with
/// an ACK instead of obeying it. A real peer that lost its state answers that ACK with a RST; a blind attacker
/// never sees it.
    CHALLENGE_ACK {
        id: "tcp.challenge-ack",
        title: "Challenge ACK",
        section: 3,
        severity: Note,
        rfcs: ["RFC 5961"],
        filter: "tcp.flags.ack==1",
        question: "Why does a SYN into an open connection not reset it?",
        rule: Rule::Event(&[Kind::ChallengeAck], rule),
    }
}

fn rule(e: &Event<'_>, _: &Conversation) -> Option<Evidence> {
    let What::ChallengeAck { of } = e.what else { return None };
    Some(Evidence::at(e.at).frame(of.frame).with("by", e.from.name()))
}

fn explain(f: &Finding) -> String {
    format!(
        "The {} answered frame {} with a bare ACK instead of obeying it.",
        f.first.text("by"),
        f.first.frames.get(1).unwrap_or(&0)
    )
}

fn answer(_: &Finding) -> String {
    "Because the packet could be forged: the receiver sends a challenge ACK, and only the true peer can answer it with a fitting RST.".to_owned()
}
