//! The catalogue of concepts: one folder an area, one file a concept.
//!
//! A file holds, in this order, the declaration (whose doc comment is the lesson), the rule, `explain` and `answer`. Each
//! area lists its concepts in `ALL`; [`all`] joins them in the order of the guide.

mod capture;
mod cc;
mod concept;
mod dns;
mod evidence;
mod finding;
mod http;
mod layer;
mod mistake;
mod mtu;
mod needs;
mod sock;
mod tcp;
#[cfg(test)]
mod testing;
pub mod text;
mod tls;
mod transport;

pub use concept::{Concept, Rule, Tells};
pub use evidence::{Evidence, MAX_FRAMES, Subject, Value};
pub use finding::{Finding, Severity};
pub use needs::{MANY, Need, Needs};

pub use crate::guide::Section;

pub(crate) use concept::concept;

/// The areas, in the order of the guide's sections.
const AREAS: &[&[&Concept]] = &[
    capture::ALL,
    layer::ALL,
    transport::ALL,
    tcp::ALL,
    cc::ALL,
    tls::ALL,
    http::ALL,
    dns::ALL,
    sock::ALL,
    mtu::ALL,
    mistake::ALL,
];

/// Every concept.
pub fn all() -> impl Iterator<Item = &'static Concept> {
    AREAS.iter().flat_map(|area| area.iter().copied())
}

/// The concept of that id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Concept> {
    all().find(|concept| concept.id == id)
}
