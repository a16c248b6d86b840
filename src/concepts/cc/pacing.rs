//! `cc.pacing`: Paced or in bursts.

use super::bulk::sender;
use crate::concepts::text::percent;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A classic sender lets acknowledgments release its segments, so they leave in the bursts in which acknowledgments come,
/// and slow start sends two for one. A paced sender (BBR, or the fq queueing discipline) spreads them over the round trip
/// by a timer, which spares shallow queues.
    PACING {
        id: "cc.pacing",
        title: "Paced, or clocked by acknowledgments",
        section: 4,
        severity: Note,
        rfcs: ["RFC 9002 §7.7", "RFC 5681"],
        filter: "tcp.time_delta",
        question: "What is pacing, and how do you see it in a trace?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

/// Fewer bursts show no habit.
const MIN_BURSTS: u32 = 20;
/// Share of bursts right after an acknowledgment, above which acknowledgments clock them, and below which a timer does.
const CLOCKED: f64 = 0.95;
const PACED: f64 = 0.85;

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, end, cc) = sender(c)?;
    let p = cc.pacing;
    if !cc.is_seen() || p.bursts < MIN_BURSTS {
        return None;
    }
    let share = f64::from(p.clocked) / f64::from(p.bursts);
    // Bursts right after an acknowledgment mean little where acknowledgments come so often that most would be.
    if (share > PACED && share < CLOCKED) || (share >= CLOCKED && p.chance > 0.6) {
        return None;
    }
    Some(
        Evidence::at(end.data.first)
            .frame(end.data.last.frame)
            .with("sender", dir.name())
            .with("paced", share <= PACED)
            .with("bursts", p.bursts)
            .with("after_ack", share)
            .with("mean_segments", f64::from(p.segments) / f64::from(p.bursts))
            .with("largest_segments", p.largest)
            .inferred(0.8, "the time between acknowledgments and segments")
            .weight(f64::from(p.bursts)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let how = if e.is("paced") { "Paced" } else { "Not paced" };
    format!(
        "{how}: {} of the {}'s {} bursts left right after an acknowledgment, {:.1} segments in the mean, {} in the largest.",
        percent(e.num("after_ack")),
        e.text("sender"),
        e.int("bursts"),
        e.num("mean_segments"),
        e.int("largest_segments")
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    let which = if e.is("paced") { "a timer spreads them" } else { "acknowledgments release them" };
    format!(
        "Segments spread by a timer instead of released by acknowledgments. Here {which}: {} left right after one.",
        percent(e.num("after_ack"))
    )
}
