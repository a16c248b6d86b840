//! `tls.hello-retry`: HelloRetryRequest.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{At, Conversation};

concept! {
/// When the client sent no key share for a group that the server wants, the server asks for another hello: one more
/// round trip. A cookie makes it stateless.
    HELLO_RETRY {
        id: "tls.hello-retry",
        title: "HelloRetryRequest",
        section: 5,
        severity: Note,
        rfcs: ["RFC 8446 §4.1.4"],
        filter: "tls.handshake.random == cf:21:ad:74:e5:9a:61:11:be:1d:8c:02:1e:65:b8:91:c2:a2:11:16:7a:bb:8c:5e:07:9e:09:e2:c8:a8:33:9c",
        question: "Why does a TLS 1.3 handshake sometimes take two round trips?",
        rule: Rule::Connection(rule),
        needs: [Tls],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tls = c.facts()?.tls.as_deref()?;
    let retry = tls.phase("hello_retry_request")?;
    let first: Vec<String> = tls.key_share_groups().iter().map(ToString::to_string).collect();
    let second: Vec<String> = tls.second_key_shares.iter().map(ToString::to_string).collect();
    Some(
        Evidence::at(At { frame: retry.frame, ts: crate::track::Timestamp(retry.at_ns) })
            .with("offered", first)
            .with("then", second),
    )
}

fn explain(f: &Finding) -> String {
    let (first, then) = (f.first.list("offered"), f.first.list("then"));
    let shares = match then.as_str() {
        // The client may have gone away in the meantime: whether it cost a round trip the capture does not say.
        "" => {
            return format!(
                "The server asked for another ClientHello: key shares first {first}; a second hello is not in the capture."
            );
        }
        _ if first == then => format!("the key shares stayed the same ({first}), so it wanted its cookie back"),
        _ => format!("key shares first {first}, then {then}"),
    };
    format!("The server asked for another ClientHello: {shares}. One round trip more.")
}

fn answer(f: &Finding) -> String {
    // RFC 8446 §4.2.2: a retry with a cookie has the client show that it is at its address.
    if f.first.list("offered") == f.first.list("then") {
        "The server asked the client to repeat its hello with a cookie, which proves its address.".to_owned()
    } else {
        "The server did not like the key shares offered and asked for another.".to_owned()
    }
}
