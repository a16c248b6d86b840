//! Which answer belongs to which query, and what becomes of those without the other.

use super::*;

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
fn a_query_that_was_captured_twice_is_one_query() {
    let mut scene = Scene::new();
    scene.udp(1, 0, &ask(7, "a.test")).udp(1, 0, &ask(7, "a.test")).udp(1, 900, &reply(7, "a.test", 60, 9));
    let told = scene.finish();
    assert_eq!((told.len(), told[0].retries, told[0].lookup.unwrap().queries), (1, 0, 1));
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
    let kinds: Vec<&Matching> = told.iter().map(|e| &e.matching).collect();
    let Matching::Other { asked, wanted } = kinds[1] else { panic!("{kinds:?}") };
    assert_eq!((asked.frame, wanted.name.to_string().as_str()), (1, "a.test"));
    assert!(matches!(kinds[2..], [Matching::Unasked, Matching::Other { .. }, Matching::Asked]));
    assert_eq!(told[0].matching, Matching::Stray { asked: At { frame: 1, ts: Timestamp(0) }, id: 7 });
    assert!(told[4].is_unanswered());
}

/// A message between a port of the client and a server, in the conversation of both.
fn say(scene: &mut Scene, port: u16, server: u8, ms: i64, build: &Build) {
    let (client, host) = (end(CLIENT, port), end(server, 53));
    let bytes = &build.bytes()[..];
    let (from, src, dst) = if bytes[2] & 0x80 == 0 { (Dir::Client, client, host) } else { (Dir::Server, host, client) };
    let (conversation, at) = (u32::from(port) << 8 | u32::from(server), scene.at(ms));
    let incoming = Incoming { conversation, protocol: Protocol::Udp, from, src, dst, bytes, cut: false, at };
    scene.table.message(&incoming, &mut scene.out);
}

#[test]
fn an_answer_from_a_server_that_was_not_asked_is_known_by_its_question_id_and_port() {
    let told = |id, port, server, ms| {
        let mut scene = Scene::new();
        say(&mut scene, 1, RESOLVER, 0, &ask(7, "a.test"));
        say(&mut scene, port, server, ms, &reply(id, "a.test", 60, 9));
        scene.finish().swap_remove(0).matching
    };
    let asked = At { frame: 1, ts: Timestamp(0) };
    assert_eq!(told(7, 1, 54, 9), Matching::Elsewhere { asked, server: end(RESOLVER, 53) });
    assert_eq!([told(8, 1, 54, 9), told(7, 2, 54, 9), told(7, 1, 54, 31_000)], [const { Matching::Unasked }; 3]);
    assert_eq!(told(7, 1, RESOLVER, 9), Matching::Asked);
}

#[test]
fn a_query_sent_to_two_servers_is_answered_by_both() {
    let mut scene = Scene::new();
    [53, 54].into_iter().for_each(|server| say(&mut scene, 1, server, 0, &ask(7, "a.test")));
    [53, 54].into_iter().for_each(|server| say(&mut scene, 1, server, 5, &reply(7, "a.test", 60, 9)));
    assert!(scene.finish().iter().all(|exchange| exchange.matching == Matching::Asked));
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
    let [pending, _, cache, _] = scene.table.overflows();
    assert!(told_early >= 146 && pending.1 >= 96 && cache.1 > 0, "{told_early} {pending:?} {cache:?}");
    assert_eq!(scene.finish().len(), 150);
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
