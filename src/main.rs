//! The `wiregloss` program.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    wiregloss::cli::run()
}
