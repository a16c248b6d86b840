//! Draws the guide's Markdown on a terminal: wrapped to a width, with or without styles.
//!
//! It reads the subset the texts are written in (headings, paragraphs, flat lists, fenced code, inline code, bold,
//! italic, links) and nothing nested. No line is wider than asked for, except lines of code, which are never wrapped.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::Section;
use super::inline::{Face, Word, pieces, spans, words};

/// How to draw.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns of the terminal; below 20 counts as that.
    pub width: usize,
    /// What the terminal understands.
    pub styles: Styles,
}

/// What the terminal understands beyond plain characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Styles {
    /// Nothing: no escape sequence is written.
    Plain,
    /// Bold, italic, underline and colour (ECMA-48 SGR).
    Ansi,
    /// The same, and hyperlinks (OSC 8).
    AnsiAndLinks,
}

/// The smallest width that is honoured, in columns: below it a hanging indent would leave no room for words.
pub const NARROWEST: usize = 20;

/// Draws a section and, below it, the concepts (id and title) that show it in a trace.
#[must_use]
pub fn render_section(section: Section, shown_by: &[(&str, &str)], look: Look) -> String {
    let mut text = section.text().to_owned();
    if !shown_by.is_empty() {
        text.push_str("\n## Concepts that show it\n\n");
    }
    for (id, title) in shown_by {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "- `{id}` {title}");
    }
    render_markdown(&text, look)
}

/// Draws a Markdown text.
#[must_use]
pub fn render_markdown(text: &str, look: Look) -> String {
    let mut page = Page { out: String::new(), width: look.width.max(NARROWEST), styles: look.styles };
    let mut block: Option<Block> = None;
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            page.block(block.take());
            in_code = !in_code;
        } else if in_code {
            page.code(line);
        } else if line.is_empty() {
            page.block(block.take());
            page.gap();
        } else if let Some(next) = Block::opening(line) {
            page.block(block.replace(next));
        } else {
            match &mut block {
                Some(open) if !matches!(open.kind, Kind::Heading(_)) => open.push(line.trim()),
                _ => page.block(block.replace(Block { kind: Kind::Paragraph, text: line.to_owned() })),
            }
        }
    }
    page.block(block);
    page.out
}

/// A heading, a paragraph or a list item, its lines joined.
struct Block {
    kind: Kind,
    text: String,
}

#[derive(Clone, Copy)]
enum Kind {
    Heading(usize),
    Item,
    Paragraph,
}

impl Block {
    /// The block that a line opens by its first characters.
    fn opening(line: &str) -> Option<Self> {
        if let Some(item) = line.strip_prefix("- ") {
            return Some(Self { kind: Kind::Item, text: item.to_owned() });
        }
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        let heading = title.strip_prefix(' ').filter(|_| level > 0)?;
        Some(Self { kind: Kind::Heading(level), text: heading.to_owned() })
    }

    fn push(&mut self, line: &str) {
        self.text.push(' ');
        self.text.push_str(line);
    }
}

struct Page {
    out: String,
    width: usize,
    styles: Styles,
}

impl Page {
    fn block(&mut self, block: Option<Block>) {
        let Some(Block { kind, text }) = block else { return };
        match kind {
            Kind::Heading(level) => {
                let start = self.out.len();
                self.wrap("", &words(vec![(Face::Title, text.as_str())]));
                if self.styles == Styles::Plain {
                    let widest = self.out[start..].lines().map(|line| line.width()).max().unwrap_or(0);
                    self.out.push_str(&if level == 1 { "=" } else { "-" }.repeat(widest));
                    self.out.push('\n');
                }
            }
            Kind::Item => self.wrap("- ", &words(spans(&text, self.styles))),
            Kind::Paragraph => self.wrap("", &words(spans(&text, self.styles))),
        }
    }

    fn code(&mut self, line: &str) {
        self.out.push_str("    ");
        self.paint(Face::Code, line);
        self.out.push('\n');
    }

    /// One empty line, however many the text has.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Fills lines with words; the first begins with the marker, the others are indented by its width.
    fn wrap(&mut self, marker: &str, words: &[Word<'_>]) {
        let indent = marker.width();
        let room = self.width - indent;
        self.out.push_str(marker);
        let mut column = indent;
        for word in words.iter().flat_map(|word| pieces(word, room)) {
            let width: usize = word.iter().map(|(_, text)| text.width()).sum();
            if column > indent && column + 1 + width > self.width {
                self.out.push('\n');
                self.out.push_str(&" ".repeat(indent));
                column = indent;
            } else if column > indent {
                self.out.push(' ');
                column += 1;
            }
            for (face, text) in word {
                self.paint(face, text);
            }
            column += width;
        }
        self.out.push('\n');
    }

    fn paint(&mut self, face: Face<'_>, text: &str) {
        let (on, off) = match face {
            _ if self.styles == Styles::Plain => return self.out.push_str(text),
            Face::Plain => return self.out.push_str(text),
            Face::Bold => ("\x1b[1m", "\x1b[0m"),
            Face::Italic => ("\x1b[3m", "\x1b[0m"),
            Face::Code => ("\x1b[36m", "\x1b[0m"),
            Face::Title => ("\x1b[1;4m", "\x1b[0m"),
            Face::Link(_) if self.styles == Styles::Ansi => ("\x1b[4m", "\x1b[0m"),
            Face::Link(url) => {
                // Writing to a string cannot fail.
                let _ = write!(self.out, "\x1b]8;;{url}\x1b\\\x1b[4m{text}\x1b[0m\x1b]8;;\x1b\\");
                return;
            }
        };
        self.out.extend([on, text, off]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(width: usize, styles: Styles) -> Look {
        Look { width, styles }
    }

    fn without_code(text: &str) -> String {
        text.split("```").step_by(2).collect()
    }

    #[test]
    fn no_line_of_prose_is_wider_than_the_terminal() {
        for width in [1, 20, 80, 100, 160] {
            for section in Section::all() {
                let drawn = render_markdown(&without_code(section.text()), look(width, Styles::Plain));
                let widest = drawn.lines().map(|line| line.width()).max();
                assert!(widest <= Some(width.max(NARROWEST)), "section {} at {width}: {widest:?}", section.0);
            }
        }
    }

    #[test]
    fn a_wider_terminal_takes_fewer_lines() {
        let lines = |width| render_section(Section(3), &[], look(width, Styles::Plain)).lines().count();
        assert!(lines(80) > lines(100) && lines(100) > lines(160));
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let drawn = render_markdown("パケット解析 パケット解析", look(20, Styles::Plain));
        assert_eq!(drawn, "パケット解析\nパケット解析\n");
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        let drawn = render_markdown("see https://example.org/a/long/path.html.", look(20, Styles::Plain));
        assert_eq!(drawn, "see\nhttps://example.org/\na/long/path.html.\n");
    }

    #[test]
    fn code_is_never_wrapped() {
        let code = "tcpdump -nn -i eth0 'tcp port 443 and host 192.0.2.10'";
        let drawn = render_markdown(&format!("```\n{code}\n```\n"), look(20, Styles::Plain));
        assert_eq!(drawn, format!("    {code}\n"));
    }

    #[test]
    fn items_hang_under_their_first_word_and_stay_together() {
        let drawn = render_markdown("Two:\n\n- one two three four five\n- six\n", look(20, Styles::Plain));
        assert_eq!(drawn, "Two:\n\n- one two three four\n  five\n- six\n");
    }

    #[test]
    fn headings_are_underlined_when_there_are_no_styles() {
        let drawn = render_markdown("# One\ntext\n\n## Two\n", look(40, Styles::Plain));
        assert_eq!(drawn, "One\n===\ntext\n\nTwo\n---\n");
    }

    #[test]
    fn without_styles_no_escape_is_written_and_only_code_keeps_its_marks() {
        for section in Section::all() {
            let drawn = render_section(section, &[("tcp.reset", "Reset")], look(80, Styles::Plain));
            assert!(!drawn.contains('\x1b'));
            assert!(!drawn.contains("**"), "section {}", section.0);
        }
        let drawn = render_markdown("**a** *b* `c`, [d](e) 2*3", look(40, Styles::Plain));
        assert_eq!(drawn, "a b `c`, d <e> 2*3\n");
    }

    #[test]
    fn styles_wrap_each_run_and_leave_the_punctuation_alone() {
        let drawn = render_markdown("**a** `b`, [c](d)", look(40, Styles::AnsiAndLinks));
        let link = "\x1b]8;;d\x1b\\\x1b[4mc\x1b[0m\x1b]8;;\x1b\\";
        assert_eq!(drawn, format!("\x1b[1ma\x1b[0m \x1b[36mb\x1b[0m, {link}\n"));
    }

    #[test]
    fn styles_do_not_change_where_lines_break_in_bold_text() {
        let text = "**one two** three four five six";
        let lines = |styles| render_markdown(text, look(20, styles)).lines().count();
        assert_eq!(lines(Styles::Plain), lines(Styles::Ansi));
    }

    #[test]
    fn the_concepts_that_show_a_section_are_listed_below_it() {
        let drawn = render_section(Section(3), &[("tcp.time-wait", "Who holds TIME-WAIT")], look(80, Styles::Plain));
        assert!(drawn.ends_with("- `tcp.time-wait` Who holds TIME-WAIT\n"));
        assert!(!render_section(Section(3), &[], look(80, Styles::Plain)).contains("Concepts that show it"));
    }
}
