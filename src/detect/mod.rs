//! The engine: hands events to the concepts that asked for them and folds what they return into findings.

mod engine;
mod fold;

pub use engine::Engine;
pub use fold::Findings;
