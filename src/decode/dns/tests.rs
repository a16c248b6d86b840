//! The three readers against each other and against anything at all.

use proptest::prelude::*;

use super::testing::{Build, a, cname, hex, opt, record, soa, wire};
use super::*;

/// The same message by `dns-parser` and by `domain`, where both accept it.
fn both(bytes: &[u8]) -> Option<(Message, Message)> {
    let outline = Outline::read(bytes)?;
    let mut first = by_dns_parser::read(&outline)?;
    let second = by_domain::read(&outline)?;
    first.reader = second.reader;
    Some((first, second))
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z]{1,8}", 1 => "[A-Z0-9_-]{1,12}", 1 => "[ -,/-~]{1,20}"]
}

fn domain_name() -> impl Strategy<Value = String> {
    prop::collection::vec(label(), 0..5).prop_map(|labels| labels.join("."))
}

/// A name on the wire, sometimes ended by a pointer to the question's.
fn wire_name() -> impl Strategy<Value = Vec<u8>> {
    (domain_name(), any::<bool>()).prop_map(|(name, compress)| {
        let mut out = wire(&name);
        if compress {
            out.pop();
            out.extend([0xc0, 12]);
        }
        out
    })
}

fn any_record() -> impl Strategy<Value = Vec<u8>> {
    let data = prop_oneof![
        any::<[u8; 4]>().prop_map(|d| (1, d.to_vec())),
        any::<[u8; 16]>().prop_map(|d| (28, d.to_vec())),
        (prop::sample::select(vec![2_u16, 5, 12]), wire_name()),
        (any::<[u8; 2]>(), wire_name()).prop_map(|(p, n)| (15, [&p[..], &n].concat())),
        (any::<[u8; 6]>(), wire_name()).prop_map(|(p, n)| (33, [&p[..], &n].concat())),
        (wire_name(), wire_name(), any::<[u8; 20]>()).prop_map(|(m, r, n)| (6, [&m[..], &r, &n].concat())),
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..4)
            .prop_map(|strings| { (16, strings.iter().flat_map(|s| [&[s.len() as u8][..], s].concat()).collect()) }),
        (any::<u16>(), prop::collection::vec(any::<u8>(), 0..12)),
    ];
    (wire_name(), any::<u32>(), any::<bool>(), data).prop_map(|(name, ttl, flush, (rtype, data))| {
        let mut out = name;
        out.extend(rtype.to_be_bytes());
        out.extend([u8::from(flush) << 7, 1]);
        out.extend(ttl.to_be_bytes());
        out.extend((data.len() as u16).to_be_bytes());
        out.extend(data);
        out
    })
}

fn any_message() -> impl Strategy<Value = Vec<u8>> {
    let records = || prop::collection::vec(any_record(), 0..4);
    (any::<u16>(), any::<u16>(), domain_name(), records(), records(), any::<bool>()).prop_map(
        |(id, flags, name, answers, authority, edns)| {
            let mut build = Build::query(id).flags(flags & !HeaderFlags::Z).ask(&name, 1);
            build = answers.into_iter().fold(build, Build::answer);
            build = authority.into_iter().fold(build, Build::authority);
            if edns {
                build = build.additional(opt(1232, 0x8000, &[(3, b"ns1"), (10, &[7; 8])]));
            }
            build.bytes()
        },
    )
}

proptest! {
    #[test]
    fn two_parsers_see_the_same_message(bytes in any_message()) {
        if let Some((first, second)) = both(&bytes) {
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn two_parsers_see_the_same_damaged_message(bytes in any_message(), hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = bytes;
        for (index, value) in hits {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        prop_assert!(Message::read(&bytes).is_some());
        if let Some((first, second)) = both(&bytes) {
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn the_raw_reader_agrees_where_domain_accepts(bytes in any_message()) {
        let outline = Outline::read(&bytes).unwrap();
        if let Some(domain) = by_domain::read(&outline) {
            let raw = Message { reader: Reader::Domain, ..by_outline::read(&outline) };
            prop_assert_eq!(raw, domain);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(Message::read(&bytes).is_some(), bytes.len() >= HEADER_LEN);
    }

    #[test]
    fn any_cut_is_read_without_panic(bytes in any_message(), cut in any::<prop::sample::Index>()) {
        let _ = Message::read(&bytes[..cut.index(bytes.len())]);
    }
}

#[test]
fn the_differential_test_compares_something() {
    let build =
        Build::response(1).ask("www.a.test", 1).answer(cname("www.a.test", 3, "b.test")).answer(a("b.test", 9, 1));
    assert!(both(&build.authority(soa("a.test", 60, 30)).bytes()).is_some());
}

#[test]
fn a_message_of_nothing_but_pointers_ends_soon() {
    let mut bytes = hex("0001 8180 0000 ffff 0000 0000");
    for i in 0..32_000_u16 {
        bytes.extend((0xc000 | (10 + 2 * (i % 8_000))).to_be_bytes());
    }
    let started = std::time::Instant::now();
    let message = Message::read(&bytes).unwrap();
    assert_eq!(message.reader, Reader::Raw);
    assert!(started.elapsed().as_millis() < 2_000, "{:?}", started.elapsed());
}

#[test]
fn many_records_with_long_chains_end_soon() {
    // Data of one opaque record: a root and 120 pointers, each to the one before. Then records that use the last.
    let first = HEADER_LEN + 11;
    let chain: Vec<u8> = (0..120)
        .flat_map(|i| if i == 0 { [0; 2] } else { (0xc000 | (first + 2 * (i - 1)) as u16).to_be_bytes() })
        .collect();
    let last = (0xc000 | (first + 2 * 119) as u16).to_be_bytes();
    let mut bytes = [hex("0001 8180 0000 0fa1 0000 0000"), record("", 10, 0, &chain)].concat();
    for _ in 0..4_000 {
        bytes.extend([&last[..], &hex("000c 0001 0000003c 0002"), &last].concat());
    }
    let started = std::time::Instant::now();
    let message = Message::read(&bytes).unwrap();
    assert_eq!((message.answers().len(), message.answers()[4_000].data.to_string()), (4_001, ".".into()));
    assert!(started.elapsed().as_millis() < 2_000, "{:?}", started.elapsed());
}
