//! What is often said wrong, shown right by the capture (section 13).

mod server_only_auth;
mod two_buffers;

use crate::concepts::Concept;

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[&server_only_auth::SERVER_ONLY_AUTH, &two_buffers::TWO_BUFFERS];
