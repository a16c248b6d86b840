//! `tls.starttls`: TLS inside a protocol that begins in clear.

use crate::concepts::text::{duration, protocol};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::Conversation;
use crate::track::app::App;

concept! {
/// Mail, directories and databases often begin in clear and turn to TLS on request. What went before is readable, and
/// whoever sits on the path can take the offer out unless the client insists.
    STARTTLS {
        id: "tls.starttls",
        title: "Upgrade to TLS",
        section: 5,
        severity: Info,
        rfcs: ["RFC 3207", "RFC 2595", "RFC 4217", "RFC 4511 §4.14", "RFC 6120 §5", "RFC 8314"],
        filter: "smtp.req.command==\"STARTTLS\" || tls",
        question: "Why is implicit TLS on its own port safer than STARTTLS?",
        rule: Rule::Connection(rule),
        needs: [Application],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let facts = c.facts()?;
    let upgrade = facts.starttls.filter(|upgrade| upgrade.protocol != App::Http1)?;
    let evidence = Evidence::at(upgrade.request).maybe("protocol", upgrade.protocol.name());
    match (upgrade.began, upgrade.declined) {
        (Some(began), _) => Some(
            evidence
                .frame(upgrade.accepted.map_or(0, |at| at.frame))
                .frame(began.frame)
                .with("took_ms", began.ts.ms_since(upgrade.request.ts))
                .with("clear_ms", upgrade.request.ts.ms_since(c.first().ts))
                .maybe("version", facts.tls.as_ref().and_then(|tls| tls.version.clone()).map(String::from)),
        ),
        (None, Some(declined)) => {
            let mut ends = c.tcp().into_iter().flat_map(|tcp| &tcp.ends);
            let went_on = ends.any(|end| end.data.last.frame > declined.frame);
            let evidence = evidence.frame(declined.frame).with("declined", true).with("went_on", went_on);
            Some(evidence.severity(Severity::Warn).weight(1.0))
        }
        (None, None) => None,
    }
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    let protocol = protocol(e.text("protocol"));
    if e.is("declined") {
        let then = if e.is("went_on") { "what follows is in clear" } else { "nothing was said after that" };
        return format!("The client asked for TLS in {protocol} and the server declined: {then}.");
    }
    let version = if e.has("version") { e.text("version") } else { "TLS" };
    format!(
        "{protocol} began in clear; {version} since frame {}, {} after the client asked for it.",
        e.frames.last().copied().unwrap_or_default(),
        duration(e.num("took_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Because its beginning is in clear and can be altered: here {} asked for TLS in frame {}.",
        protocol(f.worst.text("protocol")),
        f.worst.at.frame
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Detail;
    use crate::track::app::{AppFacts, StartTls};
    use crate::track::testing::{at, conversation};

    fn after(protocol: App, declined: bool, began: bool) -> Option<Evidence> {
        let some = |is: bool, frame| is.then(|| at(frame));
        let (accepted, declined, began) = (some(!declined, 5), some(declined, 5), some(began, 6));
        let mut c = conversation(0);
        let starttls = Some(StartTls { protocol, request: at(4), accepted, declined, began });
        c.detail = Some(Box::new(Detail { app: AppFacts { starttls, ..AppFacts::default() }, ..Detail::default() }));
        rule(&c)
    }

    #[test]
    fn a_refusal_is_worse_than_an_upgrade_and_a_tunnel_is_neither() {
        let upgraded = after(App::Smtp, false, true).expect("an upgrade");
        assert_eq!((upgraded.frames.as_slice(), upgraded.severity), (&[4, 5, 6][..], None));
        let refused = after(App::Smtp, true, false).expect("a refusal");
        assert_eq!((refused.is("declined"), refused.severity), (true, Some(Severity::Warn)));
        assert!(after(App::Smtp, false, false).is_none());
        assert!(after(App::Http1, false, true).is_none());
    }
}
