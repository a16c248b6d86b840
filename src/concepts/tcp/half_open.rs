//! `tcp.half-open`: Half-open connection.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A host that lost its state answers the first packet of the old connection with RST, numbered with what that
/// packet acknowledged. Until the other side sends something, it believes that all is well: hence keep-alives.
    HALF_OPEN {
        id: "tcp.half-open",
        title: "Half-open connection",
        section: 3,
        severity: Bad,
        rfcs: ["RFC 9293 §3.5.1", "RFC 5961 §4"],
        filter: "tcp.flags.reset==1",
        question: "One side rebooted. How does the other find out?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let half = c.tcp()?.half_open?;
    Some(
        Evidence::at(half.answer)
            .frame(half.probe.frame)
            .with("holder", half.holder.name())
            .with("after_ms", half.answer.ts.ms_since(half.probe.ts))
            .inferred(
                0.85,
                "the RST has no ACK and takes its number from the packet it answers: its sender has no such connection",
            ),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "The {} still holds the connection; its packet (frame {}) met a host that does not know it and answered RST after {}.",
        f.first.text("holder"),
        f.first.frames.get(1).unwrap_or(&0),
        duration(f.first.num("after_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "By talking: the {}'s next packet is answered by RST. Without traffic or keep-alives it would hold the dead connection for ever.",
        f.first.text("holder")
    )
}
