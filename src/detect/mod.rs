//! The engine: hands events to the concepts that asked for them and folds what they return into findings.

mod engine;
mod fold;
mod rules;
mod seen;
#[cfg(test)]
mod tests;
mod told;

pub use engine::Engine;
pub use fold::Findings;
pub use rules::{Entry, Rules};
pub use told::Told;
