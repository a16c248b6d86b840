//! `mistake.two-buffers`: Each direction has buffers of its own.

use crate::concepts::text::{bytes, duration};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::{Stalls, TcpFacts};
use crate::track::{At, Conversation, Dir, ms};

concept! {
/// A socket has a send buffer and a receive buffer, and so has its peer. The window that one end advertises is the room
/// in its receive buffer, and holds back the other end's sending only; what it sends itself meets the other's window. One
/// direction may stand still while the other has all the room that it wants.
    TWO_BUFFERS {
        id: "mistake.two-buffers",
        title: "One direction held back, the other not",
        section: 13,
        severity: Info,
        rfcs: ["RFC 9293 §3.8.6"],
        filter: "tcp.analysis.zero_window || tcp.analysis.window_full",
        question: "The receive buffer of one end is full. What may that end still send?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|tcp| !tcp.midstream && !tcp.one_way)?;
    let held = |sender: Dir| stall(tcp, sender).is_some();
    let dir = [Dir::Client, Dir::Server].into_iter().find(|dir| held(*dir) && !held(dir.flip()))?;
    let stall = stall(tcp, dir).filter(|stall| stall.ns >= c.last().ts.since(c.first().ts) / TELLING)?;
    let (sender, receiver) = (tcp.end(dir), tcp.end(dir.flip()));
    // The other way there was room all the while, used or not.
    (sender.window_min > 0).then(|| {
        Evidence::at(stall.from)
            .frame(stall.until.frame)
            .with("sender", dir.name())
            .with("receiver", dir.flip().name())
            .with("held_ms", ms(stall.ns))
            .with("held_window_bytes", receiver.window_max)
            .with("free_window_bytes", sender.window_min)
            .with("free_sent_bytes", receiver.unique_bytes)
            .weight(ms(stall.ns))
    })
}

/// The part of a conversation's time from which on it is worth telling: a twentieth.
const TELLING: i64 = 20;

/// How long the peer's window held a sender back, and the longest time that it did.
struct Held {
    ns: i64,
    from: At,
    until: At,
}

/// That of a sender which was held back: the peer had no room, or it had filled what there was.
fn stall(tcp: &TcpFacts, sender: Dir) -> Option<Held> {
    let (closed, full) = (&tcp.end(sender.flip()).zero_window, &tcp.end(sender).window_full);
    let held = |stalls: &Stalls| {
        (stalls.tally.count > 0).then_some(Held {
            ns: stalls.time.total_ns,
            from: stalls.time.max_from,
            until: stalls.time.max_at,
        })
    };
    held(closed).or_else(|| held(full)).filter(|held| held.ns > 0)
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let size = |name| bytes(e.int(name) as u64);
    let (sender, receiver) = (e.text("sender"), e.text("receiver"));
    let used = match e.int("free_sent_bytes") {
        0 => "which it did not need".to_owned(),
        sent => format!("into which it sent {}", bytes(sent as u64)),
    };
    format!(
        "The {receiver}'s receive buffer (room for {} at most) held the {sender} back for {}. Nothing held the {receiver} \
         back: the {sender} had room for {} or more all the while, {used}.",
        size("held_window_bytes"),
        duration(e.num("held_ms")),
        size("free_window_bytes"),
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    let (sender, receiver) = (e.text("sender"), e.text("receiver"));
    format!(
        "As much as its peer has room for: the {receiver} was full here, and the {sender} had room for {} at least all the \
         while. Each direction has a send buffer, a receive buffer and a window of its own.",
        bytes(e.int("free_window_bytes") as u64)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::testing::{at, connection};

    /// A connection of 10 ms in which the windows of these ends were closed for so many of them, and never below so many
    /// bytes.
    fn held(closed_ms: [u32; 2], room: u32) -> Option<Evidence> {
        let c = connection(0, |facts| {
            for (end, closed) in facts.ends.iter_mut().zip(closed_ms) {
                end.window_min = if closed > 0 { 0 } else { room };
                if closed > 0 {
                    end.zero_window.tally.add(at(2));
                    end.zero_window.time.add(at(2), at(2 + closed));
                }
            }
        });
        rule(&c)
    }

    #[test]
    fn one_direction_stood_still_and_the_other_did_not() {
        let evidence = held([0, 3], 4_000).expect("the server had no room");
        assert_eq!((evidence.frames.as_slice(), evidence.weight), (&[2, 5][..], 3.0));
        assert!(held([0, 0], 4_000).is_none(), "nothing was held back");
        assert!(held([3, 3], 4_000).is_none(), "both were");
        assert!(held([0, 3], 0).is_none(), "the other had no room either");
    }
}
