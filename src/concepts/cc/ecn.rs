//! `cc.ecn`: Explicit congestion notification.

use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir};

concept! {
/// With ECN agreed in the handshake, packets are marked as capable (ECT); a router near congestion sets CE, the
/// receiver echoes it (ECE), and the sender halves its window and says so (CWR).
    ECN {
        id: "cc.ecn",
        title: "Explicit congestion notification",
        section: 4,
        severity: Info,
        rfcs: ["RFC 3168", "RFC 9768"],
        filter: "ip.dsfield.ecn || tcp.flags.ece==1",
        question: "How can a router signal congestion without dropping?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let ect = tcp.ends.iter().map(|e| e.ecn[1] + e.ecn[2]).sum::<u32>();
    let ce = tcp.ends.iter().map(|e| e.ecn[3]).sum::<u32>();
    let offered = tcp.end(Dir::Client).syn.is_some_and(|s| s.ecn_bits != 0);
    if !offered && ect + ce == 0 {
        return None;
    }
    let agreed = offered && tcp.end(Dir::Server).syn.is_some_and(|s| s.ecn_bits != 0);
    let ece = tcp.ends.iter().map(|e| e.ece.count).sum::<u32>();
    Some(
        Evidence::at(c.first())
            .with("agreed", agreed)
            .with("ect", ect)
            .with("ce", ce)
            .with("ece", ece)
            .with("cwr", tcp.ends.iter().map(|e| e.cwr.count).sum::<u32>())
            .severity(if ce + ece > 0 { Severity::Warn } else { Severity::Info })
            .weight(f64::from(ce)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let agreed = if e.is("agreed") { "Agreed" } else { "Offered, not agreed" };
    format!(
        "{agreed}: {} marked ECT, {} CE, {} ECE echoes, {} CWR.",
        e.int("ect"),
        e.int("ce"),
        e.int("ece"),
        e.int("cwr")
    )
}

fn answer(f: &Finding) -> String {
    format!("By marking: {} packets carry CE here.", f.first.int("ce"))
}
