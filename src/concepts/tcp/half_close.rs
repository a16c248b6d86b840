//! `tcp.half-close`: Half-closed connection.

use crate::concepts::text::{bytes, duration};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A FIN closes one direction only. The other side may go on sending for as long as it likes: CLOSE-WAIT on one
/// side, FIN-WAIT-2 on the other, with data flowing.
    HALF_CLOSE {
        id: "tcp.half-close",
        title: "Half-closed connection",
        section: 3,
        severity: Note,
        rfcs: ["RFC 9293 §3.6"],
        filter: "tcp.flags.fin==1",
        question: "What does shutdown(SHUT_WR) do that close() does not?",
        rule: Rule::Connection(rule),
        needs: [Fin, Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let (first, at) = tcp.first_fin?;
    let other = tcp.end(first.flip());
    (other.after_peer_fin > 0).then(|| {
        Evidence::at(at)
            .frame(other.data.last.frame)
            .with("closed", first.name())
            .with("bytes_after", other.after_peer_fin)
            .with("went_on_ms", other.data.last.ts.ms_since(at.ts))
    })
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {} closed its direction; the other side still sent {} over {}.",
        e.text("closed"),
        bytes(e.int("bytes_after") as u64),
        duration(e.num("went_on_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "It closes one direction and keeps the other: here {} came after the {}'s FIN.",
        bytes(f.first.int("bytes_after") as u64),
        f.first.text("closed")
    )
}
