//! `tcp.close-wait`: Long in CLOSE_WAIT.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::track::{Conversation, Dir, Overview, ms};

concept! {
/// CLOSE-WAIT ends only when the application calls close(). A socket that stays there for long belongs to a program
/// that does not notice the end of the stream: no kernel setting helps.
    CLOSE_WAIT {
        id: "tcp.close-wait",
        title: "Long in CLOSE_WAIT",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.3.2"],
        filter: "tcp.flags.fin==1",
        question: "Thousands of sockets in CLOSE_WAIT: whose bug is that?",
        rule: Rule::Both(rule, leak),
        needs: [Fin],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let end = [Dir::Client, Dir::Server]
        .into_iter()
        .find(|d| tcp.end(*d).close_wait.is_some_and(|w| lasted(&w, c) >= LONG_NS))?;
    let wait = tcp.end(end).close_wait?;
    let ns = lasted(&wait, c);
    // Half-closed on purpose, unless the peer answers what comes by a reset: then it had closed for good.
    let refused = tcp.reset.is_some_and(|r| r.from == end.flip() && r.answers_data.is_some());
    if tcp.end(end).after_peer_fin > 0 && !refused {
        return None;
    }
    Some(
        Evidence::at(wait.from)
            .frame(wait.until.map_or(0, |at| at.frame))
            .with("end", end.name())
            .with("ms", ms(ns))
            .with("closed_in_the_end", wait.until.is_some())
            .with("refused", refused)
            .weight(ms(ns)),
    )
}

/// Not one of a server's sockets was closed after its peer had closed: a leak, even where the capture is too short for
/// any of them to have lasted long.
fn leak(o: &Overview<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for (service, attempts) in &o.census.by_service {
        let waits = attempts.odd().left_open;
        if waits.count < 3 || attempts.closed_in_turn > 0 || !(SOON_NS..LONG_NS).contains(&waits.longest_ns) {
            continue;
        }
        out.push(
            Evidence::at(waits.first)
                .frame(waits.last.frame)
                .about(Subject::Host(service.0))
                .with("port", service.1)
                .with("sockets", waits.count)
                .with("ms", ms(waits.longest_ns))
                .inferred(0.7, "every peer has closed, and not one of the sockets was closed in turn")
                .times(waits.count)
                .weight(ms(waits.longest_ns)),
        );
    }
    out
}

/// A delayed ACK takes no longer: an application that was woken by the FIN would have closed: 200 ms.
const SOON_NS: i64 = 200_000_000;
/// An application that notices the end of the stream closes sooner than this: 1 s.
const LONG_NS: i64 = 1_000_000_000;

fn lasted(wait: &crate::track::Period, c: &Conversation) -> i64 {
    let unheard_ns = c.tcp().map_or(0, |tcp| tcp.unheard_ns);
    wait.ns(c.last().ts.plus(unheard_ns))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    if e.has("sockets") {
        return format!(
            "Port {}: {} peers have closed and got an ACK and no more: as many sockets sit in CLOSE_WAIT, the oldest for {} \
             when the capture ends. The application leaks them; it will run out of descriptors.",
            e.int("port"),
            e.int("sockets"),
            duration(e.num("ms"))
        );
    }
    let end = match (e.is("refused"), e.is("closed_in_the_end")) {
        (true, _) => "and then wrote to a peer that had closed for good: a reset was the answer",
        (false, true) => "before it closed",
        (false, false) => "and had not closed when the capture ended",
    };
    let look = if e.is("closed_in_the_end") && !e.is("refused") {
        "a pool that looks at a connection only when it next needs it is the usual reason"
    } else {
        "look for the code path that drops the connection without closing it"
    };
    format!(
        "The {} got the FIN and sat in CLOSE_WAIT for {} {end}. Its kernel has told the application (read() returns 0), and \
         only close() ends it: {look}.",
        e.text("end"),
        duration(e.num("ms"))
    )
}

fn answer(f: &Finding) -> String {
    if f.first.has("sockets") {
        return format!(
            "The application's that does not close: here {} sockets of port {}.",
            f.first.int("sockets"),
            f.first.int("port")
        );
    }
    format!(
        "The application's: here the {} got the FIN and did not close for {}.",
        f.first.text("end"),
        duration(f.first.num("ms"))
    )
}
