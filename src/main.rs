//! The `wiregloss` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    wiregloss::cli::run()
}
