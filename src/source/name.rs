//! File names as they may be shown: a name is chosen by whoever made the file, so it must not reach a terminal raw.

use std::fmt;
use std::path::Path;

/// A file name; its [`Display`](fmt::Display) is one line without control or direction-changing characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct FileName(String);

impl FileName {
    /// The name of a path; `-` becomes `stdin`.
    #[must_use]
    pub fn of(path: &Path) -> FileName {
        FileName(if is_stdin(path) { "stdin".into() } else { path.to_string_lossy().into_owned() })
    }

    /// The name as given, unescaped (bytes that are not UTF-8 replaced).
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\n' | '\r' | '\t' => write!(f, "{}", c.escape_default())?,
                c if c.is_control() || changes_direction(c) => write!(f, "{}", c.escape_unicode())?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

/// Whether a path means the standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Line and paragraph separators and the bidirectional controls, which make a line read differently from what it says.
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_of_a_name_are_escaped_and_the_rest_is_kept() {
        let name = FileName::of(Path::new("a\nb\x1b[31m é\u{202e}.pcap"));
        assert_eq!(name.to_string(), "a\\nb\\u{1b}[31m é\\u{202e}.pcap");
    }

    #[test]
    fn a_dash_is_the_standard_input() {
        assert_eq!(FileName::of(Path::new("-")).to_string(), "stdin");
        assert_eq!(FileName::of(Path::new("./-")).to_string(), "./-");
    }
}
