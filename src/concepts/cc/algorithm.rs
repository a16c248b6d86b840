//! `cc.algorithm`: Which congestion control.

use super::bulk::sender;
use crate::concepts::text::percent;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;
use crate::track::tcp::Algorithm;

concept! {
/// The algorithm is the sender's own affair and never on the wire, but each has its habits. Reno halves its window at a
/// loss and then adds one segment a round trip. CUBIC keeps 0.7 of it, climbs back along a cubic curve, and leaves slow
/// start early when delay rises. BBR paces by the rate it measures and hardly answers to a loss.
    ALGORITHM {
        id: "cc.algorithm",
        title: "Reno, CUBIC or BBR",
        section: 4,
        severity: Note,
        rfcs: ["RFC 5681", "RFC 9438", "RFC 9406"],
        filter: "tcp.analysis.bytes_in_flight",
        question: "How can you tell the congestion control from a trace?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

const BECAUSE: &str = "decrease at loss, growth, slow start's end and pacing, against what each algorithm would do";

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, end, cc) = sender(c)?;
    let v = &cc.verdict;
    if v.algorithm == Algorithm::Unknown {
        return None;
    }
    let evidence = Evidence::at(end.data.first)
        .with("sender", dir.name())
        .with("algorithm", name(v.algorithm))
        .with("confidence", f64::from(v.confidence))
        .with("because", v.because.to_vec())
        .inferred(v.confidence, BECAUSE)
        .weight(f64::from(v.confidence));
    Some(match cc.episodes.first() {
        Some(episode) => evidence.frame(episode.from.frame),
        None => evidence,
    })
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {} behaved like {} ({} sure): {}.",
        e.text("sender"),
        e.text("algorithm"),
        percent(e.num("confidence")),
        e.list("because")
    )
}

fn answer(f: &Finding) -> String {
    format!("By its habits: {}. That is {}.", f.first.list("because"), f.first.text("algorithm"))
}

fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Reno => "Reno",
        Algorithm::Cubic => "CUBIC",
        Algorithm::Bbr => "BBR",
        Algorithm::Unknown => "something else",
    }
}
