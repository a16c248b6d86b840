//! What an analysis leaves: one owned model, and the renderers that show it. Renderers compute no facts.

pub mod catalogue;
mod collect;
mod event_details;
mod events;
mod filter;
mod frame;
mod json;
mod margin;
pub mod model;
pub mod ss;
mod steps;
mod story;
mod style;
mod terminal;
#[cfg(test)]
mod tests;

pub use collect::{Collector, Interest, Listing};
pub use events::{EventWriter, FINDING};
pub use filter::{Filter, Narrowed, Which};
pub use frame::FrameFinder;
pub use json::{schema, write as write_json};
pub use model::Report;
pub use steps::{PacketStep, Step, Steps, Told};
pub use story::{Story, write as write_story};
pub use style::{Style, clean, counted, thousands};
pub use terminal::{Page, write as write_terminal, write_screen};
