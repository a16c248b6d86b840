//! Which protocol a connection speaks, by the first bytes of either side.

use crate::track::Dir;
use crate::track::app::App;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    /// It is this one.
    Is(App),
    /// More bytes, or the other side's, are needed.
    Maybe,
    /// None of those that can upgrade.
    No,
}

/// The protocol of a direction that begins so.
pub(super) fn guess(dir: Dir, first: &[u8]) -> Guess {
    if first.is_empty() {
        return Guess::Maybe;
    }
    let known = match dir {
        Dir::Client => client(first),
        Dir::Server => server(first),
    };
    match (known, first.len()) {
        (Some(guess), _) => guess,
        (None, 0..8) if may_grow(dir, first) => Guess::Maybe,
        (None, _) => Guess::No,
    }
}

fn client(first: &[u8]) -> Option<Guess> {
    let word = |list: &[&str]| list.iter().any(|w| starts(first, w));
    if word(SMTP) {
        return Some(Guess::Is(App::Smtp));
    }
    if word(FTP) {
        return Some(Guess::Is(App::Ftp));
    }
    if word(XMPP) {
        return Some(xmpp(first));
    }
    match first {
        // The protocol's 4-byte length, then a request code or version 3.0.
        [0, 0, _, _, 0x04, 0xd2, 0x16, 0x2e..=0x30, ..] | [0, 0, _, _, 0, 3, 0, 0, ..] => {
            Some(Guess::Is(App::Postgres))
        }
        // TPKT (RFC 1006 §6) with an X.224 connection request.
        [3, 0, _, _, _, 0xe0, ..] => Some(Guess::Is(App::Rdp)),
        _ => ldap(first).then_some(Guess::Is(App::Ldap)),
    }
}

fn server(first: &[u8]) -> Option<Guess> {
    match first {
        [b'2', b'2', b'0', b' ' | b'-', text @ ..] => Some(greeting(text)),
        [b'*', b' ', b'O', b'K', ..] | [b'*', b' ', b'P', b'R', b'E', b'A', ..] => Some(Guess::Is(App::Imap)),
        [b'+', b'O', b'K', ..] => Some(Guess::Is(App::Pop3)),
        // Packet 0 with protocol version 10 and a version text.
        [_, _, 0, 0, 10, digit, ..] if digit.is_ascii_digit() => Some(Guess::Is(App::Mysql)),
        _ => None,
    }
}

/// SMTP and FTP greet with the same code; the rest of the line mostly tells, else the client's first command does.
fn greeting(text: &[u8]) -> Guess {
    let line = String::from_utf8_lossy(text).to_ascii_lowercase();
    match (line.contains("ftp"), line.contains("smtp") || line.contains("mail")) {
        (true, false) => Guess::Is(App::Ftp),
        (false, true) => Guess::Is(App::Smtp),
        _ => Guess::Maybe,
    }
}

fn xmpp(first: &[u8]) -> Guess {
    let text = String::from_utf8_lossy(first);
    match text.contains("<stream:stream") {
        true => Guess::Is(App::Xmpp),
        false if first.len() < 256 => Guess::Maybe,
        false => Guess::No,
    }
}

/// An LDAPMessage (RFC 4511 §4.1.1): a sequence of a message id and a request.
fn ldap(first: &[u8]) -> bool {
    let Some((0x30, rest)) = first.split_first().map(|(tag, rest)| (*tag, rest)) else { return false };
    let header = match rest.first() {
        Some(long @ 0x81..=0x84) => 1 + usize::from(long & 0x0f),
        _ => 1,
    };
    let Some([2, len @ 1..=4, rest @ ..]) = rest.get(header..) else { return false };
    let request = rest.get(usize::from(*len));
    request.is_some_and(|tag| matches!(tag, 0x42 | 0x4a | 0x60 | 0x63 | 0x66 | 0x68 | 0x6c | 0x6e | 0x77))
}

fn may_grow(dir: Dir, first: &[u8]) -> bool {
    let begins = |word: &&str| word.as_bytes().get(..first.len()).is_some_and(|head| head.eq_ignore_ascii_case(first));
    match dir {
        Dir::Client => {
            [SMTP, FTP, XMPP].iter().any(|words| words.iter().any(&begins)) || matches!(first, [0 | 3 | 0x30, ..])
        }
        // A MySQL packet's length and number come before its protocol version.
        Dir::Server => {
            ["220 ", "* OK", "* PREA", "+OK"].iter().any(begins)
                || first.len() < 6 && matches!(first.get(2), None | Some(0))
        }
    }
}

fn starts(bytes: &[u8], word: &str) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

/// First commands of SMTP and LMTP clients.
const SMTP: &[&str] = &["EHLO ", "HELO ", "LHLO "];
/// First commands of FTP clients that no other protocol here begins with.
const FTP: &[&str] = &["AUTH TLS", "AUTH SSL", "FEAT\r", "SYST\r"];
/// How an XMPP stream begins (RFC 6120 §4.2).
const XMPP: &[&str] = &["<?xml", "<stream:stream"];
