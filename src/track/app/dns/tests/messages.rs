//! What is read of one message: multicast, EDNS, damaged and odd ones.

use super::*;

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
