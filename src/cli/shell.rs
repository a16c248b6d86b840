//! `wiregloss schema`, `completions` and `man`.

use anyhow::{Context, Result};
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

/// The manual page of the program, or of one subcommand.
pub fn man(subcommand: Option<&str>) -> Result<Outcome> {
    let mut program = Args::command();
    program.build();
    let page = match subcommand {
        Some(name) => program.find_subcommand(name).with_context(|| format!("no subcommand {name}"))?.clone(),
        None => program,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    output::print(&String::from_utf8_lossy(&text))
}
