//! The types that `domain` knows, in the text forms that zone files have (its own differ in dots and brackets).

use std::ops::Range;

use domain::base::ParsedName;
use domain::base::rdata::ParseAnyRecordData;
use domain::dep::octseq::Parser;
use domain::rdata::AllRecordData;

use super::super::rtype::Rtype;
use super::super::text::{base32hex, base64, hex, name, quoted, time};
use super::{Data, Soa, SvcParam, Svcb};

type Parsed<'a> = AllRecordData<&'a [u8], ParsedName<&'a [u8]>>;

/// Reads the data at `range` of a message; `None` when the type is not known to `domain` or the data do not fit it.
pub(super) fn read(rtype: Rtype, message: &[u8], range: Range<usize>) -> Option<Data> {
    let mut parser = Parser::from_ref(message);
    parser.seek(range.start).ok()?;
    let mut parser = parser.parse_parser(range.len()).ok()?;
    let parsed = Parsed::parse_any_rdata(rtype.0.into(), &mut parser).ok()?;
    if parser.remaining() > 0 { None } else { of(&parsed) }
}

/// What `domain` read; `None` for what it keeps as bytes itself.
pub(in super::super) fn of(parsed: &Parsed<'_>) -> Option<Data> {
    Some(match parsed {
        AllRecordData::A(a) => Data::A(a.addr()),
        AllRecordData::Aaaa(aaaa) => Data::Aaaa(aaaa.addr()),
        AllRecordData::Cname(cname) => Data::Name(labels(cname.cname())),
        AllRecordData::Ns(ns) => Data::Name(labels(ns.nsdname())),
        AllRecordData::Ptr(ptr) => Data::Name(labels(ptr.ptrdname())),
        AllRecordData::Dname(dname) => Data::Name(labels(dname.dname())),
        AllRecordData::Mx(mx) => Data::Mx { preference: mx.preference(), exchange: labels(mx.exchange()) },
        AllRecordData::Soa(soa) => Data::Soa(Box::new(Soa {
            primary: labels(soa.mname()),
            mailbox: labels(soa.rname()),
            serial: soa.serial().into_int(),
            refresh: soa.refresh().as_secs(),
            retry: soa.retry().as_secs(),
            expire: soa.expire().as_secs(),
            minimum: soa.minimum().as_secs(),
        })),
        AllRecordData::Srv(srv) => {
            Data::Srv { priority: srv.priority(), weight: srv.weight(), port: srv.port(), target: labels(srv.target()) }
        }
        AllRecordData::Txt(txt) => Data::Txt(txt.iter().map(<[u8]>::to_vec).collect()),
        AllRecordData::Svcb(s) => svcb(s.priority(), s.target(), s.params().as_slice()),
        AllRecordData::Https(s) => svcb(s.priority(), s.target(), s.params().as_slice()),
        AllRecordData::Dnskey(key) => Data::Dnskey {
            flags: key.flags(),
            protocol: key.protocol(),
            algorithm: key.algorithm().to_int(),
            tag: key.key_tag(),
            key: base64(key.public_key()),
        },
        AllRecordData::Rrsig(sig) => rrsig(sig),
        AllRecordData::Opt(_) | AllRecordData::Null(_) | AllRecordData::Unknown(_) => return None,
        other => Data::Text(text(other)?),
    })
}

fn svcb(priority: u16, target: &ParsedName<&[u8]>, params: &[u8]) -> Data {
    Data::Svcb(Box::new(Svcb { priority, target: labels(target), params: SvcParam::read_all(params) }))
}

fn rrsig(sig: &domain::rdata::Rrsig<&[u8], ParsedName<&[u8]>>) -> Data {
    let (covers, algorithm) = (Rtype(sig.type_covered().to_int()), sig.algorithm().to_int());
    let (tag, signer) = (sig.key_tag(), labels(sig.signer_name()));
    let text = format!(
        "{covers} {algorithm} {} {} {} {} {tag} {signer}",
        sig.labels(),
        sig.original_ttl().as_secs(),
        time(sig.expiration().into_int()),
        time(sig.inception().into_int()),
    );
    Data::Rrsig { covers, algorithm, tag, signer, text }
}

fn text(parsed: &Parsed<'_>) -> Option<String> {
    Some(match parsed {
        AllRecordData::Hinfo(h) => format!("{} {}", quoted(h.cpu().as_slice()), quoted(h.os().as_slice())),
        AllRecordData::Mb(n) => labels(n.madname()),
        AllRecordData::Md(n) => labels(n.madname()),
        AllRecordData::Mf(n) => labels(n.madname()),
        AllRecordData::Mg(n) => labels(n.madname()),
        AllRecordData::Mr(n) => labels(n.newname()),
        AllRecordData::Minfo(m) => format!("{} {}", labels(m.rmailbx()), labels(m.emailbx())),
        AllRecordData::Rp(rp) => format!("{} {}", labels(rp.mbox()), labels(rp.txt())),
        AllRecordData::Caa(caa) => {
            let tag: String = caa.tag().to_string();
            format!("{} {tag} {}", caa.flags().bits(), quoted(caa.value()))
        }
        AllRecordData::Naptr(n) => format!(
            "{} {} {} {} {} {}",
            n.order(),
            n.preference(),
            quoted(n.flags().as_slice()),
            quoted(n.services().as_slice()),
            quoted(n.regexp().as_slice()),
            labels(n.replacement())
        ),
        AllRecordData::Sshfp(s) => {
            format!("{} {} {}", u8::from(s.algorithm()), u8::from(s.fingerprint_type()), hex(s.fingerprint()))
        }
        AllRecordData::Tlsa(t) => format!(
            "{} {} {} {}",
            u8::from(t.usage()),
            u8::from(t.selector()),
            u8::from(t.matching_type()),
            hex(t.data())
        ),
        AllRecordData::Ds(ds) => digest(ds.key_tag(), ds.algorithm().to_int(), ds.digest_type().to_int(), ds.digest()),
        AllRecordData::Cds(ds) => digest(ds.key_tag(), ds.algorithm().to_int(), ds.digest_type().to_int(), ds.digest()),
        AllRecordData::Cdnskey(key) => {
            format!("{} {} {} {}", key.flags(), key.protocol(), key.algorithm().to_int(), base64(key.public_key()))
        }
        AllRecordData::Nsec(nsec) => format!("{}{}", labels(nsec.next_name()), bitmap(nsec.types().iter())),
        AllRecordData::Nsec3(n) => format!(
            "{} {} {} {} {}{}",
            n.hash_algorithm().to_int(),
            n.flags(),
            n.iterations(),
            salt(n.salt().as_slice()),
            base32hex(n.next_owner().as_slice()),
            bitmap(n.types().iter())
        ),
        AllRecordData::Nsec3param(n) => {
            format!("{} {} {} {}", n.hash_algorithm().to_int(), n.flags(), n.iterations(), salt(n.salt().as_slice()))
        }
        AllRecordData::Openpgpkey(key) => base64(key.key()),
        AllRecordData::Zonemd(z) => {
            format!(
                "{} {} {} {}",
                z.serial().into_int(),
                u8::from(z.scheme()),
                u8::from(z.algorithm()),
                hex(z.digest())
            )
        }
        AllRecordData::Tsig(t) => format!(
            "{} {} {} {} {} {}",
            labels(t.algorithm()),
            u64::from(t.time_signed()),
            t.fudge(),
            base64(t.mac()),
            t.original_id(),
            t.error()
        ),
        _ => return None,
    })
}

fn digest(tag: u16, algorithm: u8, kind: u8, digest: &[u8]) -> String {
    format!("{tag} {algorithm} {kind} {}", hex(digest))
}

fn salt(bytes: &[u8]) -> String {
    if bytes.is_empty() { "-".to_owned() } else { hex(bytes) }
}

fn bitmap(types: impl Iterator<Item = domain::base::Rtype>) -> String {
    types.map(|t| format!(" {}", Rtype(t.to_int()))).collect()
}

fn labels(parsed: &ParsedName<&[u8]>) -> String {
    name(parsed.iter().filter(|label| !label.is_root()).map(|label| label.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{hex as bytes, wire};
    use super::*;

    fn text_of(rtype: Rtype, data: &[u8]) -> String {
        Data::read(rtype, data, 0..data.len()).to_string()
    }

    #[test]
    fn each_type_has_its_zone_file_form() {
        let name = wire("a.test");
        let cases: [(u16, Vec<u8>, &str); 19] = [
            (1, bytes("c0000201"), "192.0.2.1"),
            (28, bytes("20010db8000000000000000000000001"), "2001:db8::1"),
            (5, name.clone(), "a.test"),
            (39, wire(""), "."),
            (15, [&[0, 10][..], &name].concat(), "10 a.test"),
            (33, [&[0, 0, 0, 5, 3, 0xe1][..], &name].concat(), "0 5 993 a.test"),
            (16, b"\x02hi\x00".to_vec(), "\"hi\" \"\""),
            (13, b"\x03x64\x05Linux".to_vec(), "\"x64\" \"Linux\""),
            (257, b"\x00\x05issueca.test".to_vec(), "0 issue \"ca.test\""),
            (43, bytes("3039 0d 02 abcd"), "12345 13 2 abcd"),
            (44, bytes("04 02 abcd"), "4 2 abcd"),
            (52, bytes("03 01 01 abcd"), "3 1 1 abcd"),
            (48, bytes("0101 03 0d 0102"), "257 3 13 AQI="),
            (
                46,
                [bytes("0001 0d 02 0000012c 6b050902 6b050901 3039"), name.clone(), vec![1, 2, 3]].concat(),
                "A 13 2 300 20261124034818 20261124034817 12345 a.test",
            ),
            (47, [&name[..], &[0, 1, 0x40]].concat(), "a.test A"),
            (50, bytes("01 00 0000 00 01 ff 00 01 40"), "1 0 0 - VS A"),
            (35, [&b"\x00\x0a\x00\x14\x01S\x07SIP+D2U\x00"[..], &name].concat(), "10 20 \"S\" \"SIP+D2U\" \"\" a.test"),
            (17, [&name[..], &[0]].concat(), "a.test ."),
            (64, [&[0, 1][..], &name, &[0, 3, 0, 2, 1, 187]].concat(), "1 a.test port=443"),
        ];
        for (rtype, data, expected) in cases {
            assert_eq!(text_of(Rtype(rtype), &data), expected, "{}", Rtype(rtype));
        }
    }

    #[test]
    fn data_that_do_not_fit_their_type_are_kept_as_bytes() {
        assert_eq!(text_of(Rtype::A, &[1, 2, 3]), "\\# 3 010203");
        assert_eq!(text_of(Rtype::A, &[1, 2, 3, 4, 5]), "\\# 5 0102030405");
        assert_eq!(text_of(Rtype::CNAME, &[0xc0, 0]), "\\# 2 c000");
        assert_eq!(text_of(Rtype(65280), &[7]), "\\# 1 07");
    }
}
