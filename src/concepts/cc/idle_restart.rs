//! `cc.idle-restart`: The window reset after idle.

use super::bulk::{segments, sender};
use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, ms};

concept! {
/// A window says what the path could take when it was last used. After an idle retransmission timeout Linux shrinks it,
/// down to the initial window, and slow start begins again: a keep-alive connection that pauses between requests is
/// hardly faster than a new one. `net.ipv4.tcp_slow_start_after_idle=0` turns that off.
    IDLE_RESTART {
        id: "cc.idle-restart",
        title: "Slow start after idle",
        section: 4,
        severity: Note,
        rfcs: ["RFC 5681 §4.1", "RFC 7661"],
        filter: "tcp.time_delta > 0.2",
        question: "Why is the second response on a warm connection as slow as the first?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, _, cc) = sender(c)?;
    let (count, worst) = cc.idle_restarts;
    let worst = worst.filter(|_| cc.is_seen())?;
    Some(
        Evidence::at(worst.at)
            .with("sender", dir.name())
            .with("restarts", count)
            .with("idle_ms", ms(worst.idle_ns))
            .with("before_segments", segments(worst.before, cc))
            .with("after_segments", segments(worst.after, cc))
            .inferred(0.85, "the first flight after a silence is smaller than the last before it")
            .times(count)
            .weight(f64::from(worst.before - worst.after.min(worst.before))),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} of the {}: after {} without data, {} could leave at once where {} had been in flight before.",
        plural(e.int("restarts") as u64, "restart"),
        e.text("sender"),
        duration(e.num("idle_ms")),
        plural(e.int("after_segments") as u64, "segment"),
        e.int("before_segments")
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The window is not kept over idle: {} segments here after {}, from {}.",
        e.int("after_segments"),
        duration(e.num("idle_ms")),
        e.int("before_segments")
    )
}
