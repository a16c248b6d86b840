//! What an analysis leaves: one owned model, and the renderers that show it. Renderers compute no facts.

pub mod catalogue;
mod collect;
mod events;
mod filter;
mod json;
pub mod model;
mod steps;
mod style;
mod terminal;

pub use collect::Collector;
pub use events::EventWriter;
pub use filter::Filter;
pub use json::{schema, write as write_json};
pub use model::Report;
pub use steps::{FrameFinder, Step, Steps, Story, write as write_story};
pub use style::{Style, clean, thousands};
pub use terminal::{Page, write as write_terminal};
