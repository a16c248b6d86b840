//! The engine: hands events to the concepts that asked for them and folds what they return into findings.

mod engine;
mod fold;

mod rules;
mod seen;
#[cfg(test)]
mod tests;

pub use engine::{Engine, Told};
pub use fold::Findings;
pub use rules::{Entry, Rules};
