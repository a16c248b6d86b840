//! Addresses that clients learnt from answers: the link from a connection to the lookup before it.

use std::hash::BuildHasher;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::answer::Answer;
use super::bounded::ByHash;
use crate::decode::Addr;

/// Addresses by the client that learnt them.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    entries: ByHash<Rc<Answer>>,
    hasher: RandomState,
}

impl Addresses {
    pub fn new(bound: usize) -> Addresses {
        Addresses { entries: ByHash::new(bound), hasher: RandomState::default() }
    }

    /// The latest answer that gave `address` to `client`; else to a host of the other family, as a host that asks over
    /// IPv4 connects over IPv6, too.
    pub fn get(&self, client: Addr, address: Addr) -> Option<&Rc<Answer>> {
        if self.entries.is_empty() {
            return None;
        }
        let entry = |client| self.entries.get(&self.key(client, address));
        entry(client).or_else(|| entry(anyone(!client.is_v4())))
    }

    /// An answer gave these addresses.
    pub fn learn(&mut self, answer: &Rc<Answer>, addresses: &[Addr]) {
        let client = answer.client;
        for address in addresses {
            if address.is_v4() != client.is_v4() {
                self.entries.insert(self.key(anyone(client.is_v4()), *address), Rc::clone(answer));
            }
            self.entries.insert(self.key(client, *address), Rc::clone(answer));
        }
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }

    fn key(&self, client: Addr, address: Addr) -> u64 {
        self.hasher.hash_one((client, address))
    }
}

/// Stands for whoever asked over that family.
fn anyone(v4: bool) -> Addr {
    if v4 { Addr::from([0; 4]) } else { Addr::from([0; 16]) }
}
