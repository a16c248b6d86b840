//! What several exchanges say together: a lookup in steps, the family of a name, the age of an answer, what a name led to.

use super::*;

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
