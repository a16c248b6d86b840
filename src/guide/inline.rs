//! The inline half of the renderer: marks to faces, faces to words, words to what fits a line.
//!
//! Marks do not nest, and a mark without its partner is printed as it stands.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::render::Styles;

/// How a run of characters looks.
#[derive(Clone, Copy)]
pub enum Face<'a> {
    /// Nothing special.
    Plain,
    /// `**bold**`
    Bold,
    /// `*italic*`
    Italic,
    /// Inline code, or a line of it.
    Code,
    /// A heading.
    Title,
    /// The label of a link to that address.
    Link(&'a str),
}

/// What stands between two spaces: one or more runs of characters.
pub type Word<'a> = Vec<(Face<'a>, &'a str)>;

/// Cuts a text at its inline marks.
pub fn spans(text: &str, styles: Styles) -> Vec<(Face<'_>, &str)> {
    let mut spans = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find(['`', '*', '[']).map(|offset| from + offset) {
        let Some((face, inside, length)) = marked(&rest[at..], styles) else {
            from = at + 1;
            continue;
        };
        spans.extend([(Face::Plain, &rest[..at]), (face, inside)]);
        if let Face::Link(url) = face
            && styles != Styles::AnsiAndLinks
        {
            spans.extend([(Face::Plain, " <"), (Face::Plain, url), (Face::Plain, ">")]);
        }
        rest = &rest[at + length..];
        from = 0;
    }
    spans.push((Face::Plain, rest));
    spans
}

/// The face, the inside and the length of the marked run that a text begins with. Without styles code keeps its marks,
/// since nothing else would set it apart.
fn marked(text: &str, styles: Styles) -> Option<(Face<'_>, &str, usize)> {
    if let Some(after) = text.strip_prefix("**") {
        let end = after.find("**")?;
        return Some((Face::Bold, &after[..end], end + 4));
    }
    if let Some(after) = text.strip_prefix('`') {
        let end = after.find('`')?;
        let inside = if styles == Styles::Plain { &text[..end + 2] } else { &after[..end] };
        return Some((Face::Code, inside, end + 2));
    }
    if let Some(after) = text.strip_prefix('*') {
        let end = after.find('*').filter(|_| !after.starts_with(' '))?;
        return Some((Face::Italic, &after[..end], end + 2));
    }
    let (label, tail) = text.strip_prefix('[')?.split_once("](")?;
    let (url, _) = tail.split_once(')')?;
    Some((Face::Link(url), label, label.len() + url.len() + 4))
}

/// Cuts runs at their spaces.
pub fn words<'a>(spans: Vec<(Face<'a>, &'a str)>) -> Vec<Word<'a>> {
    let mut words: Vec<Word<'a>> = Vec::new();
    let mut open = false;
    for (face, text) in spans {
        for (index, run) in text.split(' ').enumerate() {
            open &= index == 0;
            match words.last_mut() {
                _ if run.is_empty() => continue,
                Some(word) if open => word.push((face, run)),
                _ => words.push(vec![(face, run)]),
            }
            open = true;
        }
    }
    words
}

/// The word itself if it fits the room, else cut into pieces that do.
pub fn pieces<'a>(word: &Word<'a>, room: usize) -> Vec<Word<'a>> {
    if word.iter().map(|(_, text)| text.width()).sum::<usize>() <= room {
        return vec![word.clone()];
    }
    let mut pieces = Vec::new();
    for &(face, text) in word {
        let (mut start, mut used) = (0, 0);
        for (at, c) in text.char_indices() {
            let width = c.width().unwrap_or(0);
            if used + width > room {
                pieces.push(vec![(face, &text[start..at])]);
                (start, used) = (at, 0);
            }
            used += width;
        }
        pieces.push(vec![(face, &text[start..])]);
    }
    pieces
}
