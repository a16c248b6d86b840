//! `sock.backlog-overflow`: Accept queue full.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::track::Overview;
use crate::track::census::Arrivals;

concept! {
/// Connections whose handshake is done wait in the accept queue. When the application does not call accept() in time
/// and the queue is full, Linux drops further SYNs and ignores final ACKs: clients see nothing, repeat after a second,
/// and think the network loses packets.
    BACKLOG_OVERFLOW {
        id: "sock.backlog-overflow",
        title: "Accept queue full",
        section: 12,
        severity: Bad,
        rfcs: ["RFC 9293 §3.10.1"],
        filter: "tcp.flags.syn==1 && tcp.analysis.retransmission",
        question: "Clients of a busy server take one or three seconds to connect, others fail. Where do you look?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let full = o.census.by_service.iter().filter(|(_, attempts)| looks_full(attempts));
    let mut out: Vec<_> = full
        .map(|((host, port), attempts)| {
            let odd = attempts.odd();
            let (from, until) = odd.ignored_together;
            Evidence::at(odd.ignored.first)
                .about(Subject::Host(*host))
                .frame(odd.ignored.last.frame)
                .with("port", *port)
                .with("ignored", odd.ignored.count)
                .with("begun", attempts.begun.count)
                .with("completed", attempts.completed)
                .with("together_ms", until.ms_since(from))
                .times(odd.ignored.count)
                .inferred(0.7, "near the server, several SYNs arrived and were ignored at the same time by a service that accepts others")
                .weight(f64::from(odd.ignored.count))
        })
        .collect();
    out.sort_by_key(|evidence| evidence.at.frame);
    out
}

/// Loss hits one attempt now and another then; a full queue ignores all that come while it is full. So does a box on the
/// way that ran out of ports or patience, so the capture must be taken near the server, where the SYNs were seen to arrive.
fn looks_full(attempts: &Arrivals) -> bool {
    let odd = attempts.odd();
    let (from, until) = odd.ignored_together;
    let (to_server, to_client) = attempts.sides_ns;
    odd.ignored.count >= MIN_IGNORED
        && to_server.saturating_mul(NEAR) < to_client
        && u64::from(odd.ignored.count) * 3 >= u64::from(attempts.begun.count)
        && attempts.completed > 0
        && until > from
}

/// How many times nearer to the server than to the client.
const NEAR: i64 = 4;
/// Fewer attempts that were ignored may be loss.
const MIN_IGNORED: u32 = 3;

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "{} of {} attempts at port {} got no answer, all of them at the same time for {}, from a service that completed {}: what a full accept queue does.",
        e.int("ignored"),
        e.int("begun"),
        e.int("port"),
        duration(e.num("together_ms")),
        plural(e.int("completed") as u64, "handshake")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "At the accept queue (ss -ltn, nstat ListenOverflows). Here {} attempts to port {} were ignored together.",
        f.worst.int("ignored"),
        f.worst.int("port")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::census::Oddities;
    use crate::track::testing::at;

    fn attempts(ignored: u32, begun: u32, until: u32) -> Arrivals {
        let mut attempts = Arrivals { completed: 1, sides_ns: (1_000, 9_000), ..Arrivals::default() };
        let mut odd = Oddities { ignored_together: (at(5).ts, at(until).ts), ..Oddities::default() };
        (0..ignored).for_each(|n| odd.ignored.add(at(n + 1)));
        (0..begun).for_each(|n| attempts.begun.add(at(n + 1)));
        attempts.odd = Some(Box::new(odd));
        attempts
    }

    #[test]
    fn several_ignored_at_once_are_a_full_queue_and_single_ones_are_loss() {
        assert!(looks_full(&attempts(3, 9, 6)));
        assert!(!looks_full(&attempts(2, 2, 6)), "two may be loss");
        assert!(!looks_full(&attempts(3, 10, 6)), "most were answered");
        assert!(!looks_full(&attempts(3, 9, 4)), "one after the other");
        let mut far = attempts(3, 9, 6);
        far.sides_ns = (9_000, 1_000);
        assert!(!looks_full(&far), "they may have been lost on the way");
        let mut dead = attempts(3, 9, 6);
        dead.completed = 0;
        assert!(!looks_full(&dead), "nobody is there");
    }
}
