//! `dns.dual-stack`: A and AAAA together, and the race that follows.

use super::{evidence, exchange};
use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{At, Conversation, Event, Kind, What, ms};

concept! {
/// A client with both address families asks for both at once and connects to what answers: IPv6 first, IPv4 a moment
/// later if nothing has happened by then. So a broken IPv6 path costs that moment instead of a timeout.
    DUAL_STACK {
        id: "dns.dual-stack",
        title: "Dual stack",
        section: 7,
        severity: Info,
        rfcs: ["RFC 8305", "RFC 6724"],
        filter: "dns.qry.type==1 || dns.qry.type==28 || dns.qry.type==65",
        question: "IPv6 is broken on the way. Why does the user hardly notice?",
        rule: Rule::Event(&[Kind::Dns, Kind::Closed], rule),
        needs: [Resolved],
    }
}

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    match e.what {
        What::Dns(_) => asked(e),
        _ => won(c),
    }
}

/// Questions for both families, told with the last of them.
fn asked(e: &Event<'_>) -> Option<Evidence> {
    let x = exchange(e)?;
    let (together, at) = (x.companions, x.query?.at);
    let (a, aaaa) = (together.a?, together.aaaa?);
    let all = [Some(a), Some(aaaa), together.https];
    let latest = all.iter().flatten().map(|at| at.frame).max();
    if latest != Some(at.frame) {
        return None;
    }
    let first = all.iter().flatten().map(|at| at.ts).min().unwrap_or(at.ts);
    Some(
        evidence(x)
            .frame(a.frame)
            .frame(aaaa.frame)
            .frame(together.https.map_or(0, |at| at.frame))
            .with("a_frame", a.frame)
            .with("aaaa_frame", aaaa.frame)
            .maybe("https_frame", together.https.map(|at| at.frame))
            .with("within_ms", ms(at.ts.since(first))),
    )
}

/// A connection that was answered while the one to the other family was not, or sooner.
fn won(c: &Conversation) -> Option<Evidence> {
    let (race, resolved) = (c.race()?, c.resolved()?);
    let mine = c.tcp()?.handshake.syn_ack?;
    if race.answered.is_some_and(|theirs| theirs.ts <= mine.ts) {
        return None;
    }
    let family = |v4| if v4 { "IPv4" } else { "IPv6" };
    let mine_is_v4 = c.server().addr.is_v4();
    let ahead = race.began.ts <= c.first().ts;
    let delay = c.first().ts.since(race.began.ts).abs();
    let frame = |at: Option<At>| at.map_or(0, |at| at.frame);
    Some(
        Evidence::at(c.first())
            .frame(race.began.frame)
            .frame(frame(Some(mine)))
            .with("name", resolved.name())
            .with("lookup_frame", resolved.answered.frame)
            .with("winner", family(mine_is_v4))
            .with("loser", family(!mine_is_v4))
            .with("winner_address", c.server().to_string())
            .with("loser_address", race.server.to_string())
            .with("loser_began_first", ahead)
            .with("loser_answered", race.answered.is_some())
            .with("loser_refused", race.refused)
            .with("delay_ms", ms(delay).round())
            .with("saved_by_ms", ms(mine.ts.since(if ahead { race.began.ts } else { c.first().ts })))
            .weight(1.0 + ms(delay)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    if !e.has("winner") {
        let https = if e.has("https_frame") { " and HTTPS" } else { "" };
        let within = duration(e.num("within_ms"));
        return format!("{} was asked for A, AAAA{https} within {within}.", e.text("name"));
    }
    let (winner, loser) = (e.text("winner"), e.text("loser"));
    let (first, second) = if e.is("loser_began_first") { (loser, winner) } else { (winner, loser) };
    let lost = match (e.is("loser_answered"), e.is("loser_refused")) {
        (true, _) => "answered later",
        (false, true) => "was refused",
        (false, false) => "got no SYN-ACK",
    };
    format!(
        "Race to {} (lookup in frame {}): {first} began, {second} {} later. {winner} won ({}); {loser} ({}) {lost}.",
        e.text("name"),
        e.int("lookup_frame"),
        duration(e.num("delay_ms")),
        e.text("winner_address"),
        e.text("loser_address")
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    match e.has("winner") {
        true => format!(
            "Happy Eyeballs: the other family is tried after a moment. Here {} was connected {} after the first attempt.",
            e.text("winner"),
            duration(e.num("saved_by_ms"))
        ),
        false => format!("Happy Eyeballs: both families of {} are known at once.", e.text("name")),
    }
}
