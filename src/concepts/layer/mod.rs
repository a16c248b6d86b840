//! Layers: how packets are stacked and what that costs (section 1).

mod address_binding;
mod bgp_on_tcp;
mod encapsulation;
mod l4_view;
mod overhead;
mod stack;
mod tls_place;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &stack::STACK,
    &overhead::OVERHEAD,
    &tls_place::TLS_PLACE,
    &l4_view::L4_VIEW,
    &encapsulation::ENCAPSULATION,
    &address_binding::ADDRESS_BINDING,
    &bgp_on_tcp::BGP_ON_TCP,
];
