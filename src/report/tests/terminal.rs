//! The page: what comes first, what stands back, and what a narrow terminal leaves out.

use super::json::empty;
use crate::concepts::Severity;
use crate::report::model::{ConversationReport, EvidenceReport, FindingReport, Share, SubjectReport};
use crate::report::{Interest, Page, Report, Style, write_terminal};
use crate::track::testing::{connection, conversation};

const PLAIN: Style = Style { color: false, links: false, width: 100, guide_url: None };

/// A finding about a conversation.
fn finding(concept: &'static str, level: Severity, conversation: u32) -> FindingReport {
    let evidence = EvidenceReport { frames: vec![7], at_ns: 0, values: serde_json::Map::new() };
    FindingReport {
        concept,
        section: 3,
        severity: level.name(),
        title: concept,
        subject: SubjectReport::Conversation(conversation),
        who: format!("client {conversation} → server"),
        count: 1,
        folded_subjects: 0,
        basis: "observed",
        confidence: None,
        because: None,
        summary: format!("{concept} happened."),
        guide: "",
        first: evidence.clone(),
        worst: evidence,
        level,
        question: "",
        answer: String::new(),
        hosts: [None; 2],
    }
}

/// A report of so many conversations with these findings.
fn report(conversations: u32, findings: Vec<FindingReport>) -> Report {
    let all = (0..conversations).map(conversation);
    let conversations: Vec<_> = all.map(|c| ConversationReport::of(&c, Interest::of(&c, None), false)).collect();
    Report { wanted_conversations: conversations.len() as u64, conversations, findings, ..empty() }
}

fn page(report: &Report) -> String {
    let mut out = Vec::new();
    write_terminal(report, &PLAIN, Page::default(), &mut out).expect("memory is writable");
    String::from_utf8(out).expect("UTF-8")
}

/// The lines that say what is wrong.
fn verdict(report: &Report) -> Vec<String> {
    let page = page(report);
    let told = page.lines().skip_while(|l| !l.is_empty()).skip(1).take_while(|l| !l.is_empty());
    told.map(str::to_owned).collect()
}

#[test]
fn the_worst_comes_first_then_what_is_particular_to_this_capture() {
    let mut sni: Vec<_> = (0..3).map(|id| finding("tls.sni-cleartext", Severity::Warn, id)).collect();
    sni.push(finding("tcp.reset", Severity::Warn, 0));
    sni.push(finding("tcp.refused", Severity::Bad, 1));
    sni.push(finding("tcp.time-wait", Severity::Note, 1));
    let lines = verdict(&report(3, sni));
    assert!(lines[0].starts_with("bad   tcp.refused. client 1 → server: tcp.refused happened."), "{lines:?}");
    assert!(lines[1].starts_with("warn  tcp.reset."), "{lines:?}");
    assert!(lines[2].starts_with("warn  tls.sni-cleartext.") && lines[2].ends_with("(2 more like it)"), "{lines:?}");
    assert_eq!(lines.len(), 3, "notes are no trouble: {lines:?}");
}

#[test]
fn what_another_summary_tells_is_left_out_only_where_that_covers_it() {
    let rto = |id| finding("cc.rto", Severity::Warn, id);
    let resent = |id| finding("cc.retransmit", Severity::Warn, id);
    let covered = verdict(&report(2, vec![resent(0), resent(1), rto(1)]));
    assert_eq!(covered.len(), 2, "{covered:?}");
    assert!(covered[1].contains("and 1 more kind of trouble below"), "{covered:?}");
    let not = verdict(&report(2, vec![resent(0), rto(0), rto(1)]));
    assert!(not.iter().any(|l| l.starts_with("warn  cc.rto.")), "{not:?}");
}

#[test]
fn nothing_is_left_out_for_what_is_less_severe() {
    let lines =
        verdict(&report(1, vec![finding("cc.rto", Severity::Bad, 0), finding("cc.retransmit", Severity::Warn, 0)]));
    assert!(lines[0].starts_with("bad   cc.rto.") && lines[1].starts_with("warn  cc.retransmit."), "{lines:?}");
}

#[test]
fn nothing_wrong_is_said_carefully() {
    assert!(verdict(&report(1, Vec::new()))[0].starts_with("No trouble found among the things that are looked for"));
}

#[test]
fn a_note_that_many_conversations_share_is_beside_none_of_them() {
    let mut findings: Vec<_> = (0..9).map(|id| finding("mtu.mss", Severity::Note, id)).collect();
    findings.push(finding("tcp.half-close", Severity::Note, 4));
    let page = page(&report(9, findings));
    let (_, table) = page.split_once("\nConversations").expect("a table");
    assert!(table.contains("tcp.half-close") && !table.contains("mtu.mss"), "{table}");
}

#[test]
fn what_the_states_and_the_findings_say_is_not_said_of_each_conversation() {
    let notes = ["tcp.time-wait", "mtu.mss", "capture.vantage", "tcp.half-close"];
    let page = page(&report(1, notes.map(|concept| finding(concept, Severity::Note, 0)).into()));
    let (_, table) = page.split_once("\nConversations").expect("a table");
    let told: Vec<_> = notes.into_iter().filter(|concept| table.contains(concept)).collect();
    assert_eq!(told, ["tcp.half-close"], "{table}");
}

#[test]
fn a_page_of_many_conversations_is_bounded_and_says_what_is_left() {
    let page = page(&report(500, Vec::new()));
    assert!(page.lines().count() < 80, "{page}");
    assert!(page.contains("the 20 most telling, worst first; 480 more"), "{page}");
    assert!(page.contains("and 17 more rows like those above"), "what is alike is told once: {page}");
}

#[test]
fn a_long_address_loses_its_middle_and_keeps_its_port() {
    let mut c = connection(0, |_| {});
    c.ends = c.ends.map(|end| crate::track::Endpoint { addr: [0x20; 16].into(), ..end });
    let conversations = vec![ConversationReport::of(&c, Interest::of(&c, None), false)];
    let report = Report { conversations, wanted_conversations: 2, ..empty() };
    let mut out = Vec::new();
    let style = Style { width: 80, ..PLAIN };
    write_terminal(&report, &style, Page::default(), &mut out).expect("memory is writable");
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(text.contains("…") && text.contains(":2020]:50000") && text.contains(":2020]:443"), "{text}");
    assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
}

#[test]
fn applications_are_named_by_what_they_carry() {
    let share = |name: &str, conversations, payload| Share { name: name.to_owned(), conversations, payload };
    let mix = vec![share("tls", 2, 900), share("dns", 30, 100)];
    let report = Report { mix, wanted_conversations: 32, ..empty() };
    assert!(page(&report).contains("32 conversations: 2 tls (90 % of the payload), 30 dns (10 %)"));
}
