//! `capture.lost`: The capture missed packets.

use crate::concepts::text::{bytes, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// An acknowledgment for data that never appears proves that the data passed, unseen: the capture lost it, not the
/// network. The same for packets that the file says were dropped.
    LOST {
        id: "capture.lost",
        title: "The capture missed packets",
        section: 0,
        severity: Note,
        rfcs: [],
        filter: "tcp.analysis.ack_lost_segment",
        question: "How do you tell packets that the network lost from packets that the capture lost?",
        rule: Rule::Any(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|t| t.ends.iter().all(|e| e.segments > 0))?;
    let of = |dir: Dir| tcp.end(dir).acked_unseen;
    let dir = if of(Dir::Client).count >= of(Dir::Server).count { Dir::Client } else { Dir::Server };
    let unseen = of(dir);
    if unseen.count == 0 {
        return None;
    }
    let bytes = tcp.ends.iter().map(|e| e.gap_bytes).sum::<u64>();
    // RFC 9293 §3.4: a FIN takes one sequence number, and no data comes after it.
    let fin = unseen.count == 1 && tcp.end(dir).acked_ahead == 1 && tcp.end(dir).fins.count == 0 && bytes == 0;
    Some(
        Evidence::at(unseen.first)
            .frame(unseen.last.frame)
            .with("acks", unseen.count)
            .with("sender", dir.name())
            .with("gap_bytes", bytes)
            .with("fin", fin)
            .times(unseen.count)
            .weight(bytes as f64),
    )
}

fn explain(f: &Finding) -> String {
    if f.first.is("fin") {
        return format!(
            "1 ACK is for one number more than this capture shows of the {}: most likely its FIN, which the capture lost or \
             left out.",
            f.first.text("sender")
        );
    }
    let missing = match f.first.int("gap_bytes") {
        0 => String::new(),
        n => format!(" ({} missing)", bytes(n as u64)),
    };
    format!(
        "{} acknowledged data of the {} that this capture never shows{missing}: the capture lost packets or left them out, the \
         network did not lose them.",
        plural(f.first.int("acks") as u64, "ACK"),
        f.first.text("sender")
    )
}

fn answer(f: &Finding) -> String {
    format!("By the ACKs: {} here acknowledge what is not in the file.", f.first.int("acks"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::testing::{at, connection};

    #[test]
    fn one_number_more_at_the_end_is_no_data_but_a_fin() {
        let said = |ahead| {
            let c = connection(0, |tcp| {
                tcp.ends.iter_mut().for_each(|end| end.segments = 3);
                let server = &mut tcp.ends[Dir::Server.index()];
                server.acked_unseen.add(at(9));
                server.acked_ahead = ahead;
            });
            explain(&finding(&LOST, rule(&c).unwrap()))
        };
        assert!(
            said(1)
                .starts_with("1 ACK is for one number more than this capture shows of the server: most likely its FIN")
        );
        assert!(said(100).starts_with("1 ACK acknowledged data of the server that this capture never shows:"));
    }
}
