//! The command line: the only place that knows standard output, the environment and progress bars.

mod again;
mod args;
mod catalogue;
mod events;
mod explain;
mod input;
mod output;
mod report;
mod shell;
mod ss;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use output::Outcome;

/// Runs the program; 0 analysed, 1 a check failed, 2 usage or input error.
#[must_use]
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _closed = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let outcome = match args.command {
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Events(args)) => events::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Ss(args)) => ss::run(&args),
        Some(Command::Concepts(args)) => catalogue::concepts(&args),
        Some(Command::Guide(args)) => catalogue::guide(&args),
        Some(Command::Schema) => shell::schema(),
        Some(Command::Completions { shell }) => shell::completions(shell),
        Some(Command::Man) => shell::man(),
        None => report::run(&args.report),
    };
    output::exit(outcome.unwrap_or_else(Outcome::Failed))
}
