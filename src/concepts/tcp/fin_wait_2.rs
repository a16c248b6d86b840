//! `tcp.fin-wait-2`: Stuck in FIN_WAIT_2.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// After its FIN is acknowledged an end waits for the peer's FIN. A peer that never closes would keep it there for
/// ever, so systems time it out once no process owns the socket any more.
    FIN_WAIT_2 {
        id: "tcp.fin-wait-2",
        title: "Stuck in FIN_WAIT_2",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.3.2"],
        filter: "tcp.flags.fin==1",
        question: "Why does Linux end FIN_WAIT_2 after 60 seconds although the standard does not?",
        rule: Rule::Connection(rule),
        needs: [Fin],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let (first, at) = tcp.first_fin?;
    let own = tcp.end(first);
    let acked = own.fins.acked?;
    if tcp.end(first.flip()).fins.count > 0 || tcp.reset.is_some_and(|r| r.from == first.flip()) || tcp.one_way {
        return None;
    }
    Some(
        Evidence::at(at)
            .frame(acked.frame)
            .with("end", first.name())
            .with("ms", c.last().ts.ms_since(acked.ts))
            .weight(c.last().ts.ms_since(acked.ts)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "The {}'s FIN was acknowledged, but the other side never sent its own in this capture.",
        f.first.text("end")
    )
}

fn answer(_: &Finding) -> String {
    "Because a peer that never closes would pin the socket for ever; an orphaned socket is given up after tcp_fin_timeout.".to_owned()
}
