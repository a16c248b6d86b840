//! Addresses that clients learnt from answers: the link from a connection to the lookup before it.

use std::hash::BuildHasher;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::answer::Answer;
use super::bounded::{ByHash, host};
use crate::decode::Addr;

/// Addresses by the client that learnt them.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    entries: ByHash<Rc<Answer>>,
    /// Whether hosts that asked over IPv6, over IPv4, learnt addresses of the other family.
    crossed: [bool; 2],
    hasher: RandomState,
}

impl Addresses {
    pub fn new(bound: usize) -> Addresses {
        Addresses { entries: ByHash::new(bound), crossed: [false; 2], hasher: RandomState::default() }
    }

    /// The latest answer that gave `address` to `client`; else to a host of the other family, as a host that asks over
    /// IPv4 connects over IPv6, too.
    pub fn get(&self, client: Addr, address: Addr) -> Option<&Rc<Answer>> {
        if self.entries.is_empty() {
            return None;
        }
        let entry = |client| self.entries.get(&self.key(client, address));
        let other = !client.is_v4();
        entry(client).or_else(|| if self.crossed[usize::from(other)] { entry(anyone(other)) } else { None })
    }

    /// An answer gave these addresses. Answers forgotten for it go to `gone`.
    pub fn learn(&mut self, answer: &Rc<Answer>, addresses: &[Addr], mut gone: impl FnMut(Rc<Answer>)) {
        let client = answer.client;
        for address in addresses {
            if address.is_v4() != client.is_v4() {
                self.crossed[usize::from(client.is_v4())] = true;
                self.set(self.key(anyone(client.is_v4()), *address), answer, &mut gone);
            }
            self.set(self.key(client, *address), answer, &mut gone);
        }
    }

    fn set(&mut self, key: u64, answer: &Rc<Answer>, gone: &mut impl FnMut(Rc<Answer>)) {
        if let Some(before) = self.entries.insert(key, Rc::clone(answer), &mut *gone) {
            gone(before);
        }
    }

    pub fn forgotten(&self) -> u64 {
        self.entries.forgotten()
    }

    fn key(&self, client: Addr, address: Addr) -> u64 {
        self.hasher.hash_one((host(client), host(address)))
    }
}

/// Stands for whoever asked over that family.
fn anyone(v4: bool) -> Addr {
    if v4 { Addr::from([0; 4]) } else { Addr::from([0; 16]) }
}
