//! `sock.push`: PSH boundaries.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::End;
use crate::track::{Conversation, Dir, Event};

concept! {
/// The stack sets PSH when it has sent all that the application wrote. TCP has no messages: the receiver may read
/// any piece; but the flags show an observer where writes ended.
    PUSH {
        id: "sock.push",
        title: "PSH boundaries",
        section: 12,
        severity: Info,
        rfcs: ["RFC 9293 §3.9.1"],
        filter: "tcp.flags.push==1",
        question: "Does PSH mark message boundaries?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let (a, b) = (tcp.end(Dir::Client), tcp.end(Dir::Server));
    let first = [a, b].into_iter().find(|end| end.pushes.count > 0)?.pushes.first;
    Some(Evidence::at(first))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some([a, b]) = c.tcp().map(|tcp| &tcp.ends) else { return evidence };
    let write = |end: &End| end.unique_bytes.checked_div(end.pushes.count.into()).filter(|bytes| *bytes > 0);
    evidence
        .with("client", a.pushes.count)
        .with("server", b.pushes.count)
        .with("client_segments", a.data_segments)
        .with("server_segments", b.data_segments)
        .maybe("client_write_bytes", write(a))
        .maybe("server_write_bytes", write(b))
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let side = |name: &'static str, pushes, segments, write| {
        let size = if e.has(write) { format!(" ({} a write)", bytes(e.int(write) as u64)) } else { String::new() };
        format!("{} of {} data segments of the {name}{size}", e.int(pushes), e.int(segments))
    };
    let mut sides = Vec::new();
    if e.int("client_segments") > 0 {
        sides.push(side("client", "client", "client_segments", "client_write_bytes"));
    }
    if e.int("server_segments") > 0 {
        sides.push(side("server", "server", "server_segments", "server_write_bytes"));
    }
    format!("PSH on {}.", sides.join(" and on "))
}

fn answer(f: &Finding) -> String {
    let pushes = f.first.int("client") + f.first.int("server");
    format!(
        "No: it shows where the sender had nothing more to send at that moment ({pushes} times here), nothing that the receiver \
         must keep. A protocol on TCP frames its own messages."
    )
}
