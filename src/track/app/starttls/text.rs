//! The protocols of lines, and XMPP, whose elements end with `>` where the others' lines end with a line feed.

use super::Step;
use crate::track::Dir;
use crate::track::app::App;

/// Whether the protocol is read by lines or elements.
pub(super) fn is_text(protocol: App) -> bool {
    terminator(protocol).is_some()
}

/// Bytes of the first line, `Some(None)` while it is unfinished; `None` for a binary protocol.
pub(super) fn line_len(protocol: App, waiting: &[u8]) -> Option<Option<usize>> {
    let end = terminator(protocol)?;
    Some(waiting.iter().position(|b| *b == end).map(|i| i + 1))
}

/// What a line does; `None` for a binary protocol.
pub(super) fn step(protocol: App, dir: Dir, line: &[u8]) -> Option<Step> {
    terminator(protocol)?;
    let line = String::from_utf8_lossy(line).trim().to_ascii_uppercase();
    Some(match dir {
        Dir::Client if is_request(protocol, &line) => Step::Request,
        Dir::Client => Step::Other,
        Dir::Server => answer(protocol, &line),
    })
}

fn terminator(protocol: App) -> Option<u8> {
    match protocol {
        App::Smtp | App::Imap | App::Pop3 | App::Ftp => Some(b'\n'),
        App::Xmpp => Some(b'>'),
        _ => None,
    }
}

fn is_request(protocol: App, line: &str) -> bool {
    match protocol {
        App::Smtp => line == "STARTTLS",                                         // RFC 3207 §4
        App::Pop3 => line == "STLS",                                             // RFC 2595 §4
        App::Ftp => matches!(line, "AUTH TLS" | "AUTH TLS-C" | "AUTH SSL"),      // RFC 4217 §4
        App::Imap => line.split_once(' ').is_some_and(|(_, c)| c == "STARTTLS"), // RFC 9051 §6.2.1
        App::Xmpp => line.starts_with("<STARTTLS"),                              // RFC 6120 §5.4.2
        _ => false,
    }
}

/// What an answer would mean to a request that waits. IMAP's untagged lines are none.
fn answer(protocol: App, line: &str) -> Step {
    let (yes, no): (bool, bool) = match protocol {
        App::Smtp => (line.starts_with("220"), line.starts_with(['4', '5'])),
        App::Pop3 => (line.starts_with("+OK"), line.starts_with("-ERR")),
        App::Ftp => (line.starts_with("234"), line.starts_with(['4', '5'])),
        App::Imap => {
            let verdict = line.split_once(' ').filter(|(tag, _)| *tag != "*").map_or("", |(_, rest)| rest);
            (verdict.starts_with("OK"), verdict.starts_with("NO") || verdict.starts_with("BAD"))
        }
        App::Xmpp => (line.starts_with("<PROCEED"), line.starts_with("<FAILURE")),
        _ => (false, false),
    };
    match (yes, no) {
        (true, _) => Step::Accept,
        (_, true) => Step::Decline,
        _ => Step::Other,
    }
}
