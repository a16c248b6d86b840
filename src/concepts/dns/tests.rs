//! The rules on hand-made messages: where each speaks, and where it must not.

use super::*;
use crate::concepts::testing::finding;
use crate::concepts::{Finding, Rule, Severity, Subject};
use crate::decode::dns::HeaderFlags;
use crate::decode::dns::testing::{Build, a, cname, opt, record, soa, wire};
use crate::track::app::dns::{DnsExchange, DnsTable, Incoming, Protocol};
use crate::track::tcp::IcmpError;
use crate::track::testing::{conversation, too_big};
use crate::track::{At, Basis, Conversation, Detail, Dir, Endpoint, NS_PER_MS, Timestamp};

/// What a client and its resolver say, and when in milliseconds.
type Talk<'a> = &'a [(i64, Build)];

const UDP: Protocol = Protocol::Udp;
const AUTHORITY: u16 = HeaderFlags::QR | HeaderFlags::AA;

/// What the concept finds in messages over UDP and over TCP.
fn findings(concept: &'static Concept, udp: Talk<'_>, tcp: Talk<'_>) -> Vec<Finding> {
    heard(concept, [(UDP, udp), (Protocol::Tcp, tcp)])
}

fn heard<const N: usize>(concept: &'static Concept, talks: [(Protocol, Talk<'_>); N]) -> Vec<Finding> {
    heard_in(&conversation(0), concept, talks)
}

/// The same in a conversation of which more is known.
fn heard_in<const N: usize>(
    c: &Conversation,
    concept: &'static Concept,
    talks: [(Protocol, Talk<'_>); N],
) -> Vec<Finding> {
    let (mut table, mut told, mut frame) = (DnsTable::default(), Vec::new(), 0);
    let ends = [[192, 0, 2, 1], [198, 51, 100, 7]].map(|addr| Endpoint { addr: addr.into(), port: 53 });
    for (protocol, talk) in talks {
        for (ms, build) in talk {
            frame += 1;
            let bytes = &build.bytes()[..];
            let from = if bytes[2] & 0x80 == 0 { Dir::Client } else { Dir::Server };
            let at = At { frame, ts: Timestamp(ms * NS_PER_MS) };
            let (src, dst) = (ends[from.index()], ends[from.flip().index()]);
            let conversation = u32::from(protocol != UDP);
            table.message(&Incoming { conversation, protocol, from, src, dst, bytes, cut: false, at }, &mut told);
        }
    }
    table.finish(&mut told);
    let Rule::Event(_, rule) = concept.rule else { panic!("{} wants no events", concept.id) };
    let found = |x: &DnsExchange| {
        let event = Event { at: At::default(), conversation: c.id(), from: Dir::Client, what: What::Dns(x) };
        rule(&event, c).map(|evidence| concept.complete(&event, c, evidence))
    };
    told.iter().filter_map(|x| found(x)).map(|evidence| finding(concept, evidence)).collect()
}

/// An answer to a dynamic update (RFC 2136) of zone a.test.
fn update(rcode: u16) -> Build {
    const UPDATE: u16 = 5 << 11;
    Build::response(7).flags(HeaderFlags::QR | UPDATE).rcode(rcode).ask("a.test", 6)
}

#[test]
fn a_condition_that_an_update_does_not_meet_is_an_error_and_no_word_on_the_zone() {
    let talk = [(0, Build::query(7).flags(5 << 11).ask("a.test", 6)), (1, update(3))];
    assert!(findings(&nxdomain::NXDOMAIN, &talk, &[]).is_empty());
    let errors = findings(&error::ERROR, &talk, &[]);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].summary(), "198.51.100.7:53 answered UPDATE a.test with NXDOMAIN.");
}

#[test]
fn a_zone_transfer_says_what_changed_and_is_no_changed_answer() {
    let transfer = |ms, host| {
        [
            (ms, Build::query(7).ask("a.test", 251)),
            (ms + 1, Build::response(7).ask("a.test", 251).answer(a("a.test", 60, host))),
        ]
    };
    assert!(findings(&changed::CHANGED, &[transfer(0, 1), transfer(1_000, 2)].concat(), &[]).is_empty());
}

fn summaries(concept: &'static Concept, udp: Talk<'_>) -> Vec<String> {
    findings(concept, udp, &[]).iter().map(Finding::summary).collect()
}

fn ask(id: u16) -> Build {
    Build::query(id).ask("a.test", 1)
}

fn reply(id: u16, ttl: u32, host: u8) -> Build {
    Build::response(id).ask("a.test", 1).answer(a("a.test", ttl, host))
}

/// A lookup answered ten milliseconds later.
fn lookup(ms: i64, reply: Build) -> [(i64, Build); 2] {
    [(ms, ask(7)), (ms + 10, reply)]
}

#[test]
fn the_rest_of_a_ttl_is_not_a_short_one() {
    let rest = [lookup(0, reply(7, 60, 1)), lookup(58_000, reply(7, 2, 1))].concat();
    assert!(findings(&ttl::TTL, &rest, &[]).is_empty());
    assert!(findings(&ttl::TTL, &lookup(0, reply(7, 2, 1)), &[]).is_empty(), "it may be the rest of any TTL");
}

#[test]
fn a_ttl_is_short_when_the_record_was_fetched_anew() {
    let anew = [lookup(0, reply(7, 2, 1)), lookup(4_000, reply(7, 2, 1))].concat();
    let found = findings(&ttl::TTL, &anew, &[]);
    assert_eq!((found.len(), found[0].first.int("ttl_s")), (1, 2));
    assert!(matches!(found[0].basis(), Basis::Inferred { .. }));
}

#[test]
fn an_authority_tells_the_whole_ttl() {
    let found = |ttl| findings(&ttl::TTL, &lookup(0, reply(7, ttl, 1).flags(AUTHORITY)), &[]).pop();
    assert!(matches!(found(20).map(|f| f.basis()), Some(Basis::Observed)));
    assert!(found(300).is_none() && found(172_800).is_none());
    let week = found(604_800).map(|f| f.summary()).unwrap_or_default();
    assert!(week.contains("604800 s; it may be kept for 7 days"), "{week}");
}

#[test]
fn a_change_names_both_answers() {
    let changed = [lookup(0, reply(7, 300, 1)), lookup(1_000, reply(7, 300, 2))].concat();
    assert_eq!(
        summaries(&changed::CHANGED, &changed),
        [
            "A a.test from 198.51.100.7:53: 192.0.2.1 in frame 2, 192.0.2.2 1.00 s later. The first was still valid: the \
          server has more than one answer, by load, place or server."
        ]
    );
}

#[test]
fn a_no_that_becomes_a_yes_is_a_change() {
    let no = Build::response(7).rcode(3).ask("a.test", 1).authority(soa("test", 60, 30));
    let said = summaries(&changed::CHANGED, &[lookup(0, no), lookup(90_000, reply(7, 9, 1))].concat());
    assert!(said.len() == 1 && said[0].contains("NXDOMAIN in frame 2, 192.0.2.1 1 min 30 s later"), "{said:?}");
}

#[test]
fn answers_for_two_networks_are_no_change() {
    let from = |net: u8, host| {
        let subnet: (u16, &[u8]) = (8, &[0, 1, 24, 0, 203, 0, net]);
        [(i64::from(net), ask(7).additional(opt(1232, 0, &[subnet]))), (i64::from(net), reply(7, 300, host))]
    };
    assert!(findings(&changed::CHANGED, &[from(113, 1), from(114, 2)].concat(), &[]).is_empty());
    assert_eq!(findings(&changed::CHANGED, &[from(113, 1), from(113, 2)].concat(), &[]).len(), 1);
}

#[test]
fn a_client_subnet_must_be_one() {
    let told = |bits: u8| {
        let subnet: (u16, &[u8]) = (8, &[0, 1, bits, 0, 203, 0, 113]);
        let asked = ask(7).additional(opt(1232, 0, &[subnet]));
        summaries(&client_subnet::CLIENT_SUBNET, &[(0, asked), (9, reply(7, 60, 1))]).pop()
    };
    assert_eq!((told(0), told(255)), (None, None));
    let said = "192.0.2.1 tells 198.51.100.7:53 that a.test is asked from 203.0.113.0/24. The answer does not say for whom \
                it is.";
    assert_eq!(told(24).as_deref(), Some(said));
}

#[test]
fn two_answers_are_observed_and_a_wrong_id_is_inferred() {
    let rival = [(0, ask(7)), (1, reply(7, 60, 66)), (5, reply(7, 60, 9))];
    let stray = [(0, ask(7)), (1, reply(8, 60, 66)), (5, reply(7, 60, 9))];
    let [rival, stray] = [rival, stray].map(|talk| findings(&mismatch::MISMATCH, &talk, &[]));
    assert_eq!((rival.len(), rival[0].basis(), rival[0].severity), (1, Basis::Observed, Severity::Bad));
    assert!(rival[0].summary().contains("192.0.2.66 in frame 2 and 192.0.2.9 in frame 3, 4.0 ms later"));
    assert!(stray.len() == 1 && matches!(stray[0].basis(), Basis::Inferred { .. }));
    assert!(stray[0].summary().contains("under id 8, while the query in frame 1 has 7: 192.0.2.66"));
}

#[test]
fn an_answer_to_another_question_under_the_same_id_is_told_and_the_right_one_still_fits() {
    let other = Build::response(7).ask("b.test", 1).answer(a("b.test", 60, 66));
    let found = findings(&mismatch::MISMATCH, &[(0, ask(7)), (1, other), (5, reply(7, 60, 9))], &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].summary(),
        "An answer to A b.test came under id 7, on the ports of the query in frame 1, which asks for A a.test: 192.0.2.66."
    );
    assert!(matches!(found[0].basis(), Basis::Inferred { .. }));
}

#[test]
fn members_of_a_group_may_answer_differently() {
    let two = [(0, ask(7)), (1, reply(7, 60, 66)), (5, reply(7, 60, 9))];
    assert!(heard(&mismatch::MISMATCH, [(Protocol::Mdns, &two[..])]).is_empty());
    assert_eq!(heard(&multicast::MULTICAST, [(Protocol::Mdns, &two[..])]).len(), 2);
}

#[test]
fn a_response_whose_query_was_not_captured_is_no_mismatch() {
    assert!(findings(&mismatch::MISMATCH, &[(0, reply(7, 60, 66))], &[]).is_empty());
}

#[test]
fn a_truncated_answer_and_its_retry_are_one_finding() {
    let cut = Build::response(7).flags(HeaderFlags::QR | HeaderFlags::TC).ask("a.test", 1);
    let found = findings(&truncated::TRUNCATED, &[(0, ask(7)), (1, cut)], &[(2, ask(8)), (30, reply(8, 60, 9))]);
    let [first, again] = &found[..] else { panic!("{found:?}") };
    assert_eq!((first.count, again.count, again.subject), (1, 0, Subject::Conversation(crate::track::ConvId(0))));
    assert!(
        first.summary().ends_with("(the client takes 512 bytes). The same question over TCP is not in the capture.")
    );
    let whole = Finding { worst: again.worst.clone(), ..first.clone() };
    assert!(whole.summary().ends_with("Asked again over TCP, the answer has 46 bytes and came 29.0 ms later."));
}

#[test]
fn a_lookup_is_slow_from_its_first_query_on() {
    let slow = [(0, ask(7)), (1_500, ask(8)), (1_510, reply(8, 60, 9))];
    assert_eq!(
        summaries(&slow::SLOW, &slow),
        ["A a.test took 1.51 s and 2 queries until 198.51.100.7:53 said NOERROR."]
    );
    assert!(findings(&slow::SLOW, &lookup(0, reply(7, 60, 9)), &[]).is_empty());
    let late = [&slow[..], &[(1_600, reply(7, 60, 9))]].concat();
    assert_eq!(summaries(&slow::SLOW, &late).len(), 1, "what comes after the answer nobody waited for");
}

#[test]
fn a_checked_answer_without_signatures_names_the_question_first() {
    let checked = reply(7, 60, 9).flags(HeaderFlags::QR | HeaderFlags::AD);
    assert_eq!(
        summaries(&dnssec::DNSSEC, &lookup(0, checked)),
        ["A a.test: 198.51.100.7:53 says that it has checked the chain (AD); the answer itself carries no signature."]
    );
}

#[test]
fn a_query_at_the_end_of_the_capture_may_yet_be_answered() {
    let other = |ms| (ms, Build::query(9).ask("b.test", 1));
    assert!(findings(&unanswered::UNANSWERED, &[(0, ask(7)), other(900)], &[]).is_empty());
    let asked = [(0, ask(7)), (500, ask(8)), (510, reply(8, 60, 9))];
    let said = summaries(&unanswered::UNANSWERED, &asked);
    assert!(
        said.len() == 1 && said[0].contains("it answered another one, 510 ms after the first (2 queries)"),
        "{said:?}"
    );
}

#[test]
fn the_last_query_of_a_lookup_may_yet_be_answered_too() {
    let asked = [(0, ask(7)), (1_500, ask(8)), (1_600, Build::query(9).ask("b.test", 1))];
    let said = summaries(&unanswered::UNANSWERED, &asked);
    assert!(said.len() == 1 && said[0].contains("nobody answered within 1.60 s"), "{said:?}");
}

#[test]
fn a_port_that_is_said_to_be_closed_will_not_answer_any_more() {
    let mut c = conversation(0);
    let closed = IcmpError { code: 3, ..too_big(Dir::Client) };
    c.detail = Some(Box::new(Detail { icmp: vec![closed], ..Detail::default() }));
    let asked = [(0, ask(7)), (20, ask(8))];
    let found = heard_in(&c, &unanswered::UNANSWERED, [(UDP, &asked[..])]);
    assert!(!found.is_empty() && found.iter().all(|f| f.summary().contains("sent ICMP port unreachable")), "{found:?}");
}

#[test]
fn a_size_below_what_everybody_takes_counts_as_that() {
    let talk = [(0, ask(7).additional(opt(0, 0, &[]))), (1, reply(7, 60, 9))];
    assert_eq!(
        summaries(&edns::EDNS, &talk),
        ["The client takes answers of up to 512 bytes; 198.51.100.7:53 answers without EDNS."]
    );
}

#[test]
fn the_age_of_a_copy_is_the_least_it_can_be() {
    let again = |ms, id, ttl| [(ms, ask(id)), (ms + 1, reply(id, ttl, 9))];
    let talk = [again(0, 7, 14), again(5_000, 8, 9)].concat();
    let said = summaries(&cache_age::CACHE_AGE, &talk);
    assert!(said.len() == 1 && said[0].ends_with("has 9 s: out of a cache, at least 5 s old."), "{said:?}");
}

#[test]
fn a_query_beside_the_one_that_was_answered_is_not_said_to_be_older() {
    let asked = [(0, ask(7)), (1, ask(8)), (2, ask(9)), (30, reply(7, 60, 9))];
    let said = summaries(&unanswered::UNANSWERED, &asked);
    let right = |said: &String| said.contains("it answered another one, 30.0 ms after the first (3 queries)");
    assert!(said.len() == 2 && said.iter().all(right), "{said:?}");
}

#[test]
fn an_authority_checks_nothing_and_an_ad_bit_is_its_sender_s_word() {
    let signature = {
        let fixed = [&[0, 1, 13, 2][..], &60_u32.to_be_bytes(), &500_u32.to_be_bytes(), &[0; 4], &[0, 9]].concat();
        record("a.test", 46, 60, &[&fixed[..], &wire("test"), &[1; 64]].concat())
    };
    let talk = lookup(100_000, reply(7, 60, 1).flags(AUTHORITY).answer(signature));
    let said = summaries(&dnssec::DNSSEC, &talk);
    assert!(said[0].ends_with("198.51.100.7:53 answers with authority, and checks nothing."), "{said:?}");
    let talk = lookup(0, reply(7, 60, 9).flags(HeaderFlags::QR | HeaderFlags::AD));
    let found = findings(&dnssec::DNSSEC, &talk, &[]);
    assert!((dnssec::DNSSEC.answer)(&found[0]).ends_with("here 198.51.100.7:53 says that it has checked a.test."));
}

#[test]
fn a_chain_ends_at_its_address_and_a_loop_ends() {
    let to = |from, target| cname(from, 300, target);
    let chain = Build::response(7).ask("a.test", 1).answer(to("a.test", "b.test")).answer(a("b.test", 20, 9));
    assert_eq!(
        summaries(&cname_chain::CNAME_CHAIN, &lookup(0, chain)),
        ["a.test → b.test: 192.0.2.9. The answer is good for 20 s, the least TTL in it."]
    );
    let ring = Build::response(7).ask("a.test", 1).answer(to("a.test", "b.test")).answer(to("b.test", "a.test"));
    let said = summaries(&cname_chain::CNAME_CHAIN, &lookup(0, ring));
    assert!(said[0].starts_with("a.test → b.test; the answer has no A record for the last"), "{said:?}");
}

#[test]
fn a_signature_that_ran_out_is_a_warning() {
    let signature = |until: u32| {
        let fixed = [&[0, 1, 13, 2][..], &60_u32.to_be_bytes(), &until.to_be_bytes(), &[0; 4], &[0, 9]].concat();
        record("a.test", 46, 60, &[&fixed[..], &wire("test"), &[1; 64]].concat())
    };
    let found = |until| findings(&dnssec::DNSSEC, &lookup(100_000, reply(7, 60, 1).answer(signature(until))), &[]);
    let [fresh, old] = [500, 50].map(found);
    assert_eq!((fresh[0].severity, old[0].severity), (Severity::Info, Severity::Warn));
    assert!(fresh[0].summary().starts_with("A a.test is signed by test (ECDSAP256SHA256, key 9)"));
    assert!(old[0].summary().contains("ran out at 19700101000050 UTC"), "{}", old[0].summary());
}

#[test]
fn without_edns_on_either_side_there_is_nothing_to_say() {
    assert!(findings(&edns::EDNS, &lookup(0, reply(7, 60, 1)), &[]).is_empty());
    let asked = (0, ask(7).additional(opt(1232, 0x8000, &[(10, &[1; 8])])));
    assert_eq!(
        summaries(&edns::EDNS, &[asked, (9, reply(7, 60, 1))]),
        [
            "The client takes answers of up to 1232 bytes, with DNSSEC records (COOKIE); 198.51.100.7:53 answers without EDNS."
        ]
    );
}

#[test]
fn suffixes_are_told_with_the_first_lookup_that_succeeds() {
    let no = |name| Build::response(7).rcode(3).ask(name, 1).authority(soa("test", 60, 30));
    let failed = [(0, Build::query(7).ask("a.test.x.test", 1)), (40, no("a.test.x.test"))];
    let talk = [failed, lookup(50, reply(7, 60, 1)), lookup(900, reply(7, 60, 1))].concat();
    assert_eq!(
        summaries(&search_domain::SEARCH_DOMAIN, &talk),
        ["Before A a.test the client tried it with the suffix x.test; no such name exists, 50.0 ms lost."]
    );
}
