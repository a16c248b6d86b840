//! `cc.sack`: Selective acknowledgment.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event};

concept! {
/// With SACK the receiver names what it holds beyond a hole, so the sender repeats only what is missing, several
/// holes per round trip. Without it, one hole per round trip.
    SACK {
        id: "cc.sack",
        title: "Selective acknowledgment",
        section: 4,
        severity: Info,
        rfcs: ["RFC 2018", "RFC 6675"],
        filter: "tcp.options.sack",
        question: "What does SACK change for a sender that lost two segments of one window?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    tcp.agreed(|s| s.sack_permitted)?;
    let first = tcp.ends.iter().map(|e| e.sack_segments).find(|t| t.count > 0).map_or(tcp.handshake.syn?, |t| t.first);
    Some(Evidence::at(first))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tcp) = c.tcp() else { return evidence };
    let blocks = tcp.ends.iter().map(|e| e.sack_segments.count).sum::<u32>();
    let most = tcp.ends.iter().map(|e| e.sack_blocks_max).max().unwrap_or(0);
    let agreed = tcp.agreed(|s| s.sack_permitted).unwrap_or(false);
    evidence.with("agreed", agreed).with("segments", blocks).with("most_blocks", most)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    if e.is("agreed") && e.int("segments") == 0 {
        "Agreed, and never needed: no segment carried a SACK block.".to_owned()
    } else if e.is("agreed") {
        format!(
            "Agreed; {} carried SACK blocks, up to {} at once.",
            plural(e.int("segments") as u64, "segment"),
            e.int("most_blocks")
        )
    } else {
        "Not agreed: after a loss, at most one hole is repaired per round trip.".to_owned()
    }
}

fn answer(_: &Finding) -> String {
    "The receiver names what it has, and both holes are filled in one round trip.".to_owned()
}
