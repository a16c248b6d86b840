//! Whether the certificates that a server sent lead from its own towards a root (RFC 5246 §7.4.2, RFC 8446 §4.4.2).

use std::rc::Rc;

use super::Certificate;

/// What is to say about a chain as it was sent. Names are compared, signatures are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// Each certificate names the next one as its issuer.
    InOrder,
    /// The leaf is its own issuer.
    SelfSigned,
    /// The leaf came alone: complete only where a root signed it directly.
    LeafOnly,
    /// Others came with it, and none of them is the leaf's issuer.
    IssuerMissing,
    /// The issuers are there, in another order.
    OutOfOrder,
    /// In order, with the same certificate twice.
    Repeated,
    /// In order, with certificates that do not belong to it.
    Surplus,
}

impl Chain {
    /// Judges the certificates as sent, the leaf first.
    #[must_use]
    pub fn of(sent: &[Rc<Certificate>]) -> Chain {
        match sent {
            [leaf, ..] if leaf.self_signed => Chain::SelfSigned,
            [leaf] if !leaf.ca => Chain::LeafOnly,
            _ if sent.windows(2).all(|pair| matches!(pair, [a, b] if a.issuer == b.subject)) => Chain::InOrder,
            _ => Chain::disturbed(sent),
        }
    }

    /// Goes from issuer to issuer, wherever in the list it is.
    fn disturbed(sent: &[Rc<Certificate>]) -> Chain {
        let mut path = vec![0];
        while let Some(next) = path.last().and_then(|&last| issuer_of(sent, last, &path)) {
            path.push(next);
        }
        let left_out = |i: &usize| !path.contains(i);
        let repeated =
            |i: usize| sent.iter().filter(|c| sent.get(i).is_some_and(|own| own.sha256 == c.sha256)).count() > 1;
        if path.len() == 1 {
            Chain::IssuerMissing
        } else if !path.is_sorted() {
            Chain::OutOfOrder
        } else if (0..sent.len()).filter(left_out).all(repeated) {
            Chain::Repeated
        } else {
            Chain::Surplus
        }
    }
}

/// The nearest certificate that could have signed this one and is not part of the path yet.
fn issuer_of(sent: &[Rc<Certificate>], of: usize, path: &[usize]) -> Option<usize> {
    let cert = sent.get(of).filter(|cert| !cert.self_signed)?;
    (0..sent.len()).find(|i| !path.contains(i) && sent.get(*i).is_some_and(|other| other.subject == cert.issuer))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate of `subject` by `issuer`.
    fn cert(pair: &str) -> Rc<Certificate> {
        let (subject, issuer) = pair.split_once('<').expect("subject<issuer");
        Rc::new(Certificate {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            self_signed: subject == issuer,
            sha256: pair.to_owned(),
            ..Certificate::default()
        })
    }

    fn of(sent: &str) -> Chain {
        Chain::of(&sent.split(' ').map(cert).collect::<Vec<_>>())
    }

    #[test]
    fn a_chain_in_order_may_end_with_its_root_or_before_it() {
        assert_eq!(of("leaf<sub sub<ca"), Chain::InOrder);
        assert_eq!(of("leaf<sub sub<ca ca<ca"), Chain::InOrder);
    }

    #[test]
    fn a_leaf_alone_and_one_that_signed_itself_are_told_apart() {
        assert_eq!(of("leaf<ca"), Chain::LeafOnly);
        assert_eq!(of("leaf<leaf"), Chain::SelfSigned);
        assert_eq!(of("leaf<leaf ca<ca"), Chain::SelfSigned);
    }

    #[test]
    fn issuers_behind_their_own_issuer_are_out_of_order() {
        assert_eq!(of("leaf<sub ca<ca sub<ca"), Chain::OutOfOrder);
    }

    #[test]
    fn without_the_leafs_issuer_nothing_is_out_of_order() {
        assert_eq!(of("leaf<sub ca<root"), Chain::IssuerMissing);
        assert_eq!(of("leaf<sub other<root"), Chain::IssuerMissing);
    }

    #[test]
    fn what_a_chain_does_not_need_is_no_disorder() {
        assert_eq!(of("leaf<sub leaf<sub sub<ca"), Chain::Repeated);
        assert_eq!(of("leaf<sub sub<ca other<root"), Chain::Surplus);
        assert_eq!(of("leaf<sub other<root sub<ca"), Chain::Surplus);
    }
}
