//! `cc.reordering`: Reordering without loss.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::{Cause, TcpFacts};
use crate::track::{Conversation, Dir, ms};

concept! {
/// A late original was sent before those that overtook it: its IP identification and timestamp are lower. A
/// retransmission was sent after. Confusing the two makes a healthy path look lossy.
    REORDERING {
        id: "cc.reordering",
        title: "Reordering without loss",
        section: 4,
        severity: Note,
        rfcs: ["RFC 4737", "RFC 8985 §6"],
        filter: "tcp.analysis.out_of_order",
        question: "How is an overtaken segment different from a lost one?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let late = |dir: &Dir| tcp.end(*dir).out_of_order.count > 0;
    let Some(dir) = [Dir::Client, Dir::Server].into_iter().find(late) else { return told_by_acks(tcp) };
    let end = tcp.end(dir);
    Some(
        Evidence::at(end.out_of_order.first)
            .frame(end.reorder_delay.max_at.frame)
            .with("sender", dir.name())
            .with("segments", end.out_of_order.count)
            .with("extent", end.reorder_extent)
            .with("max_ms", ms(end.reorder_delay.max_ns))
            .times(end.out_of_order.count)
            .weight(f64::from(end.out_of_order.count)),
    )
}

/// Near the sender nothing is out of order; the acknowledgments tell of it.
fn told_by_acks(tcp: &TcpFacts) -> Option<Evidence> {
    let needless = |dir: Dir| {
        let sent = &tcp.end(dir).retransmits;
        if !is_near(tcp, dir) {
            return 0;
        }
        let others = sent.total() - sent.of(Cause::Fast) - sent.of(Cause::Recovery);
        if others == 0 { sent.spurious.count.min(sent.of(Cause::Fast)) } else { 0 }
    };
    let late = |dir: &Dir| tcp.end(*dir).overtaken.count > 0 || needless(*dir) > 0;
    let dir = [Dir::Client, Dir::Server].into_iter().find(late)?;
    let (end, needless) = (tcp.end(dir), needless(dir));
    let holes = end.overtaken;
    let first = if holes.count > 0 { holes.first } else { end.retransmits.spurious.first };
    Some(
        Evidence::at(first)
            .frame(end.overtaken_delay.max_at.frame)
            .with("sender", dir.name())
            .with("segments", holes.count + needless)
            .with("holes_filled", holes.count)
            .with("needless", needless)
            .with("extent", end.overtaken_extent)
            .with("max_ms", ms(end.overtaken_delay.max_ns))
            .times(holes.count + needless)
            .inferred(0.85, "what the acknowledgments reported missing had arrived without being sent again")
            .weight(f64::from(holes.count + needless)),
    )
}

/// The capture was taken nearer to this sender than to its peer, as the handshake shows: what it sees of the causes of
/// retransmissions is what the sender saw.
fn is_near(tcp: &TcpFacts, dir: Dir) -> bool {
    let sides = tcp.handshake.client_side_ms().zip(tcp.handshake.server_side_ms());
    sides.is_some_and(|(client, server)| if dir == Dir::Client { client < server } else { server < client })
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    if !e.has("needless") {
        return format!(
            "{} of the {} came late, overtaken by up to {}, by up to {}.",
            plural(e.int("segments") as u64, "segment"),
            e.text("sender"),
            plural(e.int("extent") as u64, "segment"),
            duration(e.num("max_ms"))
        );
    }
    let mut parts = Vec::new();
    if e.int("holes_filled") > 0 {
        parts.push(format!(
            "{} reported missing arrived {} at most later without being sent again, after up to {} sent behind",
            plural(e.int("holes_filled") as u64, "segment"),
            duration(e.num("max_ms")),
            plural(e.int("extent") as u64, "segment")
        ));
    }
    if e.int("needless") > 0 {
        parts.push(format!(
            "{} of the fast retransmissions proved needless: the originals were late, not lost",
            e.int("needless")
        ));
    }
    format!("Beyond the capture point the {}'s segments overtake each other: {}.", e.text("sender"), parts.join("; "))
}

fn answer(f: &Finding) -> String {
    if f.first.has("needless") {
        return format!(
            "The sender cannot know at once: both look like a hole. RACK waits a quarter of a round trip before it resends; here \
             {} proved to be late only.",
            plural(f.first.int("segments") as u64, "segment")
        );
    }
    format!(
        "By when it was sent: {} here were sent once and arrived late.",
        plural(f.first.int("segments") as u64, "segment")
    )
}
