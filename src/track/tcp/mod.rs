//! TCP endpoints: states, sequence spaces, loss, windows and round-trip times.

mod facts;
mod state;

pub use facts::*;
pub use state::State;
