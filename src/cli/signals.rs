//! Ctrl-C, while a capture is being taken: what came until then is still wanted.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::source::Stop;

/// What a shell adds to a signal's number to tell that it ended a program.
const ENDED_BY: i32 = 128;

/// A request to stop that Ctrl-C (SIGINT) or SIGTERM makes; a second one ends the program at once.
pub fn stop() -> Result<Stop> {
    let stop = Stop::default();
    for signal in [SIGINT, SIGTERM] {
        let asked: Arc<AtomicBool> = stop.flag();
        flag::register_conditional_shutdown(signal, ENDED_BY + signal, Arc::clone(&asked))
            .and_then(|_| flag::register(signal, asked))
            .context("handling signals")?;
    }
    Ok(stop)
}
