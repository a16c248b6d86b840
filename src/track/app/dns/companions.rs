//! A and AAAA (and HTTPS) asked together for one name: what a dual-stack client does (RFC 8305 §3).

use super::bounded::ByHash;
use crate::decode::dns::Rtype;
use crate::source::{At, NS_PER_S};

/// Queries for one name that are further apart do not belong together.
const TOGETHER_NS: i64 = 2 * NS_PER_S;

/// First queries for the address types of one name that were asked together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Companions {
    /// The A query.
    pub a: Option<At>,
    /// The AAAA query.
    pub aaaa: Option<At>,
    /// The HTTPS query (RFC 9460).
    pub https: Option<At>,
}

impl Companions {
    fn slot(&mut self, rtype: Rtype) -> Option<&mut Option<At>> {
        match rtype {
            Rtype::A => Some(&mut self.a),
            Rtype::AAAA => Some(&mut self.aaaa),
            Rtype::HTTPS => Some(&mut self.https),
            _ => None,
        }
    }

    /// Whether IPv4 and IPv6 addresses were both asked for.
    #[must_use]
    pub fn dual_stack(&self) -> bool {
        self.a.is_some() && self.aaaa.is_some()
    }

    /// Without what is too far from `at`.
    pub(super) fn near(mut self, at: At) -> Companions {
        for slot in [&mut self.a, &mut self.aaaa, &mut self.https] {
            *slot = slot.filter(|other| at.ts.since(other.ts).saturating_abs() <= TOGETHER_NS);
        }
        self
    }
}

/// Recent queries, by client and name.
#[derive(Debug, Clone)]
pub(super) struct Recent {
    entries: ByHash<Companions>,
}

impl Recent {
    pub fn new(bound: usize) -> Recent {
        Recent { entries: ByHash::new(bound) }
    }

    /// A query for an address type was sent; `name` stands for who asks for what. Gives what was asked together with it.
    pub fn asked(&mut self, name: u64, rtype: Rtype, at: At) -> Companions {
        if Companions::default().slot(rtype).is_none() {
            return Companions::default();
        }
        let companions = self.entries.of(name, Companions::default, drop);
        *companions = companions.near(at);
        if let Some(slot) = companions.slot(rtype) {
            slot.get_or_insert(at);
        }
        *companions
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }
}
