//! `cc.loss-episode`: What a loss cost.

use super::bulk::{segments, sender};
use crate::concepts::text::{duration, percent, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::{Congestion, Episode, EpisodeKind};
use crate::track::{Conversation, ms};

concept! {
/// However many segments are lost in one round trip, the sender answers once: it repairs the holes and lowers its window,
/// by half (Reno) or to 0.7 (CUBIC), or hardly at all (BBR). The time to repair is one round trip if no retransmission
/// is lost too; the time to grow back is what a loss really costs on a long path.
    LOSS_EPISODE {
        id: "cc.loss-episode",
        title: "Loss episodes",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 5681 §3.2", "RFC 6675", "RFC 6937", "RFC 9438 §4.6"],
        filter: "tcp.analysis.retransmission",
        question: "What does a single lost segment cost a long transfer?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, _, cc) = sender(c)?;
    let real = || cc.episodes.iter().filter(|e| !e.spurious);
    let worst = real().max_by_key(|e| (e.after > 0, e.before.saturating_sub(e.after)))?;
    // Nothing says how long it took where the capture's clock went backwards meanwhile.
    let took = |e: &Episode| e.until.map(|u| u.ts.ms_since(e.from.ts)).filter(|ms| *ms >= 0.0);
    let evidence = Evidence::at(worst.from)
        .frame(worst.until.map_or(0, |u| u.frame))
        .with("sender", dir.name())
        .with("episodes", real().count())
        .with("kind", worst.kind.name())
        .with("resent", worst.resent)
        .with("repaired", worst.until.is_some())
        .maybe("recovery_ms", took(worst))
        .with("recovery_total_ms", ms(cc.recovery_ns()))
        .times(real().count() as u64)
        .weight(f64::from(worst.before));
    Some(windows(evidence, worst, cc))
}

/// The windows around it, where they show. After a timeout the sender begins anew, whatever the window was.
fn windows(evidence: Evidence, e: &Episode, cc: &Congestion) -> Evidence {
    let before = segments(e.before, cc);
    if !cc.is_seen() || e.kind == EpisodeKind::Timeout || before == 0 {
        return evidence;
    }
    let evidence = evidence.with("before_segments", before).with("before_at_least", !e.before_known);
    if e.after == 0 || (!e.before_known && e.after > e.before) {
        return evidence;
    }
    evidence.with("after_segments", segments(e.after, cc)).with("left", f64::from(e.after) / f64::from(e.before))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let about = if e.is("before_at_least") { "at least" } else { "about" };
    let window = match (e.has("before_segments"), e.has("after_segments")) {
        (true, true) => format!(
            ", and the window went from {about} {} to {} segments ({})",
            e.int("before_segments"),
            e.int("after_segments"),
            percent(e.num("left"))
        ),
        (true, false) => format!(", at a window of {about} {} segments", e.int("before_segments")),
        _ => String::new(),
    };
    let took = match (e.is("repaired"), e.has("recovery_ms")) {
        (true, true) => format!("repaired in {}", duration(e.num("recovery_ms"))),
        (true, false) => "repaired".to_owned(),
        (false, _) => "not repaired before the end".to_owned(),
    };
    format!(
        "{} of the {}; the one that cost most ({}): {} sent again, {took}{window}.",
        plural(e.int("episodes") as u64, "episode"),
        e.text("sender"),
        e.text("kind"),
        plural(e.int("resent") as u64, "segment"),
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    let left = if e.has("left") {
        format!("{} of the window was left, and growing back takes many round trips", percent(e.num("left")))
    } else {
        "the window shrinks, and growing back takes many round trips".to_owned()
    };
    let repair = match (e.is("repaired"), e.has("recovery_ms")) {
        (true, true) => duration(e.num("recovery_ms")),
        (true, false) => "of unknown length".to_owned(),
        (false, _) => "no end in sight".to_owned(),
    };
    format!("Repair ({repair} here) is the small part: {left}.")
}
