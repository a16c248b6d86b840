//! `tcp.time-wait`: TIME_WAIT.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::TimeWait;
use crate::track::{Conversation, Dir, Event, ms};

concept! {
/// The end that closes first waits 2×MSL (60 s on Linux) so that its last ACK can be repeated and old segments die
/// out before the 4-tuple is used again. While it lasts, that port cannot be used towards the same destination.
    TIME_WAIT {
        id: "tcp.time-wait",
        title: "TIME_WAIT",
        section: 3,
        severity: Note,
        rfcs: ["RFC 9293 §3.6.1"],
        filter: "tcp.flags.fin==1",
        question: "Who ends up in TIME_WAIT, for how long, and why?",
        rule: Rule::Connection(rule),
        needs: [Fin],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    holder(c).map(|(_, wait)| Evidence::at(wait.from))
}

/// Who holds it; the client where both do.
fn holder(c: &Conversation) -> Option<(Dir, TimeWait)> {
    let tcp = c.tcp()?;
    [Dir::Client, Dir::Server].into_iter().find_map(|dir| Some((dir, tcp.end(dir).time_wait?)))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((end, wait)) = holder(c) else { return evidence };
    let both = c.tcp().is_some_and(|tcp| tcp.ends.iter().all(|e| e.time_wait.is_some()));
    evidence
        .with("end", if both { "both ends" } else { end.name() })
        .with("host", c.end(end).addr.to_string())
        .with("port", c.end(end).port)
        .with("until_ns", wait.until.0)
        .with("seconds", (ms(wait.until.since(wait.from.ts)) / 1000.0).round())
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let who = match e.text("end") {
        "both ends" => format!("{} as well as its peer", e.text("host")),
        end => format!("{} (the {end})", e.text("host")),
    };
    format!("{who} holds port {} in TIME_WAIT for {} s from frame {}.", e.int("port"), e.int("seconds"), e.at.frame)
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    if e.text("end") == "both ends" {
        return format!(
            "The side that closed first: here both, as the FINs crossed, for {} s, so that late segments die out and the last \
             ACK can be repeated.",
            e.int("seconds")
        );
    }
    format!(
        "The side that closed first: here the {}, port {}, for {} s, so that late segments die out and the last ACK can be repeated.",
        e.text("end"),
        e.int("port"),
        e.int("seconds")
    )
}
