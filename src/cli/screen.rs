//! A screen drawn again and again: in place on a terminal, one after the other anywhere else.

use std::io::{self, Write};

use terminal_size::{Height, terminal_size};

use super::output;

/// Rows where the terminal does not tell.
const DEFAULT_ROWS: usize = 24;
/// To the upper left corner.
const HOME: &str = "\x1b[H";
/// The rest of the line is empty.
const REST_OF_LINE: &str = "\x1b[K";
/// The rest of the screen is empty.
const REST_OF_SCREEN: &str = "\x1b[J";

/// Where screens are shown.
#[derive(Debug)]
pub struct Screen {
    terminal: bool,
    /// What was on the terminal before has been moved up, out of the way.
    begun: bool,
}

impl Screen {
    /// Standard output, which is a terminal or not.
    pub fn new(terminal: bool) -> Screen {
        Screen { terminal, begun: false }
    }

    /// Shows a screen; of one that is higher than the terminal the beginning.
    pub fn show(&mut self, title: &str, text: &str) -> io::Result<()> {
        if !self.terminal {
            return write(&one_of_many(title, text));
        }
        let rows = terminal_size().map_or(DEFAULT_ROWS, |(_, Height(rows))| usize::from(rows));
        if !std::mem::replace(&mut self.begun, true) {
            write(&"\n".repeat(rows))?;
        }
        write(&in_place(title, text, rows))
    }

    /// The last screen, in full, which stays.
    pub fn end(&self, title: &str, text: &str) -> io::Result<()> {
        write(&if self.begun { in_place(title, text, usize::MAX) } else { one_of_many(title, text) })
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut out = output::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Drawn over the screen before, without a moment in which it is empty, as that flickers.
fn in_place(title: &str, text: &str, rows: usize) -> String {
    let mut out = format!("{HOME}{title}{REST_OF_LINE}\n");
    let lines: Vec<&str> = text.lines().collect();
    // One row is the title's; on the last one stands the cursor.
    let room = rows.saturating_sub(2);
    let shown = if lines.len() > room { room.saturating_sub(1) } else { lines.len() };
    for line in lines.iter().take(shown) {
        out.push_str(&format!("{line}{REST_OF_LINE}\n"));
    }
    if shown < lines.len() {
        out.push_str(&format!("… {} more lines{REST_OF_LINE}\n", lines.len() - shown));
    }
    out.push_str(REST_OF_SCREEN);
    out
}

/// Without cursor control: a line that separates, then the screen.
fn one_of_many(title: &str, text: &str) -> String {
    format!("==== {title} ====\n{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_is_never_higher_than_the_terminal() {
        let text = "line\n".repeat(50);
        let drawn = in_place("title", &text, 10);
        assert_eq!(drawn.lines().count(), 9 + 1, "the last line only clears: {drawn:?}");
        assert!(drawn.contains("… 43 more lines"), "{drawn:?}");
        assert!(!in_place("title", "one\ntwo\n", 10).contains("more lines"));
        assert!(in_place("title", &text, usize::MAX).matches("line").count() >= 50);
    }

    #[test]
    fn every_line_ends_where_an_older_one_may_have_been_longer() {
        let drawn = in_place("title", "one\ntwo\n", 10);
        assert_eq!(drawn, "\x1b[Htitle\x1b[K\none\x1b[K\ntwo\x1b[K\n\x1b[J");
    }

    #[test]
    fn outside_a_terminal_there_is_no_cursor_control() {
        assert_eq!(one_of_many("after 5.0 s", "text\n"), "==== after 5.0 s ====\ntext\n\n");
    }
}
