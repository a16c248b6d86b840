//! Queries, responses, and what becomes of those without the other.

use super::*;
use crate::decode::dns::testing::{Build, a, cname, hex, opt, record, soa};
use crate::decode::dns::{HeaderFlags, Rcode, Rtype};
use crate::source::{At, NS_PER_MS, Timestamp};
use crate::track::{Dir, Endpoint, Limits};

/// A table, the frame and time so far, and what was told.
struct Scene {
    table: DnsTable,
    frame: u32,
    out: Exchanges,
}

fn end(host: u8, port: u16) -> Endpoint {
    Endpoint { addr: [10, 0, 0, host].into(), port }
}

const CLIENT: u8 = 1;
const RESOLVER: u8 = 53;

impl Scene {
    fn new() -> Scene {
        Scene { table: DnsTable::default(), frame: 0, out: Vec::new() }
    }

    fn at(&mut self, ms: i64) -> At {
        self.frame += 1;
        At { frame: self.frame, ts: Timestamp(ms * NS_PER_MS) }
    }

    /// A message between the client's port and a server, in a conversation numbered by the port.
    fn between(&mut self, protocol: Protocol, port: u16, server: u8, ms: i64, bytes: &[u8]) -> bool {
        let (client, server) = (end(CLIENT, port), end(server, 53));
        let from = if bytes.get(2).is_some_and(|b| b & 0x80 != 0) { Dir::Server } else { Dir::Client };
        let (src, dst) = if from == Dir::Client { (client, server) } else { (server, client) };
        let at = self.at(ms);
        let incoming = Incoming { conversation: u32::from(port), protocol, from, src, dst, bytes, cut: false, at };
        self.table.message(&incoming, &mut self.out)
    }

    fn udp(&mut self, port: u16, ms: i64, build: &Build) -> &mut Scene {
        assert!(self.between(Protocol::Udp, port, RESOLVER, ms, &build.bytes()));
        self
    }

    fn tcp(&mut self, port: u16, ms: i64, build: &Build) -> &mut Scene {
        assert!(self.between(Protocol::Tcp, port, RESOLVER, ms, &build.bytes()));
        self
    }

    fn finish(mut self) -> Exchanges {
        self.table.finish(&mut self.out);
        self.out
    }
}

fn ask(id: u16, name: &str) -> Build {
    Build::query(id).ask(name, 1)
}

fn reply(id: u16, name: &str, ttl: u32, host: u8) -> Build {
    Build::response(id).ask(name, 1).answer(a(name, ttl, host))
}

fn nxdomain(id: u16, name: &str) -> Build {
    Build::response(id).rcode(3).ask(name, 1).authority(soa("test", 60, 30))
}

#[test]
fn a_response_completes_its_query_and_repeats_are_retries() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1000, &ask(7, "A.test")).udp(1, 1500, &reply(7, "a.test", 60, 9));
    let told = scene.finish();
    assert_eq!(told.len(), 1);
    let (query, response) = (told[0].query.unwrap(), told[0].response.as_ref().unwrap());
    assert_eq!((query.at.frame, query.last.frame, response.at.frame, told[0].retries), (1, 2, 3, 1));
    assert_eq!((told[0].latency_ns(), told[0].lookup.unwrap().queries), (Some(1500 * NS_PER_MS), 2));
    assert_eq!(told[0].brief(), "A a.test: NOERROR, 192.0.2.9 in 1500.0 ms");
}

#[test]
fn the_json_entry_has_the_contract_s_names() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(4660, "example.com")).udp(1, 12, &reply(4660, "example.com", 300, 9));
    let json = serde_json::to_value(&scene.finish()[0]).unwrap();
    let expected = serde_json::json!({
        "conversation": 1, "id": 4660, "query_frame": 1, "response_frame": 2, "transport": "udp",
        "qname": "example.com", "qtype": "A", "rcode": "NOERROR", "latency_ms": 12.0, "retries": 0,
        "answers": [{"name": "example.com", "type": "A", "ttl": 300, "data": "192.0.2.9"}]
    });
    assert_eq!(json, expected);
}

#[test]
fn another_id_name_type_or_conversation_does_not_match() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &reply(8, "a.test", 60, 9)).udp(1, 2, &reply(7, "b.test", 60, 9));
    scene.udp(2, 3, &reply(7, "a.test", 60, 9)).udp(1, 4, &Build::response(7).ask("a.test", 28));
    let told = scene.finish();
    assert_eq!(told.iter().filter(|e| e.matching == Matching::Unasked && e.query.is_none()).count(), 3);
    assert_eq!(told[0].matching, Matching::Stray { asked: At { frame: 1, ts: Timestamp(0) }, id: 7 });
    assert!(told[4].is_unanswered());
}

#[test]
fn a_response_without_question_answers_the_query_of_its_id() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &Build::response(7).rcode(1));
    let told = scene.finish();
    assert_eq!(
        (told.len(), told[0].name().as_str(), told[0].response.as_ref().unwrap().rcode),
        (1, "a.test", Rcode(1))
    );
}

#[test]
fn the_same_question_again_after_its_answer_is_a_new_exchange() {
    let mut scene = Scene::new();
    for (ms, ttl) in [(0, 60), (5000, 55)] {
        scene.udp(1, ms, &ask(7, "a.test")).udp(1, ms + 10, &reply(7, "a.test", ttl, 9));
    }
    let told = scene.finish();
    assert_eq!((told.len(), told[1].query.unwrap().at.frame, told[1].retries), (2, 3, 0));
}

#[test]
fn silence_is_told_after_a_minute_and_at_the_end() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 30_000, &ask(8, "b.test")).udp(1, 61_000, &ask(9, "c.test"));
    assert_eq!(scene.out.iter().map(|e| e.id).collect::<Vec<_>>(), [7]);
    let told = scene.finish();
    assert_eq!(told.iter().map(|e| (e.id, e.is_unanswered())).collect::<Vec<_>>(), [(7, true), (8, true), (9, true)]);
    assert_eq!(told[0].until.ts, Timestamp(61_000 * NS_PER_MS));
}

#[test]
fn a_second_different_answer_to_one_query_is_a_rival() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &reply(7, "a.test", 60, 66)).udp(1, 5, &reply(7, "a.test", 60, 9));
    let told = scene.finish();
    let Matching::Rival { first } = &told[1].matching else { panic!("{:?}", told[1].matching) };
    assert_eq!((first.answered.frame, told[1].query.is_none()), (2, true));
    assert_eq!(first.message(), reply(7, "a.test", 60, 66).bytes());
}

#[test]
fn a_copy_and_the_answer_to_a_retry_are_repeats() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &reply(7, "a.test", 60, 9)).udp(1, 2, &reply(7, "a.test", 59, 9));
    scene.udp(2, 10, &ask(7, "b.test")).udp(2, 11, &ask(7, "b.test"));
    scene.udp(2, 12, &reply(7, "b.test", 60, 1)).udp(2, 13, &reply(7, "b.test", 60, 2));
    let told = scene.finish();
    let repeated: Vec<bool> = told.iter().map(|e| matches!(e.matching, Matching::Repeated { .. })).collect();
    assert_eq!(repeated, [false, true, false, true]);
}

#[test]
fn the_next_server_answers_the_lookup_of_the_first() {
    let mut scene = Scene::new();
    scene.between(Protocol::Udp, 1, 99, 0, &ask(7, "a.test").bytes());
    scene.udp(2, 2000, &ask(8, "a.test")).udp(2, 2010, &reply(8, "a.test", 60, 9));
    let told = scene.finish();
    let (answered, dead) = (&told[0], &told[1]);
    let lookup = answered.lookup.unwrap();
    assert_eq!((lookup.first.frame, lookup.queries, lookup.previous_server), (1, 2, Some(end(99, 53))));
    assert!(dead.is_unanswered());
    assert_eq!(dead.lookup.unwrap().answered.map(|(server, at)| (server, at.frame)), Some((end(RESOLVER, 53), 3)));
}

#[test]
fn a_truncated_answer_leads_to_the_query_over_tcp() {
    let mut scene = Scene::new();
    let truncated = Build::response(7).flags(HeaderFlags::QR | HeaderFlags::TC).ask("a.test", 1);
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &truncated);
    scene.tcp(2, 2, &ask(8, "a.test")).tcp(2, 3, &reply(8, "a.test", 60, 9));
    let told = scene.finish();
    let lookup = told[1].lookup.unwrap();
    assert_eq!(
        (told[1].protocol, lookup.truncated, lookup.queries),
        (Protocol::Tcp, told[0].response.as_ref().map(|r| (r.at, 1)), 2)
    );
    assert_eq!(told[1].recall, None, "a truncated answer is nothing to compare with");
}

#[test]
fn a_ttl_that_fell_tells_the_age_of_a_cached_answer() {
    let mut scene = Scene::new();
    for (ms, ttl) in [(0, 300), (3000, 297), (5000, 295), (400_000, 300)] {
        scene.udp(1, ms, &ask(7, "a.test")).udp(1, ms + 1, &reply(7, "a.test", ttl, 9));
    }
    let ages: Vec<_> = scene.finish().iter().map(|e| e.recall.as_ref().and_then(|r| r.age)).collect();
    assert_eq!(ages, [None, Some(3), Some(5), None]);
}

#[test]
fn an_authoritative_or_much_lower_ttl_has_no_age() {
    let mut scene = Scene::new();
    let authoritative = HeaderFlags::QR | HeaderFlags::AA;
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &reply(7, "a.test", 300, 9).flags(authoritative));
    scene.udp(1, 5000, &ask(7, "a.test")).udp(1, 5001, &reply(7, "a.test", 295, 9).flags(authoritative));
    scene.udp(1, 6000, &ask(7, "a.test")).udp(1, 6001, &reply(7, "a.test", 100, 9));
    assert!(scene.finish().iter().all(|e| e.recall.as_ref().is_none_or(|r| r.age.is_none())));
}

#[test]
fn a_negative_answer_ages_by_its_soa() {
    let mut scene = Scene::new();
    for (ms, ttl) in [(0, 30), (4000, 26)] {
        let no = Build::response(7).rcode(3).ask("a.test", 1).authority(soa("test", ttl, 30));
        scene.udp(1, ms, &ask(7, "a.test")).udp(1, ms + 1, &no);
    }
    let told = scene.finish();
    assert_eq!(told[1].recall.as_ref().unwrap().age, Some(4));
    assert_eq!(told[0].response.as_ref().unwrap().answers.negative.unwrap().cacheable(), 30);
}

#[test]
fn another_set_of_answers_is_a_change_another_order_is_none() {
    let mut scene = Scene::new();
    let two = |x, y| Build::response(7).ask("a.test", 1).answer(a("a.test", 9, x)).answer(a("a.test", 9, y));
    for (ms, build) in [(0, two(1, 2)), (1000, two(2, 1)), (2000, reply(7, "a.test", 9, 3))] {
        scene.udp(1, ms, &ask(7, "a.test")).udp(1, ms + 1, &build);
    }
    let changed: Vec<_> = scene
        .finish()
        .iter()
        .map(|e| e.recall.as_ref().and_then(|r| r.changed.clone()).map(|c| c.answered.frame))
        .collect();
    assert_eq!(changed, [None, None, Some(4)]);
}

#[test]
fn suffixes_tried_before_a_name_are_found() {
    let mut scene = Scene::new();
    for (i, name) in ["www.a.test.x.test", "www.a.test.test"].iter().enumerate() {
        scene.udp(1, i as i64, &ask(7, name)).udp(1, i as i64, &nxdomain(7, name));
    }
    scene.udp(1, 5, &ask(7, "WWW.a.test")).udp(1, 6, &reply(7, "WWW.a.test", 9, 3));
    let told = scene.finish();
    assert_eq!(
        told[2].suffixes.iter().map(|s| (&*s.suffix, s.asked.frame)).collect::<Vec<_>>(),
        [("x.test", 1), ("test", 3)]
    );
}

#[test]
fn a_and_aaaa_asked_together_are_companions() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &Build::query(8).ask("a.test", 28));
    scene.udp(1, 9, &reply(7, "a.test", 9, 3)).udp(1, 9000, &ask(9, "a.test"));
    let told = scene.finish();
    let dual = |id| told.iter().filter(|e| e.id == id).map(|e| e.companions.dual_stack()).collect::<Vec<_>>();
    assert_eq!([dual(7), dual(8), dual(9)], [[false], [true], [false]], "the second tells of both");
}

#[test]
fn an_address_leads_back_to_its_lookup() {
    let mut scene = Scene::new();
    let chain =
        Build::response(7).ask("www.test", 1).answer(cname("www.test", 300, "b.test")).answer(a("b.test", 20, 9));
    scene.udp(1, 0, &ask(7, "www.test")).udp(1, 30, &chain);
    let resolved = scene.table.resolved(end(CLIENT, 0).addr, [192, 0, 2, 9].into()).unwrap();
    assert_eq!((resolved.name().as_str(), resolved.ttl, resolved.took_ns()), ("www.test", 20, Some(30 * NS_PER_MS)));
    assert_eq!(resolved.expires(), Timestamp(20_030 * NS_PER_MS));
    assert_eq!(scene.table.resolved(end(2, 0).addr, [192, 0, 2, 9].into()), None);
}

#[test]
fn an_address_of_the_other_family_names_connections_of_any_address() {
    let mut scene = Scene::new();
    let v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    let reply = Build::response(7).ask("www.test", 28).answer(record("www.test", 28, 60, &v6));
    scene.udp(1, 0, &Build::query(7).ask("www.test", 28)).udp(1, 30, &reply);
    let (other, stranger) = ([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1].into(), end(2, 0).addr);
    let resolved = scene.table.resolved(other, v6.into()).unwrap();
    assert_eq!((resolved.name().as_str(), resolved.client), ("www.test", end(CLIENT, 0).addr));
    assert_eq!(scene.table.resolved(stranger, v6.into()), None, "of the same family it would be another host");
}

#[test]
fn attempts_at_both_families_of_a_name_race() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &reply(7, "a.test", 60, 9));
    let resolved = scene.table.resolved(end(CLIENT, 0).addr, [192, 0, 2, 9].into()).unwrap().clone();
    let v6 = Endpoint { addr: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9].into(), port: 443 };
    let v4 = Endpoint { addr: [192, 0, 2, 9].into(), port: 443 };
    let mut began = |id, server, ms| {
        let at = scene.at(ms);
        scene.table.race(&resolved, crate::track::ConvId(id), server, at).map(|race| race.rival.0)
    };
    assert_eq!((began(1, v6, 10), began(2, v4, 260)), (None, Some(1)));
    assert_eq!((began(3, v4, 300), began(4, v6, 9_000)), (None, None));
    assert_eq!(began(5, Endpoint { port: 80, ..v4 }, 9_001), None, "another service");
}

#[test]
fn an_answer_under_a_wrong_id_teaches_nothing() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 1, &reply(8, "a.test", 60, 66));
    assert_eq!(scene.table.resolved(end(CLIENT, 0).addr, [192, 0, 2, 66].into()), None);
    scene.udp(1, 2, &reply(7, "a.test", 60, 9));
    assert!(scene.table.resolved(end(CLIENT, 0).addr, [192, 0, 2, 9].into()).is_some());
}

#[test]
fn a_zone_transfer_is_one_exchange_of_many_messages() {
    let mut scene = Scene::new();
    scene.tcp(1, 0, &Build::query(7).ask("test", 252));
    scene.tcp(1, 1, &Build::response(7).ask("test", 252).answer(soa("test", 60, 30)).answer(a("a.test", 60, 1)));
    scene.tcp(1, 2, &Build::response(7).answer(a("b.test", 60, 2)));
    assert!(scene.out.is_empty());
    scene.tcp(1, 3, &Build::response(7).answer(soa("test", 60, 30)));
    let told = scene.finish();
    let response = told[0].response.as_ref().unwrap();
    assert_eq!((told.len(), response.messages, response.records, response.at.frame), (1, 3, 4, 2));
}

#[test]
fn llmnr_is_answered_in_another_conversation() {
    let mut scene = Scene::new();
    let (asker, group, host) = (end(1, 5000), Endpoint { addr: [224, 0, 0, 252].into(), port: 5355 }, end(2, 5355));
    let mut send = |conversation, src, dst, build: &Build| {
        let at = scene.at(0);
        let (protocol, from) = (Protocol::Llmnr, Dir::Client);
        let incoming = Incoming { conversation, protocol, from, src, dst, bytes: &build.bytes(), cut: false, at };
        scene.table.message(&incoming, &mut scene.out)
    };
    send(1, asker, group, &ask(7, "alpha"));
    send(1, asker, group, &ask(8, "nobody"));
    send(2, host, asker, &reply(7, "alpha", 30, 9));
    let told = scene.finish();
    assert_eq!((told[0].conversation, told[0].latency_ns(), told[0].name().as_str()), (1, Some(0), "alpha"));
    assert!(!told[1].is_unanswered(), "a group owes no answer");
}

#[test]
fn multicast_dns_queries_and_announcements_stand_alone() {
    let mut scene = Scene::new();
    let (host, group) = (end(1, 5353), Endpoint { addr: [224, 0, 0, 251].into(), port: 5353 });
    for build in [Build::query(0).flags(0).ask("_ipp._tcp.local", 12), Build::response(0).answer(a("x.local", 120, 1))]
    {
        let at = scene.at(0);
        let (protocol, from) = (Protocol::Mdns, Dir::Client);
        let incoming =
            Incoming { conversation: 0, protocol, from, src: host, dst: group, bytes: &build.bytes(), cut: false, at };
        scene.table.message(&incoming, &mut scene.out);
    }
    let told = scene.finish();
    assert_eq!((told[0].is_announcement(), told[1].is_announcement()), (false, true));
    assert_eq!((told[0].name().as_str(), told[1].query.is_none()), ("_ipp._tcp.local", true));
}

#[test]
fn what_edns_says_is_kept_of_both_sides() {
    let mut scene = Scene::new();
    let subnet: (u16, &[u8]) = (8, &[0, 1, 24, 0, 203, 0, 113]);
    scene.udp(1, 0, &ask(7, "a.test").additional(opt(4096, 0x8000, &[subnet, (10, &[1; 8])])));
    scene.udp(1, 1, &reply(7, "a.test", 60, 9).additional(opt(1232, 0x0100_0000, &[(3, b"ns1")])));
    let told = scene.finish();
    let (asked, said) = (told[0].query.unwrap().edns.unwrap(), told[0].response.as_ref().unwrap());
    assert_eq!((asked.udp_size, asked.dnssec_ok, asked.has(10), asked.has(3)), (4096, true, true, false));
    assert_eq!(asked.subnet.unwrap().to_string(), "203.0.113.0/24/0");
    assert_eq!((said.rcode, said.edns.unwrap().has(3)), (Rcode(16), true));
}

#[test]
fn what_is_no_message_is_counted_and_told_as_none() {
    let mut scene = Scene::new();
    for bytes in [&b"hello"[..], &hex("0001 1800 0001 0000 0000 0000 00 0001 0001"), &[0xff; 40]] {
        assert!(!scene.between(Protocol::Udp, 1, RESOLVER, 0, bytes));
    }
    assert_eq!((scene.table.malformed().0, scene.table.malformed().1.unwrap().1.frame), (3, 1));
    assert!(scene.finish().is_empty());
}

#[test]
fn a_damaged_response_still_answers() {
    let mut scene = Scene::new();
    let mut bytes = reply(7, "a.test", 60, 9).answer(a("a.test", 60, 10)).bytes();
    bytes.truncate(bytes.len() - 2);
    scene.udp(1, 0, &ask(7, "a.test")).between(Protocol::Udp, 1, RESOLVER, 1, &bytes);
    let told = scene.finish();
    let response = told[0].response.as_ref().unwrap();
    assert!(response.fault.is_some());
    assert_eq!(response.read().unwrap().answers()[0].data.to_string(), "192.0.2.9");
}

#[test]
fn an_update_has_no_answers_to_compare() {
    let mut scene = Scene::new();
    let update = 5 << 11;
    for ms in [0, 1000] {
        scene.udp(1, ms, &Build::query(7).flags(update).ask("a.test", 6).authority(a("x.a.test", 60, ms as u8)));
        scene.udp(1, ms + 1, &Build::response(7).flags(update | HeaderFlags::QR).rcode(6).ask("a.test", 6));
    }
    let told = scene.finish();
    assert_eq!(
        (told[1].recall.clone(), told[1].rtype(), told[1].opcode.to_string()),
        (None, Some(Rtype::SOA), "UPDATE".into())
    );
    assert_eq!(told[0].response.as_ref().unwrap().rcode.to_string(), "YXDOMAIN");
}

#[test]
fn a_flood_of_queries_is_bounded_and_counted() {
    let limits = Limits { dns_pending: 4, dns_cache: 32, ..Limits::default() };
    let mut scene = Scene { table: DnsTable::new(&limits), ..Scene::new() };
    for i in 0..100_u16 {
        scene.udp(i, 0, &ask(i, &format!("n{i}.test")));
    }
    for i in 0..50 {
        scene.udp(7, 1, &ask(7, &format!("m{i}.test")));
    }
    let told_early = scene.out.len();
    let [pending, _, cache] = scene.table.overflows();
    assert!(told_early >= 146 && pending.1 >= 96 && cache.1 > 0, "{told_early} {pending:?} {cache:?}");
    assert_eq!(scene.finish().len(), 150);
}

#[test]
fn structure_alone_is_trusted_only_where_nothing_is_odd() {
    let v4 = [192, 0, 2, 1].into();
    let query = ask(7, "www.a.test").bytes();
    assert_eq!(protocol_of_udp(5000, 10_053, v4, &query), Some(Protocol::Udp));
    assert_eq!(protocol_of_udp(137, 137, v4, &query), None);
    let odd = [
        Build::query(7).flags(0x40).ask("www.a.test", 1),
        Build::query(7).ask("test", 1),
        Build::query(7).ask("a b.test", 1),
    ];
    assert!(odd.iter().all(|build| protocol_of_udp(5000, 10_053, v4, &build.bytes()).is_none()));
    assert_eq!(protocol_of_udp(5000, 10_053, v4, &[query, vec![0]].concat()), None);
    assert_eq!(protocol_of_udp(5000, 53, v4, b"anything"), Some(Protocol::Udp));
    assert_eq!(protocol_of_udp(5353, 5353, [224, 0, 0, 251].into(), &[]), Some(Protocol::Mdns));
    assert_eq!(protocol_of_udp(5000, 5353, v4, &ask(7, "a.test").bytes()), Some(Protocol::Udp));
}

#[test]
fn records_of_any_kind_and_order_hash_alike() {
    let mut scene = Scene::new();
    let mx = |host: &str| record("a.test", 15, 60, &[&[0, 10][..], &crate::decode::dns::testing::wire(host)].concat());
    for (ms, hosts) in [(0, ["x.test", "y.test"]), (1000, ["Y.test", "X.test"])] {
        let build = hosts.iter().fold(Build::response(7).ask("a.test", 15), |build, host| build.answer(mx(host)));
        scene.udp(1, ms, &Build::query(7).ask("a.test", 15)).udp(1, ms, &build);
    }
    assert_eq!(scene.finish()[1].recall.as_ref().unwrap().changed, None);
}

#[test]
fn an_exchange_that_comes_back_leaves_nothing_to_the_next() {
    let mut scene = Scene::new();
    let truncated = Build::response(7).flags(HeaderFlags::QR | HeaderFlags::TC).ask("long.name.test", 1);
    scene.udp(1, 0, &ask(7, "long.name.test")).udp(1, 1, &ask(7, "long.name.test")).udp(1, 2, &truncated);
    scene.udp(1, 3, &reply(7, "long.name.test", 60, 9));
    for exchange in std::mem::take(&mut scene.out) {
        scene.table.take_back(exchange);
    }
    scene.udp(1, 4, &ask(8, "a.test")).udp(1, 5, &reply(8, "a.test", 60, 9)).udp(1, 6, &ask(9, "b.test"));
    let told = scene.finish();
    let fresh = (told[0].name(), told[0].retries, &told[0].matching, told[0].recall.as_ref());
    assert_eq!(fresh, ("a.test".into(), 0, &Matching::Asked, None));
    assert_eq!(told[0].response.as_ref().unwrap().message, reply(8, "a.test", 60, 9).bytes());
    assert!(told[1].is_unanswered());
}
