//! `cc.retransmit`: Segments sent again.

use crate::concepts::text::{duration, percent, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::tcp::{CAUSES, Cause};
use crate::track::{Conversation, Dir, ms};

concept! {
/// Duplicate ACKs or SACK start a fast retransmit; silence starts a tail loss probe after two round trips and then
/// the timer, which doubles each time. What came just before the retransmission tells which it was.
    RETRANSMIT {
        id: "cc.retransmit",
        title: "Segments sent again",
        section: 4,
        severity: Warn,
        rfcs: ["RFC 5681 §3.2", "RFC 6298 §5", "RFC 6675", "RFC 8985"],
        filter: "tcp.analysis.retransmission",
        question: "A segment is sent twice. Name the reasons, and how you tell them apart.",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let data = |dir: Dir| {
        let r = &tcp.end(dir).retransmits;
        r.total() - r.of(Cause::Syn) - r.of(Cause::SynAck)
    };
    let dir = if data(Dir::Client) >= data(Dir::Server) { Dir::Client } else { Dir::Server };
    let count = data(dir);
    if count == 0 {
        return None;
    }
    let r = &tcp.end(dir).retransmits;
    let causes: Vec<String> = CAUSES
        .iter()
        .filter(|c| !matches!(c, Cause::Syn | Cause::SynAck) && r.of(**c) > 0)
        .map(|c| format!("{} {}", r.of(*c), c.name()))
        .collect();
    // A FIN is none of the data segments.
    let fins = tcp.end(dir).fins.count.saturating_sub(1).min(count);
    let share = f64::from(count - fins) / f64::from(tcp.end(dir).data_segments.max(1));
    let unexplained = r.of(Cause::Unknown) == count && fins == count;
    let quiet = (share < 0.01 && r.of(Cause::Rto) == 0 && fins < count) || unexplained;
    Some(
        Evidence::at(r.all.first)
            .frame(r.all.last.frame)
            .with("sender", dir.name())
            .with("segments", count)
            .with("fins", fins)
            .with("share", share)
            .with("bytes", r.bytes)
            .with("causes", causes)
            .with("spurious", r.spurious.count)
            .with("longest_silence_ms", ms(r.longest_rto.max_ns))
            .severity(if quiet { Severity::Note } else { Severity::Warn })
            .times(count)
            .weight(f64::from(count)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let silence = if e.num("longest_silence_ms") > 0.0 {
        format!("; the longest silence before a timeout was {}", duration(e.num("longest_silence_ms")))
    } else {
        String::new()
    };
    let needless = match e.int("spurious") {
        0 => String::new(),
        n => format!("; {n} proven needless"),
    };
    // Of a sender with little to say the same segments went out again and again.
    let share = match e.num("share") {
        share if share > 1.0 || share == 0.0 => String::new(),
        share => format!(" ({} of its data segments)", percent(share)),
    };
    let what = match (e.int("segments"), e.int("fins")) {
        (1, 1) => "its FIN".to_owned(),
        (n, fins) if n == fins => format!("its FIN {} times", n),
        (n, 0) => plural(n as u64, "segment"),
        (n, fins) => format!("{n} segments, {fins} of them a FIN,"),
    };
    format!("The {} sent {what} again{share}: {}{needless}{silence}.", e.text("sender"), e.list("causes"))
}

fn answer(f: &Finding) -> String {
    format!("By what came before: ACKs with SACK (fast), or silence (probe, timer). Here: {}.", f.first.list("causes"))
}
