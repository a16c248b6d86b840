//! `cc.limited-by`: What held the sender.

use super::bulk::sender;
use crate::concepts::text::{duration, percent};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::{LIMITS, Limit, Sight};
use crate::track::{Conversation, ms};

concept! {
/// At any moment one thing keeps a sender from sending more: the handshake, an application that has nothing to send,
/// the receiver's window, the congestion window (or its pacing), or the repair of a loss. Shares of the transfer time tell
/// whom to ask: the developer, the peer's buffer, or the network.
    LIMITED_BY {
        id: "cc.limited-by",
        title: "What limited the transfer",
        section: 4,
        severity: Note,
        rfcs: ["RFC 5681", "RFC 9293 §3.8.6", "RFC 7661 §1"],
        filter: "tcp.analysis.window_full",
        question: "A transfer is slow: is it the network, the receiver or the application?",
        rule: Rule::Connection(rule),
        needs: [Bulk],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let (dir, end, cc) = sender(c)?;
    let total = cc.limited_ns.iter().fold(0_i64, |sum, ns| sum.saturating_add(*ns));
    if total <= 0 || !cc.is_seen() {
        return None;
    }
    let most = LIMITS.into_iter().max_by_key(|l| cc.limited_ns[*l as usize])?;
    Some(
        Evidence::at(end.data.first)
            .frame(end.data.last.frame)
            .with("sender", dir.name())
            .with("most", most.name())
            .with("handshake", cc.share(Limit::Handshake))
            .with("application", cc.share(Limit::Application))
            .with("receiver", cc.share(Limit::Receiver))
            .with("congestion", cc.share(Limit::Congestion))
            .with("recovery", cc.share(Limit::Recovery))
            .with("total_ms", ms(total))
            .inferred(
                if cc.sight == Sight::Near { 0.85 } else { 0.6 },
                "flight against windows, and what was sent next",
            )
            .weight(ms(total)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let mut parts: Vec<(f64, String)> = LIMITS
        .into_iter()
        .map(|l| (e.num(l.name()), format!("{} {}", percent(e.num(l.name())), phrase(l.name()))))
        .filter(|(share, _)| *share >= 0.005)
        .collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let parts: Vec<String> = parts.into_iter().map(|p| p.1).collect();
    format!("Of {} until the {}'s last data: {}.", duration(e.num("total_ms")), e.text("sender"), parts.join(", "))
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!("Mostly {} here: {} of the time.", phrase(e.text("most")), percent(e.num(e.text("most"))))
}

fn phrase(limit: &str) -> &'static str {
    match limit {
        "handshake" => "the handshake",
        "application" => "the application (nothing more to send)",
        "receiver" => "the receiver's window",
        "congestion" => "the congestion window",
        _ => "loss recovery",
    }
}
