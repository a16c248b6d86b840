//! What one message says that matters later, gathered in one walk over its records without allocating.

use std::hash::{BuildHasher, Hasher};

use super::bounded::host;
use crate::decode::Addr;
use crate::decode::dns::{ClientSubnet, Fault, Header, Name, Outline, RawOptions, RawRecord, Rcode, Rtype, Section};

/// What an OPT record says (RFC 6891), without its longer options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdnsFacts {
    /// The largest UDP message that the sender can take, in bytes.
    pub udp_size: u16,
    /// DNSSEC records are welcome.
    pub dnssec_ok: bool,
    /// Option codes that are present, one bit each; codes above 31 have none.
    pub options: u32,
    /// The client subnet option.
    pub subnet: Option<ClientSubnet>,
}

impl EdnsFacts {
    /// Whether an option with this code is present.
    #[must_use]
    pub fn has(&self, code: u16) -> bool {
        code < 32 && self.options & 1 << code != 0
    }

    #[inline]
    fn read(opt: &RawRecord<'_>) -> EdnsFacts {
        let [_, _, flags, _] = opt.ttl_field.to_be_bytes();
        let (mut options, mut subnet) = (0, None);
        for (code, data) in RawOptions::new(opt.data()) {
            options |= 1_u32.checked_shl(u32::from(code)).unwrap_or(0);
            if code == 8 {
                subnet = ClientSubnet::read(data);
            }
        }
        EdnsFacts { udp_size: opt.class_field, dnssec_ok: flags & 0x80 != 0, options, subnet }
    }
}

/// How long a negative answer may be cached (RFC 2308 §5): the lesser of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Negative {
    /// TTL of the SOA record.
    pub ttl: u32,
    /// The SOA's minimum field.
    pub minimum: u32,
}

impl Negative {
    /// Seconds that the answer may be cached.
    #[must_use]
    pub fn cacheable(&self) -> u32 {
        self.ttl.min(self.minimum)
    }
}

/// What the records of a response say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AnswerFacts {
    /// Records in the answer section that could be read.
    pub records: u16,
    /// The least TTL among them, in seconds.
    pub least_ttl: Option<u32>,
    /// Aliases among them.
    pub cnames: u16,
    /// Signatures, keys, delegation signers or proofs of non-existence in any section.
    pub dnssec: bool,
    /// Name servers in the authority section: with no answer, a referral.
    pub name_servers: u16,
    /// The SOA in the authority section of an answer that says no.
    pub negative: Option<Negative>,
    /// SOA records in the answer section, for zone transfers.
    pub soas: u16,
    /// The set of answers without their order and TTLs, as a hash; 0 for none.
    pub set: u64,
}

/// The facts of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct MessageFacts {
    /// EDNS.
    pub edns: Option<EdnsFacts>,
    /// Response code with its extension.
    pub rcode: Rcode,
    /// The records.
    pub answers: AnswerFacts,
    /// What is wrong with the message's envelope.
    pub fault: Option<Fault>,
}

/// What the OPT record of a query says, which is all that is kept of its records.
pub(super) fn edns(outline: &Outline<'_>) -> Option<EdnsFacts> {
    let mut records = outline.records();
    for section in [Section::Answer, Section::Authority] {
        while records.next_of(section).is_some() {}
    }
    while let Some(record) = records.next_of(Section::Additional) {
        if record.rtype == Rtype::OPT {
            return Some(EdnsFacts::read(&record));
        }
    }
    None
}

/// Walks over the records of a response; `asked` is the hash of the question's name, and `address` is called for each
/// address in the answer section.
pub(super) fn gather(
    outline: &Outline<'_>,
    asked: u64,
    hasher: &impl BuildHasher,
    mut address: impl FnMut(Addr),
) -> MessageFacts {
    let (mut edns, mut rcode, mut facts) = (None, outline.header.rcode(), AnswerFacts::default());
    let mut records = outline.records();
    while let Some(record) = records.next_of(Section::Answer) {
        let (ttl, found) = (record.ttl(), addr(&record));
        if let Some(found) = found {
            address(found);
        }
        facts.dnssec |= is_dnssec(record.rtype);
        facts.records += 1;
        facts.least_ttl = Some(facts.least_ttl.map_or(ttl, |least| least.min(ttl)));
        facts.cnames += u16::from(record.rtype == Rtype::CNAME);
        facts.soas += u16::from(record.rtype == Rtype::SOA);
        if record.rtype != Rtype::RRSIG {
            facts.set = facts.set.wrapping_add(hash(&record, owner(outline, &record, asked, hasher), found, hasher));
        }
    }
    while let Some(record) = records.next_of(Section::Authority) {
        facts.dnssec |= is_dnssec(record.rtype);
        facts.name_servers += u16::from(record.rtype == Rtype::NS);
        if record.rtype == Rtype::SOA && facts.negative.is_none() {
            let minimum = record.data().last_chunk().map(|bytes| u32::from_be_bytes(*bytes));
            facts.negative = minimum.map(|minimum| Negative { ttl: record.ttl(), minimum });
        }
    }
    while let Some(record) = records.next_of(Section::Additional) {
        facts.dnssec |= is_dnssec(record.rtype);
        if record.rtype == Rtype::OPT && edns.is_none() {
            edns = Some(EdnsFacts::read(&record));
            rcode = outline.rcode(Some(&record));
        }
    }
    MessageFacts { edns, rcode, answers: facts, fault: records.fault() }
}

/// Signatures, keys, delegation signers and proofs of non-existence.
fn is_dnssec(rtype: Rtype) -> bool {
    matches!(rtype, Rtype::RRSIG | Rtype::DNSKEY | Rtype::DS | Rtype::NSEC | Rtype::NSEC3)
}

/// An update's or notification's sections mean something else; only standard queries have answers to compare.
pub(super) fn comparable(header: &Header) -> bool {
    header.opcode() == crate::decode::dns::Opcode::QUERY
}

/// The address in an A or AAAA record.
fn addr(record: &RawRecord<'_>) -> Option<Addr> {
    match record.rtype {
        Rtype::A => record.data().try_into().ok().map(|bytes: [u8; 4]| bytes.into()),
        Rtype::AAAA => record.data().try_into().ok().map(|bytes: [u8; 16]| bytes.into()),
        _ => None,
    }
}

/// The hash of a name, uncompressed and without case.
pub(super) fn name_hash(name: Name<'_>, hasher: &impl BuildHasher) -> u64 {
    let mut state = hasher.build_hasher();
    name.hash_into(&mut state);
    state.finish()
}

/// The hash of a record's owner, which most often is the name asked for.
#[inline]
fn owner(outline: &Outline<'_>, record: &RawRecord<'_>, asked: u64, hasher: &impl BuildHasher) -> u64 {
    if outline.question.is_some_and(|question| question.name.is_pointed_to(record.at)) {
        return asked;
    }
    record.name().map_or(0, |name| name_hash(name, hasher))
}

/// A record's hash without its TTL, given that of its owner and the address in it, if that is its kind; names are compared
/// uncompressed and without case.
#[inline]
fn hash(record: &RawRecord<'_>, owner: u64, found: Option<Addr>, hasher: &impl BuildHasher) -> u64 {
    let mut state = hasher.build_hasher();
    state.write_u64(owner);
    state.write_u16(record.rtype.0);
    if let Some(found) = found {
        state.write_u128(host(found));
        return state.finish();
    }
    let fixed = match record.rtype {
        Rtype::CNAME | Rtype::NS | Rtype::PTR | Rtype::DNAME => Some(0),
        Rtype::MX => Some(2),
        Rtype::SRV => Some(6),
        _ => None,
    };
    let target = fixed.and_then(|skip| Name::read(record.bytes, record.data.start + skip));
    match (target, fixed) {
        (Some((name, _)), Some(skip)) => {
            state.write(record.data().get(..skip).unwrap_or_default());
            name.hash_into(&mut state);
        }
        _ => state.write(record.data()),
    }
    state.finish()
}
