//! `tcp.reset`: Connection reset.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::{Reset, State};
use crate::track::{Conversation, Event, ms};

concept! {
/// A RST ends a connection at once: what was in flight is lost, and the peer's read fails with ECONNRESET. It comes
/// from an abortive close, a close with unread data, a host without that connection, or a box in the middle.
    RESET {
        id: "tcp.reset",
        title: "Connection reset",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.5.2", "RFC 9293 §3.10.7.4"],
        filter: "tcp.flags.reset==1",
        question: "Who reset the connection, and was data lost?",
        rule: Rule::Connection(rule),
        needs: [Reset],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let reset = c.tcp()?.reset?;
    let answered = reset.answers_data.map_or(0, |at| at.frame);
    Some(Evidence::at(reset.at).frame(answered).weight(f64::from(unacked(&reset))))
}

/// Bytes of the peer that it left without acknowledgment. The peer's SYN takes a sequence number and is no byte of data
/// (RFC 9293 §3.4).
fn unacked(reset: &Reset) -> u32 {
    let syn = u32::from(matches!(reset.state, State::SynSent | State::SynReceived));
    reset.unacked_bytes.saturating_sub(syn)
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((reset, tcp)) = c.tcp().and_then(|tcp| Some((tcp.reset?, tcp))) else { return evidence };
    let after_fin = tcp.first_fin.is_some_and(|(_, at)| at.ts <= reset.at.ts);
    evidence
        .with("by", reset.from.name())
        .with("state", reset.state.name())
        .with("peer_state", reset.peer_state.name())
        .with("unacked_bytes", unacked(&reset))
        .with("after_fin", after_fin)
        .with("idle_ms", ms(reset.idle_ns))
        .with("one_way", tcp.end(reset.from.flip()).segments == 0)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let lost = match e.int("unacked_bytes") {
        0 if e.is("one_way") => "what the peer sent is not in this capture".to_owned(),
        0 => "nothing of the peer was outstanding".to_owned(),
        n => format!("{} of the peer were not acknowledged", bytes(n as u64)),
    };
    let fin = if e.is("after_fin") { ", after a FIN" } else { "" };
    format!("The {} reset it in {}{fin}; {lost}.", e.text("by"), e.text("state"))
}

fn answer(f: &Finding) -> String {
    format!(
        "The {} did, in state {}, while the peer was in {}; {} unacknowledged.",
        f.first.text("by"),
        f.first.text("state"),
        f.first.text("peer_state"),
        bytes(f.first.int("unacked_bytes") as u64)
    )
}
