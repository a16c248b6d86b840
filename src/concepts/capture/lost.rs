//! `capture.lost`: The capture missed packets.

use crate::concepts::text::{bytes, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// An acknowledgment for data that never appears proves that the data passed, unseen: the capture lost it, not the
/// network. The same for packets that the file says were dropped.
    LOST {
        id: "capture.lost",
        title: "The capture missed packets",
        section: 0,
        severity: Note,
        rfcs: [],
        filter: "tcp.analysis.ack_lost_segment",
        question: "How do you tell packets that the network lost from packets that the capture lost?",
        rule: Rule::Any(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|t| t.ends.iter().all(|e| e.segments > 0))?;
    let of = |dir: Dir| tcp.end(dir).acked_unseen;
    let dir = if of(Dir::Client).count >= of(Dir::Server).count { Dir::Client } else { Dir::Server };
    let unseen = of(dir);
    if unseen.count == 0 {
        return None;
    }
    let bytes = tcp.ends.iter().map(|e| e.gap_bytes).sum::<u64>();
    Some(
        Evidence::at(unseen.first)
            .frame(unseen.last.frame)
            .with("acks", unseen.count)
            .with("sender", dir.name())
            .with("gap_bytes", bytes)
            .times(unseen.count)
            .weight(bytes as f64),
    )
}

fn explain(f: &Finding) -> String {
    let missing = match f.first.int("gap_bytes") {
        0 => String::new(),
        n => format!(" ({} missing)", bytes(n as u64)),
    };
    format!(
        "{} acknowledged data of the {} that this capture never shows{missing}: the capture lost packets or left them out, the \
         network did not lose them.",
        plural(f.first.int("acks") as u64, "ACK"),
        f.first.text("sender")
    )
}

fn answer(f: &Finding) -> String {
    format!("By the ACKs: {} here acknowledge what is not in the file.", f.first.int("acks"))
}
