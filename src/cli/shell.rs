//! `wiregloss schema`, `completions` and `man`.

use anyhow::Result;
use clap::CommandFactory;

use super::args::Args;
use super::output::{self, Outcome};

/// The JSON Schema.
pub fn schema() -> Result<Outcome> {
    output::print(&(crate::report::schema() + "\n"))
}

/// Completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "wiregloss", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

/// The manual page.
pub fn man() -> Result<Outcome> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut text)?;
    output::print(&String::from_utf8_lossy(&text))
}
