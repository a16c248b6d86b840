//! What an analysis leaves: one owned model, and the renderers that show it. Renderers compute no facts.

mod collect;
mod events;
mod filter;
mod json;
pub mod model;

pub use collect::Collector;
pub use events::EventWriter;
pub use filter::Filter;
pub use json::{schema, write as write_json};
pub use model::Report;
