//! Bad traffic is data: whatever the bytes, the program answers, within bounds, with counts that add up and text that is
//! safe to show.

mod attacks;
mod bounded;
mod build;
mod containers;
mod fixtures;
mod forgetting;
mod mutants;
mod mutations;
mod properties;
mod robust;
mod said;
mod threads;
