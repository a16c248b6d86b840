//! `tcp.fin-retransmit`: FIN sent again.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::tcp::Cause;
use crate::track::{Conversation, Dir, NS_PER_MS, ms};

concept! {
/// A FIN is retransmitted like data. If the final ACK was lost, the peer in LAST-ACK sends its FIN again, and the
/// end in TIME-WAIT is still there to acknowledge it: that is one of the two reasons why the state exists.
    FIN_RETRANSMIT {
        id: "tcp.fin-retransmit",
        title: "FIN sent again",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.8.1"],
        filter: "tcp.flags.fin==1 && tcp.analysis.retransmission",
        question: "The last ACK is lost. What happens, and why is TIME_WAIT there?",
        rule: Rule::Connection(rule),
        needs: [Fin],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let end = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).fins.count > 1)?;
    let fins = &tcp.end(end).fins;
    // An end whose FIN crosses the peer's may say it again with its acknowledgment: nothing was lost.
    let r = &tcp.end(end).retransmits;
    let crossed = tcp.ends.iter().all(|e| e.fins.count > 0) || fins.longest_gap_ns < NO_TIMER_NS;
    let untimed = r.total() == r.of(Cause::Unknown) && crossed;
    Some(
        Evidence::at(fins.first?)
            .frame(fins.last.frame)
            .with("end", end.name())
            .with("again", fins.count - 1)
            .with("longest_gap_ms", ms(fins.longest_gap_ns))
            .with("acked", fins.acked.is_some())
            .severity(if untimed { Severity::Note } else { Severity::Warn })
            .times(fins.count - 1)
            .weight(f64::from(fins.count)),
    )
}

/// No timer runs out sooner: 30 ms.
const NO_TIMER_NS: i64 = 30 * NS_PER_MS;

fn explain(f: &Finding) -> String {
    let acked =
        if f.first.is("acked") { "it was acknowledged in the end" } else { "no acknowledgment is in this capture" };
    format!(
        "The {}'s FIN went out {} more, up to {} apart; {acked}.",
        f.first.text("end"),
        plural(f.first.int("again") as u64, "time"),
        duration(f.first.num("longest_gap_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "The FIN comes again, here {} more, and the side in TIME_WAIT answers it.",
        plural(f.first.int("again") as u64, "time")
    )
}
