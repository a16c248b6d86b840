//! `mtu.black-hole`: Path MTU black hole.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A link with a smaller MTU drops large packets, and the ICMP message that should say so is filtered. Everything
/// small passes, everything large vanishes, retransmissions included: that tells it from ordinary loss, which has no
/// eye for size.
    BLACK_HOLE {
        id: "mtu.black-hole",
        title: "Path MTU black hole",
        section: 13,
        severity: Bad,
        rfcs: ["RFC 2923 §2.1", "RFC 4821"],
        filter: "tcp.analysis.retransmission && tcp.len > 1200",
        question: "The handshake works, small requests work, and the transfer hangs. What is it?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let hole = c.tcp()?.black_hole?;
    let (confidence, because) = match (hole.passed_after, hole.passed_beside) {
        (Some(_), _) => {
            (0.9, "what was sent in vain at full size passed at once in a smaller piece, and no ICMP says why")
        }
        (None, Some(_)) => (0.9, "smaller packets sent after it arrived, it never did, and no ICMP says why"),
        (None, None) => (0.8, "large segments are never acknowledged, smaller ones were, and no ICMP says why"),
    };
    Some(
        Evidence::at(hole.first)
            .frame(hole.last.frame)
            .with("sender", hole.from.name())
            .with("lost_bytes", hole.lost)
            .with("passed_bytes", hole.passed)
            .maybe("passed_beside_bytes", hole.passed_beside)
            .maybe("passed_after_bytes", hole.passed_after)
            .with("sends", hole.sends)
            .with("tried_ms", hole.last.ts.ms_since(hole.first.ts))
            .inferred(confidence, because)
            .weight(f64::from(hole.sends)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let proof = if e.has("passed_after_bytes") {
        format!("sent again in a packet of {} it arrived at once", e.int("passed_after_bytes"))
    } else if e.has("passed_beside_bytes") {
        format!("one of {} sent behind it arrived", e.int("passed_beside_bytes"))
    } else {
        format!("the largest that ever arrived has {}", e.int("passed_bytes"))
    };
    format!(
        "The {}'s packets of {} bytes vanish: one went out {} over {} in vain, while {proof}, and no ICMP \"too big\" came. A \
         link on the way takes less than {} and its message is filtered or never sent.",
        e.text("sender"),
        e.int("lost_bytes"),
        plural(e.int("sends") as u64, "time"),
        duration(e.num("tried_ms")),
        e.int("lost_bytes")
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    let passed = e.int("passed_bytes").max(e.int("passed_beside_bytes")).max(e.int("passed_after_bytes"));
    format!(
        "A path MTU black hole: {} bytes do not pass, {passed} do. Let ICMP type 3 code 4 (ICMPv6 type 2) through, clamp the MSS \
         where the narrow link begins, or have the sender probe (RFC 4821, tcp_mtu_probing=1).",
        e.int("lost_bytes")
    )
}
