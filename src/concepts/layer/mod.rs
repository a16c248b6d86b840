//! Layers: how packets are stacked and what that costs (section 1).

mod address_binding;
mod encapsulation;
mod overhead;
mod stack;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] =
    &[&stack::STACK, &overhead::OVERHEAD, &encapsulation::ENCAPSULATION, &address_binding::ADDRESS_BINDING];
