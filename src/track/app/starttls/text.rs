//! The protocols of lines, and XMPP, whose elements end with `>` where the others' lines end with a line feed.

use super::Step;
use crate::track::Dir;
use crate::track::app::App;

/// Whether the protocol is read by lines or elements.
pub(super) fn is_text(protocol: App) -> bool {
    terminator(protocol).is_some()
}

/// Whether each command gets one answer, in the order of the commands.
pub(super) fn answers_in_order(protocol: App) -> bool {
    matches!(protocol, App::Smtp | App::Pop3 | App::Ftp)
}

/// Bytes of the first line, `Some(None)` while it is unfinished; `None` for a binary protocol.
pub(super) fn line_len(protocol: App, waiting: &[u8]) -> Option<Option<usize>> {
    let end = terminator(protocol)?;
    Some(waiting.iter().position(|b| *b == end).map(|i| i + 1))
}

/// The word that ties an answer to its command; empty where the order does (RFC 9051 §2.2.1).
pub(super) fn tag(protocol: App, line: &[u8]) -> &[u8] {
    match protocol {
        App::Imap => line.split(|b| *b == b' ').next().unwrap_or_default(),
        _ => &[],
    }
}

/// What a line does; `None` for a binary protocol.
pub(super) fn step(protocol: App, dir: Dir, line: &[u8]) -> Option<Step> {
    terminator(protocol)?;
    let line = String::from_utf8_lossy(line).trim().to_ascii_uppercase();
    Some(match dir {
        Dir::Client if is_request(protocol, &line) => Step::Request,
        Dir::Client if answers_in_order(protocol) => Step::Command,
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

/// What an answer would mean to a request that waits for it.
fn answer(protocol: App, line: &str) -> Step {
    match protocol {
        App::Smtp => code(line, "220"),
        App::Ftp => code(line, "234"),
        App::Pop3 => word(line, "+OK", &["-ERR"]),
        // Untagged lines and continuations answer nothing.
        App::Imap => line.split_once(' ').map_or(Step::Other, |(_, rest)| word(rest, "OK", &["NO", "BAD"])),
        App::Xmpp => word(line, "<PROCEED", &["<FAILURE"]),
        _ => Step::Other,
    }
}

/// The last line of a reply (RFC 5321 §4.2.1, RFC 959 §4.2): three digits and a space, or nothing more. A preliminary
/// reply is followed by another.
fn code(line: &str, yes: &str) -> Step {
    let Some((code, rest)) = line.split_at_checked(3) else { return Step::Other };
    let last = rest.is_empty() || rest.starts_with(' ');
    match code.as_bytes() {
        [b'2'..=b'5', a, b] if last && a.is_ascii_digit() && b.is_ascii_digit() => match code {
            _ if code == yes => Step::Accept,
            _ if code.starts_with(['4', '5']) => Step::Decline,
            _ => Step::Answer,
        },
        _ => Step::Other,
    }
}

fn word(line: &str, yes: &str, no: &[&str]) -> Step {
    if line.starts_with(yes) {
        Step::Accept
    } else if no.iter().any(|no| line.starts_with(no)) {
        Step::Decline
    } else {
        Step::Other
    }
}
