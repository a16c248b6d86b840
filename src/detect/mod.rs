//! The engine: hands events to the concepts that asked for them and folds what they return into findings.

mod engine;
mod fold;
mod rank;
mod rules;
mod seen;
mod subjects;
#[cfg(test)]
mod tests;
mod told;

pub use engine::Engine;
pub use fold::{Findings, Words};
pub use rules::{Entry, Rules};
pub use told::Told;
