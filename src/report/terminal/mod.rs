//! The report for reading: what is wrong first, then findings by section, then the conversations.

mod conversations;
mod findings;
mod head;

use std::io::{self, Write};

use super::Report;
use super::style::{Style, columns, glued};

/// How much to show.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// Everything found, and up to so many conversations; `None`: one page.
    pub rows: Option<usize>,
    /// Findings were asked for by name, section, severity or conversation: none of them is told in brief.
    pub in_full: bool,
}

impl Page {
    /// Conversations that it shows.
    #[must_use]
    pub fn conversations(self) -> usize {
        self.rows.unwrap_or(conversations::ROWS)
    }

    /// Findings of each concept that it tells; `None`: all.
    #[must_use]
    pub fn findings(self) -> Option<usize> {
        if self.rows.is_some() { None } else { Some(findings::PER_CONCEPT) }
    }

    /// Whether what is as it should be gets one line only.
    fn is_brief(self) -> bool {
        self.rows.is_none() && !self.in_full
    }
}

/// Writes the report for a terminal of the style's width.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    head::write(report, style, page, out)?;
    findings::write(report, style, page, out)?;
    conversations::write(report, style, page, out)?;
    hint(report, style, page, out)
}

/// The same for a screen, which may be too small for it: the conversations come before the notes.
///
/// # Errors
/// Those of `out`.
pub fn write_screen(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    head::write(report, style, page, out)?;
    conversations::write(report, style, page, out)?;
    writeln!(out)?;
    findings::write(report, style, page, out)?;
    hint(report, style, page, out)
}

/// How to see more.
fn hint(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    if report.conversations.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let explain = |file: &str| format!("step by step: wiregloss explain {file} [--conversation N]");
    let file = match report.capture.files.as_slice() {
        [file] if file != "stdin" && is_plain(file) && columns(&explain(file)) + columns("To see ") <= style.width => {
            file
        }
        _ => "FILE",
    };
    let mut hints = vec![explain(file)];
    if page.is_brief() {
        hints.insert(0, format!("everything: wiregloss {file} --all"));
        hints.insert(1, "one idea: --concept ID".to_owned());
    }
    let line = hints.iter().map(|h| glued(h)).collect::<Vec<_>>().join(" · ");
    let text = style.wrap("", 0, 0, &format!("To see {line}"));
    write!(out, "{}", style.dim(&text))
}

/// Whether a shell takes a file's name as it is.
fn is_plain(file: &str) -> bool {
    file.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+:@".contains(c))
}
