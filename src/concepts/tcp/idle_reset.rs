//! `tcp.idle-reset`: Reset after a long idle.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A NAT, a load balancer or the peer dropped its state for the idle connection. Nobody was told; the first packet
/// after the silence finds no owner and is answered by RST (or by nothing).
    IDLE_RESET {
        id: "tcp.idle-reset",
        title: "Reset after a long idle",
        section: 3,
        severity: Bad,
        rfcs: ["RFC 5382 §5", "RFC 9293 §3.10.7.1"],
        filter: "tcp.flags.reset==1",
        question: "The pool's first request after a quiet night fails with \"connection reset\". Why?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let idle = c.tcp()?.idle_then_reset?;
    Some(
        Evidence::at(idle.reset)
            .frame(idle.data.frame)
            .frame(idle.before.frame)
            .with("idle_ms", idle.data.ts.ms_since(idle.before.ts))
            .with("by", idle.from.flip().name())
            .inferred(0.8, "the first data after a long silence is answered by a reset")
            .weight(idle.data.ts.ms_since(idle.before.ts)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "After {} of silence the first data was answered by RST: the {} side, or a box in between, had forgotten the connection.",
        duration(f.first.num("idle_ms")),
        f.first.text("by")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Something dropped the idle connection's state: here {} of silence, then RST to the first data. Keep-alives shorter than the shortest timeout on the path prevent it.",
        duration(f.first.num("idle_ms"))
    )
}
