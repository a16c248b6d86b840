//! Folding and dispatch, with concepts made for the purpose.

use super::{Engine, Entry, Findings, Rules, Words};
use crate::concepts::{Concept, Evidence, Finding, Needs, Rule, Section, Severity, Subject, Tells};
use crate::track::testing::{at, connection, conversation};
use crate::track::{Addr, CaptureInfo, Census, ConvId, Dir, Event, Kind, Overview, Records, Timestamp, What};

const fn concept(id: &'static str, section: u8, severity: Severity, rule: Rule) -> Concept {
    Concept {
        id,
        title: "A title",
        section: Section(section),
        severity,
        lesson: "",
        rfcs: &[],
        filter: "",
        question: "",
        rule,
        needs: Needs::of(&[]),
        detail: None,
        overall: None,
        tells: Tells::Worst,
        explain: |f| format!("weight {} for {}", f.worst.weight, f.client),
        answer: |f| format!("answer {}", f.worst.weight),
    }
}

static ANY: Concept = concept("any.thing", 3, Severity::Note, Rule::Connection(|_| None));
const ENTRY: Entry = Entry { concept: &ANY, place: 0, once: false };
static GAPS: Concept = concept(
    "on.gap",
    4,
    Severity::Warn,
    Rule::Event(&[Kind::Gap], |e, _| match e.what {
        What::Gap { len, .. } => Some(Evidence::at(e.at).weight(f64::from(len)).times(len)),
        _ => panic!("asked for gaps only"),
    }),
);
static ENDS: Concept =
    concept("on.end", 3, Severity::Info, Rule::Connection(|c| Some(Evidence::at(c.last()).weight(1.0))));
static TRIES: Concept = concept("on.attempt", 3, Severity::Bad, Rule::Attempt(|c| Some(Evidence::at(c.first()))));
static EITHER: Concept = concept("on.any-end", 3, Severity::Info, Rule::Any(|c| Some(Evidence::at(c.first()))));
static WHOLE: Concept = concept(
    "on.capture",
    0,
    Severity::Info,
    Rule::Capture(|o| {
        let last = o.conversations.iter().last().map(|c| Evidence::at(c.last()).about(Subject::Conversation(c.id())));
        std::iter::once(Evidence::at(at(1))).chain(last).collect()
    }),
);

fn as_is(_: &Concept, evidence: Evidence, _in_words: bool) -> Evidence {
    evidence
}

fn add(findings: &mut Findings, id: u32, mut evidence: Evidence) {
    findings.add(ENTRY, &mut evidence, Some(&conversation(id)), as_is);
}

fn of(findings: &[Finding], id: u32) -> &Finding {
    let subject = Subject::Conversation(ConvId(id));
    findings.iter().find(|f| f.subject == subject).expect("a finding about that conversation")
}

/// With names, of as many conversations as there are in these tests.
fn named(mut findings: Vec<Finding>) -> Vec<Finding> {
    let all = (0..8).map(conversation).collect::<Records>();
    findings.iter_mut().for_each(|finding| finding.name(&all));
    findings
}

fn event(what: What<'_>, frame: u32) -> Event<'_> {
    Event { at: at(frame), conversation: ConvId(0), from: Dir::Client, what }
}

fn overview<'a>(census: &'a Census, info: &'a CaptureInfo, conversations: &'a Records) -> Overview<'a> {
    Overview { census, info, conversations, two_msl_ns: 0, end: Timestamp(0) }
}

#[test]
fn evidence_about_one_subject_becomes_one_finding_with_the_exact_count() {
    let mut findings = Findings::new(10);
    add(&mut findings, 7, Evidence::at(at(3)).weight(2.0));
    add(&mut findings, 7, Evidence::at(at(5)).weight(9.0).times(40u64));
    add(&mut findings, 7, Evidence::at(at(6)).weight(9.0));
    let all = named(findings.into_sorted());
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].count, all[0].first.at.frame, all[0].worst.at.frame), (42, 3, 5));
    assert_eq!(all[0].who(), "192.0.2.1:50000 → 198.51.100.7:443");
}

#[test]
fn the_severest_evidence_is_the_worst_whatever_its_weight() {
    let mut findings = Findings::new(10);
    add(&mut findings, 1, Evidence::at(at(1)).weight(100.0));
    add(&mut findings, 1, Evidence::at(at(2)).severity(Severity::Bad));
    add(&mut findings, 1, Evidence::at(at(3)).weight(200.0));
    let all = named(findings.into_sorted());
    assert_eq!((all[0].severity, all[0].worst.at.frame), (Severity::Bad, 2));
}

#[test]
fn subjects_beyond_the_room_are_counted_together_and_each_once() {
    let mut findings = Findings::new(2);
    for id in 0..5 {
        add(&mut findings, id, Evidence::at(at(id + 1)));
        add(&mut findings, id, Evidence::at(at(id + 1)));
    }
    let all = named(findings.into_sorted());
    assert_eq!(all.len(), 3);
    let folded = all.last().expect("the folded one");
    assert_eq!((folded.subject, folded.folded_subjects, folded.count), (Subject::Capture, 3, 6));
    assert_eq!(all.iter().map(|f| f.count).sum::<u64>(), 10);
    assert_eq!(folded.who(), "the capture");
    assert_eq!(
        folded.summary(),
        "3 more, counted together. The worst of them, 192.0.2.1:50000 → 198.51.100.7:443: \
         weight 0 for 192.0.2.1:50000"
    );
}

#[test]
fn a_worse_subject_takes_the_place_of_the_least_one() {
    let mut findings = Findings::new(2);
    add(&mut findings, 0, Evidence::at(at(1)).weight(5.0));
    add(&mut findings, 1, Evidence::at(at(2)).weight(1.0).times(3u64));
    add(&mut findings, 2, Evidence::at(at(3)).weight(3.0));
    add(&mut findings, 3, Evidence::at(at(4)).weight(3.0));
    add(&mut findings, 1, Evidence::at(at(5)).weight(99.0));
    let all = named(findings.into_sorted());
    let subjects: Vec<_> = all.iter().map(|f| f.subject).collect();
    let conversation = |id| Subject::Conversation(ConvId(id));
    assert_eq!(subjects, [conversation(0), conversation(2), Subject::Capture]);
    let folded = &all[2];
    assert_eq!((folded.count, folded.folded_subjects, folded.worst.weight), (5, 2, 99.0));
}

#[test]
fn the_least_one_is_known_even_after_it_has_grown() {
    let mut findings = Findings::new(2);
    add(&mut findings, 0, Evidence::at(at(1)).weight(1.0));
    add(&mut findings, 1, Evidence::at(at(2)).weight(2.0));
    add(&mut findings, 0, Evidence::at(at(3)).weight(50.0));
    add(&mut findings, 2, Evidence::at(at(4)).weight(3.0));
    let all = named(findings.into_sorted());
    assert_eq!((of(&all, 0).count, of(&all, 2).count), (2, 1));
    assert_eq!(all.last().map(|f| f.count), Some(1));
}

#[test]
fn where_one_is_told_in_words_the_worst_has_its_values_whoever_it_was_before() {
    let mut findings = Findings::new(2).with(Words::Worst);
    let values =
        |_: &Concept, evidence: Evidence, in_words: bool| if in_words { evidence.with("said", true) } else { evidence };
    let evidence = [(0, 5.0), (1, 1.0), (2, 3.0), (1, 4.0), (3, 9.0), (0, 7.0), (4, 9.0), (2, 8.0), (1, 20.0)];
    for ((id, weight), frame) in evidence.into_iter().zip(1..) {
        findings.add(ENTRY, &mut Evidence::at(at(frame)).weight(weight), Some(&conversation(id)), values);
        let all = findings.clone().into_sorted();
        assert!(all[0].worst.has("said"), "{id} with {weight}");
        let beyond = all.iter().find(|f| f.folded_subjects > 0);
        assert!(beyond.is_none_or(|f| f.worst.weight <= all[0].worst.weight || f.worst.has("said")), "{id}");
    }
    let said: Vec<_> = findings.into_sorted().iter().map(|f| (f.worst.weight, f.worst.has("said"))).collect();
    assert_eq!(said, [(9.0, true), (9.0, false), (20.0, true)], "of those as bad as the first nothing is said");
}

#[test]
fn hosts_and_the_capture_are_subjects_too() {
    let mut findings = Findings::new(1);
    let host = |n| Subject::Host(Addr::from([10, 0, 0, n]));
    for n in [1, 2, 2, 3] {
        findings.add(ENTRY, &mut Evidence::at(at(1)).about(host(n)), None, as_is);
    }
    let all = named(findings.into_sorted());
    assert_eq!((all[0].subject, all[0].who()), (host(1), "10.0.0.1".to_owned()));
    assert_eq!((all[1].folded_subjects, all[1].count), (2, 3));
}

#[test]
fn findings_come_by_section_then_worst_concept_first() {
    let mut engine = Engine::new(Rules::of([&GAPS, &ENDS, &TRIES, &EITHER, &WHOLE]), 10);
    let gap = What::Gap { seq: Default::default(), len: 5 };
    let (open, attempt) = (conversation(0), connection(1, |tcp| tcp.handshake.syn = Some(at(1))));
    engine.event(&event(gap, 2), &open);
    engine.event(&event(What::Closed, 3), &open);
    engine.event(&event(What::Closed, 3), &attempt);
    let (census, info, all) = (Census::default(), CaptureInfo::default(), (0..3).map(conversation).collect());
    let findings = named(engine.finish(&overview(&census, &info, &all)));
    let ids: Vec<_> = findings.iter().map(|f| f.concept.id).collect();
    assert_eq!(
        ids,
        ["on.capture", "on.capture", "on.attempt", "on.any-end", "on.any-end", "on.end", "on.gap"],
        "an attempt does not run the rules for connections, nor a connection those for attempts"
    );
    assert_eq!(of(&findings, 2).who(), "192.0.2.1:50000 → 198.51.100.7:443");
}

#[test]
fn an_event_costs_only_the_rules_that_want_its_kind() {
    let mut engine = Engine::new(Rules::of([&GAPS]), 10);
    let gap = What::Gap { seq: Default::default(), len: 5 };
    assert!(engine.wants(Kind::Gap) && !engine.wants(Kind::ZeroWindow));
    assert_eq!(engine.event(&event(What::ZeroWindow, 1), &conversation(0)), None);
    assert_eq!(engine.event(&event(gap, 1), &conversation(0)), None, "it goes on");
    let told = engine.event(&event(What::Closed, 2), &conversation(0)).expect("told");
    assert_eq!((told.worst, told.times), (Severity::Warn, 1));
    assert_eq!(engine.event(&event(What::Closed, 2), &conversation(0)), None, "asked once, forgotten");
}
