//! Standard output, colour and exit codes.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::Path;
use std::process::ExitCode;

use super::args::{GlobalArgs, When};
use super::whole_file;
use crate::report::Style;

/// How a command ended.
pub enum Outcome {
    /// 0.
    Done,
    /// 1: something asked for was found.
    CheckFailed,
    /// 2, with one line on standard error.
    Failed(anyhow::Error),
}

/// The exit code, after saying what failed; a closed pipe is no failure.
#[expect(clippy::print_stderr, reason = "the one place where errors are told")]
pub fn exit(outcome: Outcome) -> ExitCode {
    match outcome {
        Outcome::Done => ExitCode::SUCCESS,
        Outcome::CheckFailed => ExitCode::from(1),
        Outcome::Failed(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Outcome::Failed(error) => {
            eprintln!("wiregloss: {}", one_line(&format!("{error:#}")));
            ExitCode::from(2)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = |e: &(dyn std::error::Error + 'static)| e.downcast_ref::<io::Error>().map(io::Error::kind);
    error.chain().any(|e| kind(e) == Some(io::ErrorKind::BrokenPipe))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Buffered standard output.
pub fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Writes everything at once.
pub fn print(text: &str) -> anyhow::Result<Outcome> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// Has a report written to a file, or to standard output.
pub fn write_to(path: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    if let Some(path) = path {
        return whole_file::write(path, write);
    }
    let mut out = stdout();
    write(&mut out)?;
    Ok(out.flush()?)
}

/// How to show things on standard output.
pub fn style(args: &GlobalArgs) -> Style {
    style_on(args, io::stdout().is_terminal())
}

/// How to show things on a terminal, or in a file.
pub fn style_on(args: &GlobalArgs, terminal: bool) -> Style {
    let term = std::env::var_os("TERM").unwrap_or_default();
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let (color, links) = appearance(args.color, terminal, no_color, &term.to_string_lossy());
    let width = args.width.or_else(|| terminal.then(columns).flatten()).unwrap_or(DEFAULT_WIDTH);
    Style { color, links, width: width.clamp(40, 400), guide_url: args.guide_url.clone() }
}

/// Whether to paint, and whether to link: <https://no-color.org> speaks of colour only.
fn appearance(when: When, terminal: bool, no_color: bool, term: &str) -> (bool, bool) {
    match when {
        When::Always => (true, true),
        When::Never => (false, false),
        When::Auto => (terminal && !no_color && term != "dumb", terminal && !WITHOUT_LINKS.contains(&term)),
    }
}

/// Terminals that print a hyperlink's escape sequence instead of ignoring it.
const WITHOUT_LINKS: [&str; 3] = ["", "dumb", "linux"];
/// Columns where no terminal tells.
const DEFAULT_WIDTH: usize = 100;

fn columns() -> Option<usize> {
    comfy_table::Table::new().width().map(usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_that_nobody_asked_to_do_without() {
        let (always, never, auto) = (When::Always, When::Never, When::Auto);
        assert_eq!(appearance(auto, true, false, "xterm-256color"), (true, true));
        assert_eq!(appearance(auto, false, false, "xterm-256color"), (false, false), "a file or a pipe");
        assert_eq!(appearance(auto, true, true, "xterm-256color"), (false, true), "NO_COLOR");
        assert_eq!(appearance(auto, true, false, "dumb"), (false, false));
        assert_eq!(appearance(auto, true, false, "linux"), (true, false), "the console prints what it does not know");
        assert_eq!(appearance(always, false, true, "dumb"), (true, true), "what is asked for is done");
        assert_eq!(appearance(never, true, false, "xterm-256color"), (false, false));
    }
}
