//! More conversations than are remembered at once: memory stays the same, totals stay exact, and what is told of one does
//! not depend on whether it is still remembered.

use serde_json::Value;

use crate::bounded::{Bounds, USUAL, run};
use crate::build::*;

/// The report on what `feed` writes, with room for so many conversations.
fn report(
    room: u32,
    bounds: Bounds,
    feed: impl Fn(&mut Pcap<&mut dyn std::io::Write>) -> std::io::Result<()> + Sync,
) -> Value {
    let room = format!("conversations={room}");
    let lists = ["--limit", "report_conversations=10", "--limit", "report_dns=10"];
    let args = [&["report", "--format", "json", "--limit", &room][..], &lists, &["-"]].concat();
    let out = run(&args, bounds, |mut out| feed(&mut Pcap::new(&mut out as &mut dyn std::io::Write)?));
    serde_json::from_slice(&out).expect("valid JSON")
}

/// How often a concept was found, and in how many subjects.
fn found(report: &Value, concept: &str) -> (u64, u64) {
    let all = report["findings"].as_array().expect("findings").iter().filter(|f| f["concept"] == concept);
    let subjects = |f: &Value| f["folded_subjects"].as_u64().unwrap_or(1);
    all.fold((0, 0), |(count, of), f| (count + f["count"].as_u64().expect("a count"), of + subjects(f)))
}

#[test]
fn of_a_scan_beyond_all_room_everything_is_counted_in_the_same_memory() {
    const SYNS: u32 = 400_000;
    // Remembered all at once, they would take 60 MB more than there is.
    let told = report(5_000, Bounds { seconds: 60, megabytes: 48 }, |file| {
        (0..SYNS).try_for_each(|n| {
            let (from, ports) = (n % 1_000, (40_000, (n / 1_000) as u16));
            file.packet(&v4(6, from, &tcp(ports, (7, 0), SYN, &[], &[])))?;
            let refused = || answer(v4(6, from, &tcp((ports.1, ports.0), (0, 8), RST | ACK, &[], &[])));
            if n % 4 == 0 { file.packet(&refused()) } else { Ok(()) }
        })
    });
    assert_eq!(told["capture"]["conversations"], SYNS);
    assert_eq!(found(&told, "tcp.refused"), (100_000, 100_000));
    let early = told["capture"]["limits_hit"]["conversations"].as_u64().expect("it was hit");
    assert!(
        (296_000..=297_000).contains(&early),
        "{early} were told before the end, and nothing had come back to them"
    );
}

#[test]
fn findings_name_conversations_that_are_forgotten() {
    let feed = |file: &mut Pcap<&mut dyn std::io::Write>| {
        for n in 0..3_000 {
            file.packet(&v4(6, n, &tcp((40_000, 80), (1, 0), SYN, &[], &[])))?;
            file.packet(&answer(v4(6, n, &tcp((80, 40_000), (0, 2), RST | ACK, &[], &[]))))?;
        }
        Ok(())
    };
    let [all, few] = [10_000, 300].map(|room| report(room, USUAL, feed));
    let refused = |report: &Value| -> Vec<Value> {
        let findings = report["findings"].as_array().expect("findings");
        findings.iter().filter(|f| f["concept"] == "tcp.refused").cloned().collect()
    };
    assert_eq!(found(&few, "tcp.refused"), (3_000, 3_000));
    assert_eq!(refused(&few), refused(&all));
    assert_eq!(few["conversations"], all["conversations"]);
}

#[test]
fn questions_are_told_after_their_conversation_is_forgotten() {
    let feed = |file: &mut Pcap<&mut dyn std::io::Write>| {
        let query = |n: u16| {
            [&n.to_be_bytes()[..], &[1, 0, 0, 1, 0, 0, 0, 0, 0, 0], b"\x03www\x07example\x00\x00\x01\x00\x01"].concat()
        };
        (0..4_000).try_for_each(|n: u16| file.packet(&v4(17, 1, &udp((20_000 + n, 53), &query(n)))))?;
        // For long enough to say that nobody answered.
        file.pass(2_000_000);
        file.packet(&v4(17, 2, &udp((20_000, 9), b"later")))
    };
    let [all, few] = [10_000, 100].map(|room| report(room, USUAL, feed));
    assert_eq!(found(&few, "dns.unanswered"), found(&all, "dns.unanswered"));
    assert_eq!(found(&few, "dns.unanswered").0, 4_000);
    assert_eq!((few["capture"]["dns_exchanges"].as_u64(), &few["dns"]), (Some(4_000), &all["dns"]));
}
