//! The command line: the only place that knows standard output, the environment and progress bars.

mod again;
mod args;
mod catalogue;
mod events;
mod explain;
mod input;
mod output;
mod report;
mod screen;
mod shell;
mod signals;
mod ss;
mod watch;
mod whole_file;

use std::process::ExitCode;

use args::{Args, Command};
use output::Outcome;

/// Runs the program; 0 analysed, 1 a check failed, 2 usage or input error.
#[must_use]
pub fn run() -> ExitCode {
    let args = match Args::parse_all(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => {
            let _closed = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let global = &args.global;
    let outcome = match args.command {
        Some(Command::Report(args)) => report::run(&args, global),
        Some(Command::Events(args)) => events::run(&args, global),
        Some(Command::Watch(args)) => watch::run(&args, global),
        Some(Command::Explain(args)) => explain::run(&args, global),
        Some(Command::Ss(args)) => ss::run(&args, global),
        Some(Command::Concepts(args)) => catalogue::concepts(&args, global),
        Some(Command::Guide(args)) => catalogue::guide(&args, global),
        Some(Command::Schema) => shell::schema(),
        Some(Command::Completions { shell }) => shell::completions(shell),
        Some(Command::Man { command }) => shell::man(command.as_deref()),
        None => report::run(&args.report, global),
    };
    output::exit(outcome.unwrap_or_else(Outcome::Failed))
}
