//! How text is shown: width, colour, hyperlinks; and what may never be shown raw.

use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::concepts::Severity;

/// How to show things.
#[derive(Debug, Clone)]
pub struct Style {
    /// ANSI colours.
    pub color: bool,
    /// Hyperlinks (OSC 8).
    pub links: bool,
    /// Columns.
    pub width: usize,
    /// Where a published copy of the guide is.
    pub guide_url: Option<String>,
}

impl Style {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A heading.
    #[must_use]
    pub fn heading(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Something that stands back.
    #[must_use]
    pub fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    /// A severity's colour.
    #[must_use]
    pub fn severity(&self, severity: Severity, text: &str) -> String {
        self.paint(
            match severity {
                Severity::Bad => "1;31",
                Severity::Warn => "33",
                Severity::Note => "36",
                Severity::Info => "2",
            },
            text,
        )
    }

    /// A hyperlink (OSC 8), where there is somewhere to link to.
    #[must_use]
    pub fn link(&self, text: &str, anchor: &str) -> String {
        match &self.guide_url {
            Some(base) if self.links => format!("\x1b]8;;{}#{anchor}\x1b\\{text}\x1b]8;;\x1b\\", clean(base)),
            _ => text.to_owned(),
        }
    }

    /// Text wrapped to the width, every line after `first` indented by `rest` blanks; `first` is put before the text
    /// and counts `first_width` columns. A no-break space between words keeps them on one line; a word longer than a
    /// line is broken.
    #[must_use]
    pub fn wrap(&self, first: &str, first_width: usize, rest: usize, text: &str) -> String {
        let mut out = first.to_owned();
        let mut column = first_width;
        let mut fresh = true;
        let longest = self.width.saturating_sub(rest.max(first_width)).max(1);
        for word in text.split_ascii_whitespace().flat_map(|word| pieces(word, longest)) {
            let width = word.width();
            if !fresh && column + 1 + width > self.width {
                let _infallible = write!(out, "\n{:rest$}", "");
                column = rest;
                fresh = true;
            }
            if !fresh {
                out.push(' ');
                column += 1;
            }
            out.extend(word.chars().map(|c| if c == GLUE { ' ' } else { c }));
            column += width;
            fresh = false;
        }
        out.push('\n');
        out
    }
}

/// A word in pieces of at most so many columns.
fn pieces(word: &str, longest: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while rest.width() > longest {
        let wide = |end: usize| rest.get(..end).is_some_and(|piece| piece.width() > longest);
        let end = rest.char_indices().map(|(i, c)| i + c.len_utf8()).take_while(|end| !wide(*end)).last().unwrap_or(0);
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let (piece, more) = rest.split_at(end.max(first));
        pieces.push(piece);
        rest = more;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// A blank that [`Style::wrap`] does not break at: a no-break space.
pub const GLUE: char = '\u{a0}';

/// The text with its blanks made unbreakable.
#[must_use]
pub fn glued(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// Columns that a text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The text in at most so many columns, its end replaced by `…` where it is longer.
#[must_use]
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// `1 packet`, `2,345 packets`.
#[must_use]
pub fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", thousands(n)) }
}

/// `frame 4` or `frames 4, 7`, at most so many; empty without any.
#[must_use]
pub fn frames(frames: &[u32], most: usize) -> String {
    let shown: Vec<String> = frames.iter().take(most).map(u32::to_string).collect();
    match shown.len() {
        0 => String::new(),
        1 => format!("frame {}", shown.concat()),
        _ => format!("frames {}", shown.join(", ")),
    }
}

/// A text from a capture as it may be shown: control characters and those that change the writing direction escaped.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            let _infallible = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Bidirectional controls, zero-width characters, line and paragraph separators, tags (Unicode TR 9, TR 36).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A number with thousands separated: `1,234,567`.
#[must_use]
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_direction_changes_never_get_through() {
        let shown = clean("a\x1b[31mb\u{202e}c\u{7}\u{9b}d");
        assert_eq!(shown, "a\\u{1b}[31mb\\u{202e}c\\u{7}\\u{9b}d");
    }

    #[test]
    fn wrapping_keeps_to_the_width_and_indents() {
        let style = Style { color: false, links: false, width: 20, guide_url: None };
        let text = style.wrap("- ", 2, 2, "one two three four five six");
        assert!(text.lines().all(|l| l.chars().count() <= 20), "{text}");
        assert!(text.lines().skip(1).all(|l| l.starts_with("  ")));
    }

    #[test]
    fn glued_words_stay_together() {
        let style = Style { color: false, links: false, width: 12, guide_url: None };
        assert_eq!(style.wrap("", 0, 2, &format!("one {} four", glued("two three"))), "one\n  two three\n  four\n");
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let style = Style { color: false, links: false, width: 8, guide_url: None };
        assert_eq!(style.wrap("", 0, 2, "a 0123456789abc"), "a 012345\n  6789ab\n  c\n");
        assert_eq!(Style { width: 1, ..style }.wrap("", 0, 0, "日本"), "日\n本\n", "never stuck");
    }

    #[test]
    fn what_is_too_long_is_cut_by_columns_and_not_by_characters() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("one two three", 8), "one two…");
        assert_eq!(cut("日本語です", 7), "日本語…");
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(
            (thousands(7), thousands(1234), thousands(1_234_567)),
            ("7".into(), "1,234".into(), "1,234,567".into())
        );
    }
}
